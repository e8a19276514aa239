import { readFileSync, writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliHouse, type CliRoom, type Outcome } from '../../test/cli/cli-room.ts'
import { fine } from '../../test/cli/sample-board.ts'
import type { InstancesPlan } from '../index.ts'

let house: CliHouse
let template: CliRoom

beforeAll(async () => {
  house = new CliHouse()
  template = house.room()
  for (const command of ['migrate', 'sync']) fine(await template.plugboard([command]))
})
afterAll(() => house[Symbol.asyncDispose]())

const yaml = `plugboard: 1
instances:
  - type: mailer
    plugin: api
    name: Main
    status: active
    tags: [eu]
    config:
      port: 25
      apiKey: { $ref: env:REF_KEY }
      login: { user: ada }
    needs: [login.password]
  - { type: mailer, plugin: api, name: Spare, status: reserved }
`
const env = { REF_KEY: 'the-secret-key', TYPED: 'typed-password' }

/** A room with the file. */
function roomWith(text: string = yaml): { readonly room: CliRoom; readonly run: (...args: string[]) => Promise<Outcome> } {
  const room = house.room(template)
  writeFileSync(join(room.path, 'instances.yaml'), text)
  return { room, run: (...args) => room.plugboard(args, { env }) }
}

test('plan tells the drift and ends with 2, apply writes it, and then plan has nothing to say and ends with 0', async () => {
  const { run } = roomWith()
  const planned = await run('plan', 'instances.yaml')
  expect([planned.code, planned.stderr]).toEqual([2, ''])
  expect(planned.stdout).toContain("instances.yaml': 2 would be created, 0 would be changed, 0 would be removed; 0 instances as it says.")
  expect(planned.stdout).toContain('config.apiKey: (a secret, or none) → env:REF_KEY')
  expect((await run('apply', 'instances.yaml', '--dry-run')).stdout).toBe(planned.stdout)
  const applied = await run('apply', 'instances.yaml', '--note', 'OPS-17')
  expect([applied.code, applied.stdout]).toEqual([
    2,
    expect.stringContaining(
      "disabled until login.password is entered: plugboard instance set 'Main' --set-env login.password=VARIABLE, then apply again",
    ),
  ])
  fine(await run('instance', 'set', 'Main', '--set-env', 'login.password=TYPED'))
  const again = fine(await run('apply', 'instances.yaml', '--json')).json<InstancesPlan>()
  expect(again).toMatchObject({
    applied: true,
    drift: false,
    unchanged: 1,
    instances: [{ action: 'update', changes: [{ field: 'status', to: 'active' }] }],
  })
  const plan = fine(await run('plan', 'instances.yaml'))
  expect(plan.stdout).toMatch(/^Nothing to do: 2 instances as '.*instances\.yaml' says\.$/m)
  expect((await run('history')).stdout).toContain('OPS-17')
  expect((await run('history', 'Spare', '--diff')).stdout).toContain('OPS-17')
})

test('list and show say what manages an instance; a change says it too, with the way out, and take-over opens it', async () => {
  const { run } = roomWith(`name: shop.yaml\n${yaml}`)
  await run('apply', 'instances.yaml')
  expect((await run('list')).stdout).toMatch(/MANAGED BY[^]*Spare.*shop\.yaml/)
  expect((await run('instance', 'show', 'Spare')).stdout).toMatch(/^managed by +shop\.yaml$/m)
  for (const args of [
    ['instance', 'set', 'Spare', '--priority', '3'],
    ['instance', 'enable', 'Spare'],
    ['instance', 'remove', 'Spare'],
  ]) {
    const { code, stderr } = await run(...args)
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/error\[managed_by_file\]: 'Spare' is managed by 'shop\.yaml'[^]*instance take-over/),
    ])
  }
  expect((await run('instance', 'take-over', 'Spare', '--note', 'OPS-18', '--json')).json()).toMatchObject({
    file: 'shop.yaml',
    instance: { managedBy: null },
  })
  expect((await run('instance', 'take-over', 'Spare')).stdout).toContain('is managed by no file')
  fine(await run('instance', 'enable', 'Spare'))
  const held = await run('apply', 'instances.yaml')
  expect([held.code, held.stdout]).toEqual([2, expect.stringContaining('--adopt has the file decide')])
})

