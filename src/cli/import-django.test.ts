import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliHouse, type CliRoom, type Outcome } from '../../test/cli/cli-room.ts'
import { fill, rows, sealed, type SeedInstance, type SeedItem, type SeedType } from '../../test/django/tables.ts'
import { sqliteDatabase } from '../../test/support/sqlite-test-database.ts'
import type { TestDatabase } from '../../test/support/databases.ts'

const keys = { secret: `canary-${randomBytes(12).toString('hex')}`, salt: `canary/${randomBytes(12).toString('base64')}` }
const apiKey = `canary-${randomBytes(12).toString('hex')}`
const inClear = `canary-${randomBytes(12).toString('hex')}`
const DJANGO = { DJANGO_SECRET_KEY: keys.secret, DJANGO_SALT_KEY: keys.salt }

const type = { ...rows.types[0], name: 'mailer' } as SeedType
const item = { ...rows.items[0], name: 'api' } as SeedItem
const instance = (number: number, name: string, config: unknown, more: Partial<SeedInstance> = {}): SeedInstance => ({
  id: `5eed0000-0000-4000-8000-00000000000${String(number)}`,
  name,
  config: JSON.stringify(config),
  status: 'active',
  priority: number,
  description: null,
  item_id: item.id,
  ...more,
})
const main = instance(
  1,
  'Main',
  sealed({ url: 'https://api.example.com', api_key: apiKey, port: 25, sandbox: true, limits: { per_day: 9 } }, keys),
)
const damaged = instance(2, 'Damaged', { ...(sealed({ port: 1 }, keys) as object), api_key: inClear })
const stray = instance(3, 'Stray', sealed({}, keys), { item_id: 'f'.repeat(32) })
const strayItem: SeedItem = { ...item, id: stray.item_id, name: 'pigeon', module: 'apps.birds' }

let house: CliHouse
let seeds: { readonly whole: TestDatabase; readonly damaged: TestDatabase; readonly stray: TestDatabase }
const said: Outcome[] = []

beforeAll(async () => {
  house = new CliHouse()
  const open = async (instances: readonly SeedInstance[], items: readonly SeedItem[] = [item]): Promise<TestDatabase> => {
    const database = await sqliteDatabase.open()
    await fill(sqliteDatabase, database, { types: [type], items, instances })
    return database
  }
  seeds = { whole: await open([main]), damaged: await open([main, damaged]), stray: await open([main, stray], [item, strayItem]) }
})
afterAll(async () => {
  await Promise.all(Object.values(seeds).map((each) => each[Symbol.asyncDispose]()))
  await house[Symbol.asyncDispose]()
})

async function readyRoom(): Promise<CliRoom> {
  const room = house.room()
  for (const args of [['migrate'], ['sync']]) expect((await room.plugboard(args)).code).toBe(0)
  return room
}

async function run(room: CliRoom, args: readonly string[], env: Readonly<Record<string, string | undefined>> = DJANGO): Promise<Outcome> {
  const outcome = await room.plugboard(['import', 'django', ...args], { env })
  said.push(outcome)
  return outcome
}

test('[51] import django tells first and writes nothing, with --apply it creates, and a second run finds it here', async () => {
  const room = await readyRoom()
  const place = seeds.whole.place
  const plan = await run(room, [place])
  expect([plan.code, plan.stderr]).toEqual([0, ''])
  expect(plan.stdout).toMatch(
    /^Would be created: 1 instance; 0 here already, 0 left out\.\n {2}\+ 'Main' \(mailer\/api\), active, priority 1\nNothing was written\./,
  )
  expect((await room.plugboard(['list', 'mailer', '--json'])).stdout).not.toContain('Main')

  const done = await run(room, [place, '--apply'])
  expect([done.code, done.stdout]).toEqual([0, expect.stringMatching(/^Created 1 instance; 0 here already, 0 left out\./)])
  const shown = await room.plugboard(['instance', 'show', main.id, '--json'])
  expect(shown.json()).toMatchObject({
    instance: {
      name: 'Main',
      config: { url: 'https://api.example.com', port: 25, sandbox: true, limits: { perDay: 9 } },
      secrets: [{ set: true }, {}],
    },
  })
  const again = await run(room, [place, '--apply', '--json'])
  expect([again.code, again.json()]).toMatchObject([0, { applied: true, created: 0, present: 1, left: 0 }])
  const history = await room.plugboard(['history', main.id, '--json', '--actor', 'Ada'])
  expect(history.json()).toMatchObject({ entries: [{ action: 'create' }] })
})

