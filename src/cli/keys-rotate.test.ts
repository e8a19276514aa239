import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliHouse, type CliRoom } from '../../test/cli/cli-room.ts'
import { skipAsNotApplicable } from '../../test/skip.ts'

let house: CliHouse
let made: CliRoom
const k2 = `k2:${randomBytes(32).toString('base64')}`

beforeAll(async () => {
  house = new CliHouse()
  made = house.room()
  await made.plugboard(['migrate'])
  await made.plugboard(['sync'])
  for (const name of ['Main', 'Gone']) {
    const said = await made.plugboard(['instance', 'create', 'mailer', 'api', '--name', name, '--set-env', 'apiKey=KEY'], {
      env: { KEY: `the-secret-of-${name}` },
    })
    expect(said.code, said.stderr).toBe(0)
  }
  await made.plugboard(['instance', 'remove', 'Gone'])
})
afterAll(() => house[Symbol.asyncDispose]())

test('[20] keys rotate re-seals everything, keys verify proves it, and then the new key alone is enough', async () => {
  const room = house.room(made)
  const both = { env: { PLUGBOARD_KEYS: `${k2},${room.keys}` } }
  const before = readFileSync(room.database)
  const dry = await room.plugboard(['keys', 'rotate', '--dry-run'], both)
  expect([dry.code, dry.stdout]).toEqual([
    0,
    "Would be re-sealed with the key 'k2': 1 live, 1 removed, 2 in the history.\n  found sealed with 'k1': 1 live, 1 removed, 2 in the history\n",
  ])
  expect(readFileSync(room.database).equals(before)).toBe(true)
  expect((await room.plugboard(['keys', 'verify'], both)).stdout).toContain("'k1': 1 live, 1 removed, 2 in the history; still needed")
  const rotated = await room.plugboard(['keys', 'rotate', '--json'], both)
  expect([rotated.code, rotated.json()]).toMatchObject([
    0,
    { dryRun: false, keyId: 'k2', resealed: { live: 1, removed: 1, history: 2 }, keyCheck: true, failed: 0, failures: [] },
  ])
  expect((await room.plugboard(['keys', 'rotate'], both)).stdout).toContain("Nothing to re-seal with the key 'k2'.")
  const verified = await room.plugboard(['keys', 'verify'], both)
  expect([verified.code, verified.stdout]).toEqual([
    0,
    [
      '✓ Everything opens: 1 live, 1 removed, 2 in the history.',
      "  'k2': 1 live, 1 removed, 2 in the history; new configs are sealed with it",
      "  'k1': 0 live, 0 removed, 0 in the history; nothing needs it: it can be taken out of PLUGBOARD_KEYS",
      '',
    ].join('\n'),
  ])
  const history = await room.plugboard(['history', '--limit', '1', '--json'], both)
  expect(history.json()).toMatchObject({ entries: [{ action: 'rotate', after: { keyId: 'k2', live: 1, removed: 1, history: 2 } }] })
  const alone = await room.plugboard(['instance', 'show', 'Main', '--json'], { env: { PLUGBOARD_KEYS: k2 } })
  expect(alone.json()).toMatchObject({ instance: { revision: 1, state: { ok: true } } })
  const old = await room.plugboard(['test', '--all'])
  expect([old.code, old.stderr]).toEqual([1, expect.stringMatching(/error\[wrong_key\].*'k2'/)])
  for (const { stdout, stderr } of [dry, rotated, verified, history, old]) {
    expect(stdout + stderr).not.toMatch(/the-secret-of/)
    for (const key of [k2, room.keys]) expect(stdout + stderr).not.toContain(key.slice(3))
  }
})

test('[21] what can not be opened ends keys rotate and keys verify with 2, and names the instance, the key and the reason', async () => {
  const room = house.room(made)
  const { loadSqlite } = await import('../store/sqlite/load-sqlite.ts')
  const database = (await loadSqlite())(room.database)
  database.prepare('update plugboard_instances set config = ? where name = ?').all('no token', 'Main')
  const row = database.prepare('select config from plugboard_instances where name = ?').all('Gone')
  database.close()
  expect(row).toHaveLength(1)
  const both = { env: { PLUGBOARD_KEYS: `${k2},${room.keys}` } }
  const verified = await room.plugboard(['keys', 'verify'], both)
  expect([verified.code, verified.stdout]).toEqual([
    2,
    expect.stringMatching(/✗ live 'Main' [^]*The config of 'Main' is damaged: it is not a token/),
  ])
  const rotated = await room.plugboard(['keys', 'rotate', '--json'], both)
  expect([rotated.code, rotated.json()]).toMatchObject([
    2,
    {
      resealed: { live: 0, removed: 1, history: 2 },
      failed: 1,
      failures: [{ kind: 'live', instance: { name: 'Main' }, reason: 'malformed' }],
    },
  ])
})

