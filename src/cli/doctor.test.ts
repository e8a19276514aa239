import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { CliRoom, Outcome } from '../../test/cli/cli-room.ts'
import { fine, sampleHouse } from '../../test/cli/sample-board.ts'
import { sqlite } from '../sqlite.ts'
import { loadSqlite } from '../store/sqlite/load-sqlite.ts'
import type { Examination, Finding } from './examine.ts'

const opened = sampleHouse()

type Told = Examination & { readonly ok: boolean }
const problems = ({ findings }: Told, area?: Finding['area']): readonly string[] =>
  findings.filter((each) => each.level === 'problem' && (area === undefined || each.area === area)).map(({ text }) => text)

/** What doctor found, and that it ended with 2; the same is told to people. */
async function sick(room: CliRoom, env: Readonly<Record<string, string | undefined>> = {}): Promise<Told> {
  const [json, human] = [await room.plugboard(['doctor', '--json'], { env }), await room.plugboard(['doctor'], { env })]
  expect([json.code, human.code, human.stderr]).toEqual([2, 2, ''])
  const told = json.json<Told>()
  expect(told.ok).toBe(false)
  expect(human.stdout).toMatch(/[1-9]\d* problems? found\.\n$/)
  return told
}

/** Somebody else's statement on the room's database. */
async function sql(room: CliRoom, statement: string): Promise<void> {
  const database = (await loadSqlite())(room.database)
  database.exec(statement)
  database.close()
}

const beat = async (room: CliRoom, row: object): Promise<void> => {
  const store = sqlite(room.database).open({ now: Date.now })
  const base = {
    host: 'web-1',
    pid: 7,
    release: '0.0.0',
    keyIds: ['k1'],
    revision: 0,
    startedAt: 0,
    seenAt: Date.now(),
    registered: null,
    configVersions: null,
  }
  await store.heartbeat({ id: 'one', ...base, ...row }, 1e12)
  await store.close()
}

test('doctor finds nothing wrong where nothing is, names versions, and ends with 0', async () => {
  const room = opened.house.room(opened.template)
  const told = fine(await room.plugboard(['doctor', '--json'])).json<Told>()
  expect(told).toMatchObject({
    ok: true,
    node: process.versions.node,
    store: {
      description: expect.stringContaining('board.db'),
      reachable: true,
      driver: expect.stringMatching(/sqlite/),
      server: expect.stringMatching(/^SQLite 3\.\d+/),
      schemaVersion: expect.any(Number),
      revision: expect.any(Number),
    },
    keys: [{ keyId: 'k1', inKeyring: true, instances: 2 }],
    processes: [],
    drift: { types: [], plugins: [], instances: [], revived: [] },
    instances: [],
  })
  expect(new Set(told.findings.map(({ area }) => area))).toEqual(new Set(['code', 'database', 'sync', 'keys', 'processes', 'instances']))
  expect(fine(await room.plugboard(['doctor'])).stdout).toMatch(
    /^plugboard \S+, Node \S+\n✓ code +2 types, 3 plugins[^]*No problem found\.\n$/,
  )
})

test('doctor tells of a database without tables, of one that is newer, and of one that is none', async () => {
  const young = await sick(opened.house.room())
  expect([problems(young), young.store.reachable]).toEqual([[expect.stringMatching(/no Plugboard tables. Run plugboard migrate\.$/)], true])
  const room = opened.house.room(opened.template)
  await sql(room, 'update plugboard_meta set schema_version = 99, oldest_reader = 99')
  expect(problems(await sick(room), 'database')).toEqual([expect.stringContaining('schema version 99')])
  const lost = await sick(opened.house.room(), { DATABASE: '/nowhere/at/all.db' })
  expect([problems(lost, 'database'), lost.store.reachable]).toEqual([[expect.stringContaining("can't be reached")], false])
})