test('[51] a config that can not be opened: its row is named, nothing is written, and with --skip-damaged the others are', async () => {
  const room = await readyRoom()
  const { place } = seeds.damaged
  for (const args of [[place], [place, '--apply']]) {
    const told = await run(room, args)
    expect(told.code, args.join(' ')).toBe(2)
    expect(told.stdout).toContain("✗ 'Damaged' (mailer/api), active, priority 2: 'api_key' can't be opened")
  }
  expect((await run(room, [place, '--apply'])).stdout).toMatch(
    /^✗ Nothing was written: .* --skip-damaged\.\nWould be created: 1 instance; 0 here already, 1 left out\./,
  )
  expect((await room.plugboard(['list', 'mailer', '--json'])).stdout).not.toContain('Main')
  expect((await run(room, [place, '--apply', '--skip-damaged', '--json'])).json()).toMatchObject({ applied: true, created: 1, left: 1 })
})

test('[51] an item without a plugin here is listed and passed over, refused with --strict, and mapped with --map', async () => {
  const room = await readyRoom()
  const { place } = seeds.stray
  const told = await run(room, [place])
  expect([told.code, told.stdout]).toEqual([
    2,
    expect.stringContaining("? 'Stray' (apps.birds:pigeon): 'mailer' has no plugin named 'pigeon'"),
  ])
  const strict = await run(room, [place, '--apply', '--strict'])
  expect([strict.code, strict.stdout]).toEqual([
    2,
    expect.stringMatching(/^✗ Nothing was written: the plugin of some is not known\. Name it with --map/),
  ])
  const mapped = await run(room, [place, '--apply', '--map', 'apps.birds:pigeon=mailer/api', '--json'])
  expect([mapped.code, mapped.json()]).toMatchObject([0, { created: 2, left: 0 }])
})

test('[51] keys: wrong ones and none end with what to do; others are named by variables, as often as there are', async () => {
  const room = await readyRoom()
  const { place } = seeds.whole
  const wrong = await run(room, [place, '--apply'], { ...DJANGO, DJANGO_SECRET_KEY: 'canary-wrong' })
  expect([wrong.code, wrong.stderr]).toEqual([
    1,
    expect.stringMatching(/^error\[django_keys\]: None of the 5 stored values opens .* Nothing was written\./),
  ])
  const none = await run(room, [place, '--json'], { DJANGO_SALT_KEY: keys.salt })
  expect([none.code, none.json()]).toMatchObject([1, { error: { code: 'django_keys', tokens: 0 } }])
  const named = await run(room, [place, '--secret-key-env', 'NEW', '--secret-key-env', 'OLD'], {
    DJANGO_SALT_KEY: keys.salt,
    NEW: 'canary-new',
    OLD: keys.secret,
  })
  expect([named.code, named.stdout]).toEqual([0, expect.stringContaining("'Main'")])
  const unset = await run(room, [place, '--secret-key-env', 'canary-typed-here'])
  expect([unset.code, unset.stderr]).toEqual([64, expect.stringContaining('named for SECRET_KEY is not set')])
})

test('[51] the database: a file that is not there, a password in the command line, none at all, a map that is none', async () => {
  const room = await readyRoom()
  expect(await run(room, [join(room.path, 'none.db')])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no file') as string,
  })
  const typed = await run(room, ['postgres://user:canary-password@127.0.0.1/app'])
  expect([typed.code, typed.stderr]).toEqual([64, expect.stringContaining('set DJANGO_DATABASE_URL instead')])
  expect(await run(room, [])).toMatchObject({ code: 64, stderr: expect.stringContaining('Which database?') as string })
  const away = await run(room, [], { ...DJANGO, DJANGO_DATABASE_URL: 'postgres://user:canary-password@127.0.0.1:1/app' })
  expect([away.code, away.stderr], 'the variable is read; there is no driver in this house').toEqual([
    1,
    expect.stringContaining('npm install pg'),
  ])
  expect(await run(room, [seeds.whole.place, '--map', 'api'])).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('--map takes') as string,
  })
  expect(await run(room, [seeds.whole.place, '--map', 'stripe=api'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("'stripe'") as string,
  })
})

test('[24][51] nothing that import django said holds a value, a key or a password: for people, as JSON, with stack traces', async () => {
  const room = await readyRoom()
  for (const place of [seeds.damaged.place, seeds.stray.place]) {
    for (const args of [[], ['--json']]) {
      for (const PLUGBOARD_DEBUG of ['', '1']) {
        await run(room, [place, ...args], { ...DJANGO, PLUGBOARD_DEBUG })
        await run(room, [place, '--apply', '--skip-damaged', ...args], { ...DJANGO, PLUGBOARD_DEBUG })
        await run(room, [place, ...args], { ...DJANGO, DJANGO_SALT_KEY: 'canary-salt', PLUGBOARD_DEBUG })
      }
    }
  }
  expect(said.length, 'positive control').toBeGreaterThan(30)
  for (const { stdout, stderr } of said) {
    expect(stdout + stderr).not.toContain('canary')
    expect((stdout + stderr).length).toBeGreaterThan(10)
  }
})
