import { expect, test } from 'vitest'
import { loadSqlite } from '../store/sqlite/load-sqlite.ts'
import { fine, sampleHouse, uuid, type Detail } from '../../test/cli/sample-board.ts'

const opened = sampleHouse()

test('[57] migrate makes the tables, and says when there is nothing to do', async () => {
  const room = opened.house.room()
  const before = await room.plugboard(['list'])
  expect(before).toMatchObject({ code: 1, stdout: '' })
  expect(before.stderr).toContain('Run plugboard migrate')
  const made = fine(await room.plugboard(['migrate', '--json'])).json()
  expect(made).toEqual({
    store: expect.stringContaining('board.db'),
    from: 0,
    to: expect.any(Number),
    applied: expect.arrayContaining(['0001-initial']),
  })
  expect(fine(await room.plugboard(['migrate'])).stdout).toContain('nothing to do')
})

test('[57] migrate --plan and --sql tell and write nothing; --check ends with 2 where a migration is missing or the tables differ', async () => {
  const room = opened.house.room()
  expect(fine(await room.plugboard(['migrate', '--plan'])).stdout).toMatch(
    /would go from schema version 0 to \d+, in \d+ statements:\n {2}\+ 0001-initial/,
  )
  const { stdout } = fine(await room.plugboard(['migrate', '--sql']))
  expect(stdout).toMatch(/^-- plugboard: sqlite .*\nbegin;\ncreate table "plugboard_meta"[^]*;\ncommit;\n$/)
  const missing = await room.plugboard(['migrate', '--check'])
  expect(missing).toMatchObject({ code: 2, stdout: expect.stringContaining('no Plugboard tables') })
  fine(await room.plugboard(['migrate']))
  expect(fine(await room.plugboard(['migrate', '--check', '--json'])).json()).toMatchObject({ ok: true, differences: [] })
  expect(fine(await room.plugboard(['migrate', '--plan'])).stdout).toContain('nothing to do')
  const database = (await loadSqlite())(room.database)
  database.exec('drop index plugboard_instances_live')
  database.close()
  const changed = await room.plugboard(['migrate', '--check'])
  expect(changed).toMatchObject({ code: 2, stdout: expect.stringContaining('index plugboard_instances_live is missing') })
  expect((await room.plugboard(['migrate', '--check', '--sql'])).code).toBe(64)
})

test('[25][26] sync makes types, plugins and default instances once; --check ends with 2 where it would', async () => {
  const room = opened.house.room()
  fine(await room.plugboard(['migrate']))
  const check = await room.plugboard(['sync', '--check'])
  expect(check.code).toBe(2)
  expect(check.stdout).toContain('would be created')
  const dry = fine(await room.plugboard(['sync', '--dry-run', '--json'])).json()
  const done = fine(await room.plugboard(['sync', '--json'])).json()
  const made = {
    changed: true,
    types: { created: ['mailer', 'shipper'], updated: [] },
    plugins: { created: ['mailer/api', 'mailer/log', 'shipper/post'], updated: [] },
    instances: {
      created: [
        { type: 'mailer', plugin: 'log', name: 'Log', status: 'active' },
        { type: 'shipper', plugin: 'post', name: 'Post', status: 'active' },
      ],
    },
    changes: [],
    missing: [],
  }
  expect([dry, done]).toMatchObject([
    { dryRun: true, ...made },
    { dryRun: false, ...made },
  ])
  expect(fine(await room.plugboard(['sync', '--check'])).stdout).toContain('Nothing to do')
})

test('[28] sync --mode update refreshes what the code owns; check tells of it and is fine', async () => {
  const room = opened.house.room(opened.template)
  const env = { API_LABEL: 'The API' }
  expect(fine(await room.plugboard(['check', '--json'], { env })).json()).toMatchObject({ ok: true, outdated: ['mailer/api'] })
  expect((await room.plugboard(['sync', '--check', '--mode', 'update'], { env })).code).toBe(2)
  const report = fine(await room.plugboard(['sync', '--mode', 'update', '--json'], { env })).json()
  expect(report).toMatchObject({
    plugins: { updated: ['mailer/api'] },
    changes: [{ type: 'mailer', plugin: 'api', changes: [{ field: 'label', from: 'API', to: 'The API' }] }],
  })
})

