import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliHouse, type CliRoom } from '../../test/cli/cli-room.ts'

let house: CliHouse
let room: CliRoom
const newKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`

beforeAll(async () => {
  house = new CliHouse()
  room = house.room()
  await room.plugboard(['migrate'])
  await room.plugboard(['sync'])
  const made = await room.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'Main', '--set-env', 'apiKey=KEY'], {
    env: { KEY: 'the-secret' },
  })
  expect(made.code).toBe(0)
})
afterAll(() => house[Symbol.asyncDispose]())

/** What opens configs to use them, or seals some. */
const reading = [
  ['explain', 'mailer'],
  ['test', '--all'],
  ['instance', 'set', 'Main', '--set', 'port=1'],
]

test('[19][21] fault 9: a wrong key ends every command that needs it with 1, naming the variable and the key id; the others tell which row wants it, and the row stays as it is', async () => {
  for (const PLUGBOARD_KEYS of [newKey('k2'), newKey('k1')]) {
    for (const args of reading) {
      const said = await room.plugboard([...args, '--json'], { env: { PLUGBOARD_KEYS } })
      expect([said.code, said.json()], args.join(' ')).toMatchObject([
        1,
        { error: { code: 'wrong_key', keyId: 'k1', message: expect.stringContaining('PLUGBOARD_KEYS') } },
      ])
      expect(said.stdout + said.stderr).not.toContain(PLUGBOARD_KEYS.slice(3))
    }
    await expectTold({ PLUGBOARD_KEYS })
  }
  const shown = await room.plugboard(['instance', 'show', 'Main', '--json'])
  expect(shown.json()).toMatchObject({ instance: { revision: 1, state: { ok: true }, secrets: [{ set: true }, {}] } })
})

/** Each instance's state is told by what needs no key. */
async function expectTold(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const [check, show, list, history] = await Promise.all(
    [['check'], ['instance', 'show', 'Main'], ['list'], ['history']].map((args) => room.plugboard(args, { env })),
  )
  expect([check, show, list, history].map((each) => each?.code)).toEqual([2, 0, 0, 0])
  expect(check?.stdout).toMatch(/'Main' \(mailer\/api\), disabled: cannot_decrypt/)
  expect(show?.stdout).toMatch(/state +cannot_decrypt: .*'k1'|state +cannot_decrypt: .*PLUGBOARD_KEYS/)
  expect(history?.stdout).toContain('Main')
}

test('[19] fault 9: no keys: what needs them says which id is wanted, the others tell which row wants it; migrate and sync need none', async () => {
  const env = { PLUGBOARD_KEYS: undefined }
  for (const args of reading) {
    const said = await room.plugboard(args, { env })
    expect([said.code, said.stderr], args.join(' ')).toEqual([1, expect.stringMatching(/error\[keys_missing\]: .*PLUGBOARD_KEYS.*'k1'/)])
  }
  await expectTold(env)
  expect((await room.plugboard(['list'], { env })).stdout).toMatch(/Main .*key k1 missing/)
  for (const args of [['migrate'], ['sync']]) expect((await room.plugboard(args, { env })).code).toBe(0)
})

test('[12] plugins without config need no keys', async () => {
  const plain = house.room()
  const env = { PLUGBOARD_KEYS: undefined, WITHOUT: 'api' }
  for (const args of [['migrate'], ['sync'], ['list'], ['check'], ['explain', 'mailer'], ['test', '--all']]) {
    expect(await plain.plugboard(args, { env }), args.join(' ')).toMatchObject({ code: 0, stderr: '' })
  }
})

test('[22][47] a damaged row is told by check, show and test as that row only, and nothing writes over it but --replace-config', async () => {
  const own = house.room(room)
  await own.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'Well', '--set', 'port=1'])
  await damage(own.database, 'Main')
  const check = await own.plugboard(['check', '--json'])
  expect([check.code, check.json()]).toMatchObject([2, { ok: false }])
  const { instances } = check.json<{ instances: { name: string; ok: boolean; reason: string | null }[] }>()
  expect(instances.map(({ name, ok, reason }) => [name, ok, reason])).toEqual([
    ['Log', true, null],
    ['Main', false, 'cannot_decrypt'],
    ['Well', true, null],
    ['Post', true, null],
  ])
  expect((await own.plugboard(['test', '--all'])).stdout).toContain('3 passed, 1 failed.')
  expect((await own.plugboard(['list'])).code).toBe(0)
  const shown = await own.plugboard(['instance', 'show', 'Main'])
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('cannot_decrypt')])

  const refused = await own.plugboard(['instance', 'set', 'Main', '--set', 'port=2'])
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--replace-config')])
  expect((await own.plugboard(['instance', 'set', 'Main', '--name', 'Renamed'])).code, 'the rest of the row can be changed').toBe(0)
  expect((await own.plugboard(['instance', 'set', 'Renamed', '--replace-config', '--set', 'port=2'])).code).toBe(0)
  expect((await own.plugboard(['instance', 'show', 'Renamed', '--json'])).json()).toMatchObject({
    instance: { state: { ok: true }, config: { port: 2 } },
  })
})

test('a config that does not fit its schema any more is told with its fields', async () => {
  const own = house.room(room)
  expect((await own.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'Old', '--set', 'behaviour=noise'])).code).toBe(0)
  const narrowed = readFileSync(house.config, 'utf8').replace("'fine', 'refuse', 'break', 'noise'", "'fine', 'refuse'")
  writeFileSync(join(own.path, 'plugboard.config.ts'), narrowed)
  const check = await own.plugboard(['check'])
  expect([check.code, check.stdout]).toEqual([
    2,
    expect.stringMatching(/'Old' \(mailer\/api\), disabled: config_invalid\n +.*\n +- \/behaviour/),
  ])
})

/** As a bad disk or a hand in the database would. */
async function damage(database: string, name: string): Promise<void> {
  const { loadSqlite } = await import('../store/sqlite/load-sqlite.ts')
  const open = await loadSqlite()
  const db = open(database)
  db.prepare("update plugboard_instances set config = substr(config, 1, 60) || 'AAAA' || substr(config, 65) where name = ?").all(name)
  db.close()
}
