import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliHouse, type CliRoom } from '../../test/cli/cli-room.ts'
import { release } from '../release.ts'

let house: CliHouse
let room: CliRoom

beforeAll(() => {
  house = new CliHouse()
  room = house.room()
})
afterAll(() => house[Symbol.asyncDispose]())

test('wrong usage ends with 64, says what was meant, and runs nothing', async () => {
  const wrong: readonly (readonly [args: readonly string[], said: string])[] = [
    [['--prun'], "unknown option '--prun'"],
    [['sync', '--prun'], "unknown option '--prun'"],
    [['sync', '--dry-rn'], '(Did you mean --dry-run?)'],
    [['lst'], '(Did you mean list?)'],
    [['instance', 'creat'], '(Did you mean create?)'],
    [['explain'], "missing required argument 'type'"],
    [['explain', 'a', 'b'], 'too many arguments'],
    [['instance', 'create', 'mailer', 'api'], "'--name <name>' not specified"],
    [['instance', 'create', 'mailer', 'api', '--name', 'x', '--status', 'on'], 'active, reserved, disabled'],
    [['instance', 'create', 'mailer', 'api', '--name', 'x', '--weight', '1.5'], 'whole number'],
    [['instance', 'set', 'Main'], 'Nothing to change'],
    [['sync', '--mode', 'merge'], 'create, update'],
    [['list', '--actor', ' '], '--actor takes a name'],
    [['rotate'], "unknown command 'rotate'"],
    [['history', 'purge'], "'--older-than <age>' not specified"],
    [['history', 'purge', '--older-than', '90'], '12h, 90d, 8w'],
  ]
  for (const [args, said] of wrong) {
    const human = await room.plugboard(args)
    expect(human, args.join(' ')).toMatchObject({ code: 64, stdout: '', stderr: expect.stringContaining(`error[usage]:`) })
    expect(human.stderr).toContain(said)
    const json = await room.plugboard([...args, '--json'])
    expect([json.code, json.json()], args.join(' ')).toEqual([64, { error: { code: 'usage', message: expect.stringContaining(said) } }])
  }
})

test('without a command the help is shown, and it is wrong usage', async () => {
  for (const args of [[], ['instance'], ['keys']]) {
    const said = await room.plugboard(args)
    expect(said).toMatchObject({ code: 64, stdout: '' })
    expect(said.stderr).toContain('Usage: plugboard')
  }
})

test('every command has a help with examples and the shape of its JSON', async () => {
  const commands = [
    'migrate',
    'sync',
    'plugins',
    'list',
    'doctor',
    'explain',
    'check',
    'test',
    'history',
    'history purge',
    'keys generate',
    'keys rotate',
    'keys verify',
  ]
  const instance = ['create', 'set', 'show', 'enable', 'reserve', 'disable', 'move', 'remove', 'restore', 'rollback']
  for (const command of [...commands, ...instance.map((name) => `instance ${name}`)]) {
    const { code, stdout } = await room.plugboard([...command.split(' '), '--help'])
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/Usage: [^]*--json[^]*Examples:\n {2}(?:plugboard|export)[^]*With --json: \{/),
    ])
  }
  expect((await room.plugboard(['--help'])).stdout).toContain('Exit codes: 0 fine, 1 failed, 2 drift or problems found, 64 wrong usage')
})

test('--version is the release', async () => {
  const [alone, among] = await Promise.all([room.process(['--version']), room.process(['--json', '-V'])])
  expect([alone, among]).toMatchObject([
    { code: 0, stdout: `${release}\n`, stderr: '' },
    { code: 0, stdout: `${release}\n`, stderr: '' },
  ])
})

test('help and version load no package but commander, and nothing of the library’s heavy parts', () => {
  const { files, packages } = reachedAtOnce(house.command)
  expect(packages).toEqual([])
  const program = /import\("(\.\/chunks\/[^"]+)"\)/.exec(files.get(house.command) ?? '')?.[1] ?? ''
  const atHelp = reachedAtOnce(join(dirname(house.command), program))
  expect(atHelp.packages).toEqual(['commander'])
  const size = [...atHelp.files.values()].reduce((sum, text) => sum + text.length, 0)
  expect(size, 'positive control: it was read').toBeGreaterThan(10_000)
  expect(size).toBeLessThan(150_000)
})

/** What a built file loads before it does anything: its static imports, and theirs. */
function reachedAtOnce(entry: string): { readonly files: ReadonlyMap<string, string>; readonly packages: readonly string[] } {
  const files = new Map<string, string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (files.has(file)) return
    const text = readFileSync(file, 'utf8')
    files.set(file, text)
    for (const [, specifier = ''] of text.matchAll(/^(?:import|export)\b[^;'"]*["']([^"']+)["'];$/gm)) {
      if (specifier.startsWith('.')) visit(join(dirname(file), specifier))
      else if (!specifier.startsWith('node:')) packages.add(specifier)
    }
  }
  visit(entry)
  return { files, packages: [...packages] }
}