test('[35][37] list shows every instance in the order of selection, as a table and as JSON', async () => {
  const room = opened.house.room(opened.template)
  const { stdout } = fine(await room.plugboard(['list']))
  const rows = stdout.trimEnd().split('\n')
  expect(rows.map((row) => row.split(/ {2,}/).slice(0, 4))).toEqual([
    ['TYPE', 'NAME', 'PLUGIN', 'STATUS'],
    ['mailer', 'Log', 'log', 'active'],
    ['mailer', 'Main', 'api', 'active'],
    ['mailer', 'Spare', 'api', 'disabled'],
    ['shipper', 'Post', 'post', 'active'],
  ])
  const { types } = fine(await room.plugboard(['list', 'mailer', '--json'])).json<{ types: { instances: object[] }[] }>()
  expect(types).toMatchObject([
    {
      key: 'mailer',
      label: 'Mailers',
      registered: true,
      plugins: [
        { key: 'api', label: 'API', configurable: true },
        { key: 'log', label: 'Log', configurable: false },
      ],
    },
  ])
  expect(types[0]?.instances[1]).toEqual({
    id: expect.stringMatching(uuid),
    type: 'mailer',
    plugin: 'api',
    name: 'Main',
    status: 'active',
    priority: 20,
    weight: 1,
    tags: [],
    managedBy: null,
    registered: true,
    configured: true,
    configVersion: { stored: 1, code: 1 },
    keyId: 'k1',
    revision: 1,
    createdAt: expect.any(Number),
    updatedAt: expect.any(Number),
  })
  const unknown = await room.plugboard(['list', 'mialer', '--json'])
  expect([unknown.code, unknown.json()]).toEqual([1, { error: expect.objectContaining({ code: 'unknown_type', type: 'mialer' }) }])
})

test('[33] explain says what a call would get, and why', async () => {
  const room = opened.house.room(opened.template)
  const { stdout } = fine(await room.plugboard(['explain', 'mailer']))
  expect(stdout).toMatch(/→ {2}Log +log +active +0 +First of the active ones/)
  expect(stdout).toMatch(/Spare +api +disabled/)
  const told = fine(await room.plugboard(['explain', 'mailer', '--json'])).json<{ chosen: string; instances: Detail[] }>()
  expect(told).toMatchObject({
    type: 'mailer',
    instances: [{ name: 'Log', chosen: true, reason: 'selected' }, { name: 'Main', chosen: false }, { name: 'Spare' }],
  })
  expect(told.chosen).toBe(told.instances[0]?.id)
})

test('[39] explain gives a context to the selector', async () => {
  const room = opened.house.room(opened.template)
  fine(await room.plugboard(['instance', 'set', 'Post', '--tag', 'eu', '--tag', 'us']))
  const chosen = async (region: string): Promise<unknown> =>
    fine(await room.plugboard(['explain', 'shipper', '--context', JSON.stringify({ region }), '--json'])).json<{ chosen: unknown }>().chosen
  expect(await chosen('us')).toMatch(uuid)
  expect(await chosen('asia')).toBeNull()
  expect((await room.plugboard(['explain', 'shipper', '--context', '{region'])).code).toBe(64)
})

test('history names who acted, and holds no value of a config', async () => {
  const room = opened.house.room(opened.template)
  fine(await room.plugboard(['instance', 'set', 'Main', '--set', 'marker=unique-marker', '--actor', 'Ada Lovelace']))
  const table = fine(await room.plugboard(['history', 'Main']))
  expect(table.stdout).toMatch(/just now +Ada Lovelace +update +mailer +Main +config\.marker/)
  const { entries } = fine(await room.plugboard(['history', '--limit', '1', '--json'])).json<{ entries: object[] }>()
  expect(entries).toEqual([
    {
      id: expect.stringMatching(uuid),
      revision: expect.any(Number),
      at: expect.any(Number),
      actor: { id: 'cli:Ada Lovelace', name: 'Ada Lovelace' },
      action: 'update',
      type: 'mailer',
      instance: { id: expect.stringMatching(uuid), name: 'Main' },
      changed: ['config.marker'],
      configVersion: { before: 1, after: 1 },
      note: null,
      before: expect.objectContaining({ name: 'Main' }),
      after: expect.objectContaining({ name: 'Main' }),
    },
  ])
  expect(JSON.stringify(entries) + table.stdout).not.toContain('unique-marker')
  const others = await Promise.all(
    [
      ['history', '--limit', '0'],
      ['history', '--limit', '501'],
      ['history', 'Nobody'],
    ].map((args) => room.plugboard(args)),
  )
  expect(others.map((each) => each.code)).toEqual([64, 64, 1])
})

test('[47] test builds what is saved and asks the plugin; a failing test ends with 2', async () => {
  const room = opened.house.room(opened.template)
  const one = fine(await room.plugboard(['test', 'Main', '--json'])).json()
  expect(one).toEqual({
    ok: true,
    tested: 1,
    failed: 0,
    results: [
      expect.objectContaining({
        name: 'Main',
        type: 'mailer',
        plugin: 'api',
        ok: true,
        passed: ['registered', 'decrypts', 'validates', 'builds', 'onTest'],
        failed: null,
        message: "'Main' answered.",
        latencyMs: expect.any(Number),
      }),
    ],
  })
  fine(await room.plugboard(['instance', 'set', 'Main', '--set', 'behaviour=refuse']))
  const all = await room.plugboard(['test', '--all'])
  expect(all.code).toBe(2)
  expect(all.stdout).toContain("✗ 'Main' (mailer/api)")
  expect(all.stdout).toContain('onTest: 401 for the key [secret]')
  expect(all.stdout).toContain('3 passed, 1 failed.')
  const wrong = await Promise.all([['test'], ['test', '--all', 'Main']].map((args) => room.plugboard(args)))
  expect(wrong.map((each) => each.code)).toEqual([64, 64])
})