test('[20] keys rotate is refused while a living process lacks the key; a dry run names it', async () => {
  const room = house.room(made)
  const { loadSqlite } = await import('../store/sqlite/load-sqlite.ts')
  const database = (await loadSqlite())(room.database)
  database
    .prepare(
      'insert into plugboard_processes (id, host, pid, release, key_ids, revision, started_at, seen_at) values (?, ?, 7, ?, ?, 1, 0, ?)',
    )
    .all('p', 'web-1', '0', '["k1"]', String(Date.now()))
  database.close()
  const both = { env: { PLUGBOARD_KEYS: `${k2},${room.keys}` } }
  const dry = await room.plugboard(['keys', 'rotate', '--dry-run'], both)
  expect([dry.code, dry.stdout]).toEqual([2, expect.stringContaining('web-1, pid 7, is alive and has only k1')])
  const refused = await room.plugboard(['keys', 'rotate', '--json'], both)
  expect([refused.code, refused.json()]).toMatchObject([
    1,
    { error: { code: 'key_not_everywhere', keyId: 'k2', processes: [{ host: 'web-1', pid: 7, keyIds: ['k1'] }] } },
  ])
})

test('history purge tells what would go, deletes it, and says so in the history', async () => {
  const room = house.room(made)
  const { loadSqlite } = await import('../store/sqlite/load-sqlite.ts')
  const database = (await loadSqlite())(room.database)
  database.prepare('update plugboard_history set at = at - 8640000000').all()
  database.prepare('update plugboard_instances set removed_at = removed_at - 8640000000').all()
  database.close()
  const purge = ['history', 'purge', '--older-than', '90d']
  const dry = await room.plugboard([...purge, '--dry-run', '--json'])
  const planned = dry.json<{ entries: number; tombstones: number }>()
  expect([dry.code, planned]).toMatchObject([0, { dryRun: true, tombstones: 0 }])
  const done = await room.plugboard([...purge, '--tombstones'])
  expect([done.code, done.stdout]).toEqual([0, expect.stringMatching(/^Deleted: \d+ entries, 1 removed instance\.\n$/)])
  const entries = (await room.plugboard(['history', '--json'])).json<{ entries: { action: string; instance: { name: string } | null }[] }>()
  expect(entries.entries.map(({ action, instance }) => [action, instance?.name])).toEqual([
    ['purge', undefined],
    ['create', 'Main'],
  ])
  expect((await room.plugboard(purge)).stdout).toBe('Deleted: 0 entries.\n')
})

// `script` of Linux runs a command at a terminal of its own.
skipAsNotApplicable(process.platform !== 'linux' && 'script of util-linux')(
  '[20] at a terminal keys rotate and keys verify show how far they are; in a pipe they show no bar',
  async () => {
    const room = house.room(made)
    const both = `${k2},${room.keys}`
    for (const port of [26, 27])
      expect((await room.plugboard(['instance', 'set', 'Main', '--set', `port=${port}`])).code, `port ${port}`).toBe(0)
    const atTerminal = (...args: readonly string[]) =>
      spawnSync('script', ['-qefc', `stty cols 100; "${process.execPath}" "${house.command}" ${args.join(' ')}`, '/dev/null'], {
        cwd: room.path,
        env: { PATH: process.env['PATH'], TERM: 'xterm', DATABASE: room.database, PLUGBOARD_KEYS: both },
        encoding: 'utf8',
      })
    for (const [args, what] of [
      [['keys', 'rotate', '--dry-run'], 'Opening'],
      [['keys', 'rotate'], 'Re-sealing'],
      [['keys', 'verify'], 'Opening'],
    ] as const) {
      const { status, stdout } = atTerminal(...args)
      // The bar is drawn as time passes: of so little work perhaps only its end.
      expect([status, stdout.includes('\u001B[?25l'), stdout], args.join(' ')).toEqual([0, true, expect.stringContaining(`${what} 6/6`)])
      expect((await room.plugboard([...args], { env: { PLUGBOARD_KEYS: both } })).stderr).toBe('')
    }
  },
)