test('what is exported is what is applied: as YAML, as JSON, by a file and a pipe; a file that is there is left alone', async () => {
  const { room, run } = roomWith()
  fine(
    await run('instance', 'create', 'mailer', 'api', '--name', 'By hand', '--set-env', 'login.password=TYPED', '--set', 'login.user=ada'),
  )
  const { stdout, stderr } = fine(await run('export'))
  expect(stderr).toBe('')
  expect(stdout).not.toContain(env.TYPED)
  expect(stdout).toContain('needs:\n      - login.password')
  expect((await run('export', '--type', 'mailer')).stdout).not.toContain('shipper')
  expect((await run('export', '--output', 'nowhere/all.json')).stderr).toContain("can't be written (ENOENT)")
  for (const file of ['all.yaml', 'all.json']) {
    expect(fine(await run('export', '-o', file)).stdout).toContain('Wrote 3 instances')
    const before = readFileSync(join(room.path, file), 'utf8')
    const again = await run('export', '-o', file)
    expect([again.code, again.stderr, readFileSync(join(room.path, file), 'utf8')]).toEqual([
      1,
      expect.stringContaining('error[output_file]'),
      before,
    ])
    const other = house.room(template)
    const applied = await other.plugboard(['apply', join(room.path, file)], { env })
    expect([applied.code, applied.stdout]).toEqual([2, expect.stringContaining('1 created, 2 changed')])
    const names = (await other.plugboard(['export', '--json'])).json<{ instances: { name: string; status: string }[] }>()
    expect(names.instances.map(({ name, status }) => [name, status])).toEqual([
      ['Log', 'active'],
      ['By hand', 'disabled'],
      ['Post', 'active'],
    ])
  }
  const piped = await house.room(template).plugboard(['apply', '-'], { input: stdout, env })
  expect([piped.code, piped.stdout]).toEqual([2, expect.stringContaining("'stdin': 1 created")])
})

test('a file is called by its path in the application, wherever the command was typed', async () => {
  const { room, run } = roomWith()
  await run('apply', 'instances.yaml')
  const inside = join(room.path, 'deep', 'deeper')
  mkdirSync(inside, { recursive: true })
  const plan = await room.plugboard(['plan', '../../instances.yaml', '--json'], { env, cwd: inside })
  expect(plan.json<InstancesPlan>()).toMatchObject({ source: expect.stringMatching(/^rooms\/\d+\/instances\.yaml$/), unchanged: 1 })
})

test.for([
  ['no such file', undefined, [], /can't be read \(ENOENT\)/],
  ['a folder', undefined, ['.'], /can't be read \(EISDIR\)/],
  [
    'a misspelt field',
    'plugboard: 1\ninstances:\n  - type: mailer\n    plugin: log\n    nmae: x\n',
    [],
    /instances\.yaml:5:5 \/instances\/0\/nmae: is no field/,
  ],
  [
    'a name twice',
    'plugboard: 1\ninstances:\n  - {type: mailer, plugin: log, name: a}\n  - {type: mailer, plugin: log, name: a}\n',
    [],
    /:4:\d+ \/instances\/1\/name: .*: see line 3/,
  ],
  [
    'a field of the config',
    'plugboard: 1\ninstances:\n  - type: mailer\n    plugin: api\n    name: x\n    config:\n      port: many\n',
    [],
    /:7:7 \/instances\/0\/config\/port/,
  ],
  [
    'a secret in plain text',
    'plugboard: 1\ninstances:\n  - type: mailer\n    plugin: api\n    name: x\n    config:\n      apiKey: sk-plain\n',
    [],
    /:7:7 .*plain text.*--allow-plain-secrets/,
  ],
  ['too large', `plugboard: 1\ninstances: []\n# ${'x'.repeat(4 * 1024 * 1024)}`, [], /larger than 4 MiB/],
  ['no text', Buffer.from([0xff, 0xfe, 0x00]), [], /is not UTF-8 text/],
  ['nothing', '', [], /must be an object/],
] as const)('%s is refused by plan and apply, with its line, and nothing is written', async ([, text, args, message]) => {
  const room = house.room(template)
  if (text !== undefined) writeFileSync(join(room.path, 'instances.yaml'), text)
  for (const command of ['plan', 'apply']) {
    const { code, stderr, stdout } = await room.plugboard([command, args[0] ?? 'instances.yaml'], { env })
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(message)])
    expect(stderr).not.toContain('sk-plain')
  }
  expect((await room.plugboard(['list', '--json'])).stdout).not.toContain('"x"')
})