test('keys generate prints the key on stdout and nothing else, and needs no config', async () => {
  const room = opened.house.room()
  const [plain, named, json, wrong] = await Promise.all(
    [[], ['--id', 'k2'], ['--json'], ['--id', 'k 2']].map((args) => room.plugboard(['keys', 'generate', ...args], { cwd: '/' })),
  )
  expect(plain?.stdout).toMatch(/^k1:[A-Za-z0-9+/]{43}=\n$/)
  expect(plain?.stderr).toContain('PLUGBOARD_KEYS')
  expect(named?.stdout).toMatch(/^k2:/)
  expect(json?.json()).toEqual({ id: 'k1', key: expect.stringMatching(/^k1:/) })
  expect([plain, named, json, wrong].map((each) => each?.code)).toEqual([0, 0, 0, 1])
})

test('what a plugin or the application prints goes to stderr', async () => {
  const room = opened.house.room(opened.template)
  const made = fine(await room.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'Loud', '--set', 'behaviour=noise', '--json']))
  expect(made.json()).toMatchObject({ instance: { name: 'Loud' } })
  expect(made.stderr).toContain('a plugin that prints')
})

test('check is fine with 0 where everything is in step', async () => {
  const room = opened.house.room(opened.template)
  const checked = fine(await room.plugboard(['check', '--json'])).json<{ instances: object[] }>()
  expect(checked).toMatchObject({
    ok: true,
    store: expect.stringContaining('board.db'),
    registration: [],
    drift: { types: [], plugins: [], instances: [], revived: [] },
    outdated: [],
    missing: [],
  })
  expect(checked.instances).toContainEqual({
    id: expect.stringMatching(uuid),
    type: 'mailer',
    plugin: 'api',
    name: 'Main',
    status: 'active',
    configVersion: { stored: 1, code: 1 },
    ok: true,
    reason: null,
    text: null,
  })
  expect(fine(await room.plugboard(['check'])).stdout).toContain('No problem found; 4 instances looked at.')
})

test('[41] check, list and explain tell of instances whose code is not there, and of code that is not synced', async () => {
  const room = opened.house.room(opened.template)
  const env = { WITHOUT: 'api' }
  const [check, list, explain] = await Promise.all(
    [['check'], ['list'], ['explain', 'mailer']].map((args) => room.plugboard(args, { env })),
  )
  expect([check, list, explain].map((each) => each?.code)).toEqual([2, 0, 0])
  expect(check?.stdout).toContain('mailer/api is stored, with 2 instances, but this code does not register it')
  expect(check?.stdout).toMatch(/'Main' \(mailer\/api\), active: code_missing/)
  expect(list?.stdout).toMatch(/Main +api +active +20 +.*code missing/)
  expect(explain?.stdout).toMatch(/→ {2}Log/)

  const young = opened.house.room()
  fine(await young.plugboard(['migrate']))
  fine(await young.plugboard(['sync'], { env: { WITHOUT: 'api,post' } }))
  const drift = await young.plugboard(['check', '--json'])
  expect([drift.code, drift.json()]).toMatchObject([
    2,
    { ok: false, drift: { types: ['shipper'], plugins: ['mailer/api', 'shipper/post'], instances: ['shipper/post'] } },
  ])
})

test('[39] strategy shows how a type selects, and changes it to one that its code allows', async () => {
  const room = opened.house.room(opened.template)
  expect(fine(await room.plugboard(['strategy', 'mailer'])).stdout).toBe(
    'mailer selects by priority, as its code says.\nAllowed too: weighted, round-robin.\n',
  )
  const set = fine(await room.plugboard(['strategy', 'mailer', 'weighted', '--json'])).json()
  expect(set).toMatchObject({ type: 'mailer', strategy: 'weighted', stored: 'weighted', note: null })
  expect(fine(await room.plugboard(['explain', 'mailer'])).stdout).toContain('Drawn for the next call: weight 1 of 2 (50 %).')
  const refused = await room.plugboard(['strategy', 'mailer', 'fastest'])
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain("'fastest' is not among the strategies of 'mailer'. It allows priority, weighted, round-robin")
  fine(await room.plugboard(['strategy', 'mailer', 'default']))
  expect(fine(await room.plugboard(['history', '--json'])).stdout).toContain('"action": "strategy"')
})
