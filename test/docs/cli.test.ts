import type { Command } from 'commander'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeProgram } from '../../src/cli/program.ts'

const file = join(import.meta.dirname, '..', '..', 'docs', 'reference', 'cli.md')

test('docs/reference/cli.md is what the commands say of themselves: after a change of help, npx vitest run --project unit test/docs/cli.test.ts -u', async () => {
  const program = makeProgram(async () => {}, { out: () => {}, error: () => {} })
  const commands = leavesOf(program)
  expect(commands.length).toBeGreaterThan(20)
  const sections = commands.map((command) => `## ${nameOf(command)}\n\n${block(helpOf(command))}`)
  const intro =
    'What `plugboard --help` and `plugboard <command> --help` say. Written by a test, which fails where it is stale. The [table in the README](../../README.md#command-line) is shorter.'
  await expect([`# Command line`, intro, block(helpOf(program)), ...sections, ''].join('\n\n').replace(/\n+$/, '\n')).toMatchFileSnapshot(
    file,
  )
})

/** Commands that do something; groups are told by the names of theirs. */
function leavesOf(command: Command): readonly Command[] {
  const own = command.commands.length === 0 || command.registeredArguments.length > 0 ? [command] : []
  return [...own, ...[...command.commands].flatMap(leavesOf)]
}

function nameOf(command: Command): string {
  const above = command.parent === null ? '' : nameOf(command.parent)
  return above === '' ? command.name() : `${above} ${command.name()}`
}

function helpOf(command: Command): string {
  let said = ''
  command.configureOutput({ writeOut: (text) => (said += text), getOutHelpWidth: () => 110, getOutHasColors: () => false })
  command.outputHelp()
  return said
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()
}

const block = (text: string): string => `\`\`\`text\n${text}\n\`\`\``
