import type { Command } from 'commander'
import { examine, type Examination, type Finding } from '../examine.ts'
import type { Paint } from '../paint.ts'
import type { Run } from '../session.ts'
import { count } from '../show.ts'
import { visible } from '../visible.ts'
import { helpText } from './help-text.ts'

export function addDoctor(program: Command, run: Run): void {
  program
    .command('doctor')
    .description(
      'look for what is wrong: code, database and its schema, keys against rows, what each living process serves, drift, instances',
    )
    .addHelpText(
      'after',
      helpText({
        examples: ['doctor', 'doctor --json | jq \'.findings[] | select(.level == "problem")\''],
        json:
          '{ ok, node, plugboard, store: { description, reachable, driver, server, schemaVersion, revision },\n' +
          '  keys: [{ keyId, inKeyring, instances }],   live instances sealed with it; plugboard keys verify opens everything\n' +
          '  processes: [{ id, host, pid, release, keyIds, revision, startedAt, seenAt, current }],   seen in the last minute\n' +
          '  drift: { types, plugins, instances, revived }, instances: [{ id, type, plugin, name, status, ok, reason, text }],   those that can’t be used\n' +
          '  findings: [{ area, level: "fine" | "note" | "problem", text }] }',
        exit2: 'a problem was found.',
      }),
    )
    .action((_options: object, command: Command) =>
      run(command, async ({ board, output }) => {
        const examination = await examine(board)
        const problems = examination.findings.filter(({ level }) => level === 'problem').length
        output.result({ ok: problems === 0, ...examination }, (paint) => describe(examination, problems, paint))
        return problems === 0 ? 0 : 2
      }),
    )
}

function describe({ node, plugboard, findings }: Examination, problems: number, paint: Paint): string {
  const signs: Readonly<Record<Finding['level'], string>> = { fine: paint.green('✓'), note: paint.yellow('~'), problem: paint.red('✗') }
  const width = Math.max(...findings.map(({ area }) => area.length))
  return [
    `plugboard ${plugboard}, Node ${node}`,
    ...findings.map(({ area, level, text }) => `${signs[level]} ${area.padEnd(width)}  ${visible(text).replaceAll('\n', '\n    ')}`),
    problems === 0 ? 'No problem found.' : `${count(problems, 'problem')} found.`,
  ].join('\n')
}