test('doctor tells of registrations, of drift, and of code that is not there', async () => {
  const room = opened.house.room(opened.template)
  expect(problems(await sick(room, { BAD_PLUGIN: '1' }), 'code')).toEqual([expect.stringContaining('Lost')])
  const without = await sick(room, { WITHOUT: 'api' })
  expect(problems(without, 'instances')).toHaveLength(2)
  expect(without.instances.map(({ name, reason }) => [name, reason])).toEqual([
    ['Main', 'code_missing'],
    ['Spare', 'code_missing'],
  ])
  const young = opened.house.room()
  fine(await young.plugboard(['migrate']))
  expect(problems(await sick(young), 'sync')).toEqual([expect.stringContaining('Run plugboard sync')])
})

test('doctor holds the keys against the rows: missing, wrong, and of one row only', async () => {
  const room = opened.house.room(opened.template)
  expect(problems(await sick(room, { PLUGBOARD_KEYS: undefined }), 'keys')).toEqual([
    expect.stringContaining("sealed with the key 'k1'"),
    expect.stringContaining("2 instances sealed with 'k1', which is not in PLUGBOARD_KEYS"),
  ])
  const other = `k9:${randomBytes(32).toString('base64')}`
  const wrong = await sick(room, { PLUGBOARD_KEYS: other })
  expect(wrong.keys).toEqual([
    { keyId: 'k9', inKeyring: true, instances: 0 },
    { keyId: 'k1', inKeyring: false, instances: 2 },
  ])
  expect(wrong.instances.map(({ name, reason }) => [name, reason])).toEqual([
    ['Main', 'cannot_decrypt'],
    ['Spare', 'cannot_decrypt'],
  ])
  // A row of another key among good ones.
  const half = { PLUGBOARD_KEYS: `${other},${room.keys}` }
  fine(await room.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'Later'], { env: half }))
  const found = await sick(room)
  expect(problems(found, 'keys')).toEqual([expect.stringContaining("'k9', which is not in PLUGBOARD_KEYS")])
  expect(found.instances).toMatchObject([{ name: 'Later', reason: 'cannot_decrypt' }])
})

test('doctor tells which revision each living process serves, and which one lags or lacks a key', async () => {
  const room = opened.house.room(opened.template)
  const now = Date.now()
  const { store } = fine(await room.plugboard(['doctor', '--json'])).json<Told>()
  await beat(room, { id: 'a', pid: 1, revision: store.revision })
  await beat(room, { id: 'gone', pid: 4, seenAt: now - 91_000 })
  const told = fine(await room.plugboard(['doctor', '--json'])).json<Told>()
  expect(told.processes).toMatchObject([{ id: 'a', host: 'web-1', pid: 1, revision: store.revision, keyIds: ['k1'], current: true }])
  // Long after the last write it still serves an old revision.
  await beat(room, { id: 'b', pid: 2, revision: 1, seenAt: now + 20_000 })
  await beat(room, { id: 'c', pid: 3, revision: store.revision, keyIds: ['k0'] })
  expect(problems(await sick(room), 'processes')).toEqual([
    `web-1 pid 2 serves revision 1, and the database is at ${store.revision}`,
    'web-1 pid 3 lacks the key k1, which rows are sealed with',
  ])
})

test('[24] doctor prints no secret and no key', async () => {
  const room = opened.house.room(opened.template)
  const other = `k9:${randomBytes(32).toString('base64')}`
  const said: Outcome[] = []
  for (const keys of [undefined, room.keys, other, `${other},${room.keys}`, 'nonsense-of-a-key'])
    for (const args of [['doctor'], ['doctor', '--json']])
      said.push(await room.plugboard(args, { env: { PLUGBOARD_KEYS: keys, PLUGBOARD_DEBUG: '1' } }))
  const all = said.map(({ stdout, stderr }) => stdout + stderr).join('\n')
  for (const secret of ['secret-of-main', room.keys.slice(3), other.slice(3), 'nonsense-of-a-key']) expect(all).not.toContain(secret)
  expect(all, 'positive control').toContain('k9')
})
