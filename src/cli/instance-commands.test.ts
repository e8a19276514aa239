import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Outcome } from '../../test/cli/cli-room.ts'
import { fine, sampleHouse, show, uuid, type Detail } from '../../test/cli/sample-board.ts'

const opened = sampleHouse()

test('[10][16] create reads every field as the schema wants it, and starts disabled at the priority of the plugin', async () => {
  const room = opened.house.room(opened.template)
  const set = ['pin=0123', 'sandbox=false', 'note=null', 'regions=["eu","us"]', 'limits.perDay=5', 'login.user=ada', 'marker=سلام 🎈']
  const made = fine(
    await room.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'Typed', '--json', ...set.flatMap((each) => ['--set', each])]),
  )
  expect(made.json<{ instance: Detail }>().instance).toMatchObject({
    id: expect.stringMatching(uuid),
    name: 'Typed',
    status: 'disabled',
    priority: 20,
    weight: 1,
    tags: [],
    config: {
      pin: '0123',
      sandbox: false,
      note: null,
      regions: ['eu', 'us'],
      limits: { perDay: 5 },
      login: { user: 'ada' },
      marker: 'سلام 🎈',
    },
    secrets: [
      { path: 'apiKey', set: false },
      { path: 'login.password', set: false },
    ],
  })
})

test('[17] create takes metadata, JSON on stdin, and a file byte for byte', async () => {
  const room = opened.house.room(opened.template)
  const pem = '-----BEGIN KEY-----\r\nabc\n\n'
  writeFileSync(join(room.path, 'key.pem'), pem)
  const args = [
    'instance',
    'create',
    'mailer',
    'api',
    '--name',
    'Full',
    '--status',
    'reserved',
    '--priority',
    '-7',
    '--weight',
    '3',
    '--tag',
    'a',
    '--tag',
    'b',
  ]
  fine(
    await room.plugboard([...args, '--from', '-', '--set-file', 'apiKey=key.pem'], {
      input: '{"port": 587, "login": {"password": "stdin-secret"}}',
    }),
  )
  expect(await show(room, 'Full')).toMatchObject({
    status: 'reserved',
    priority: -7,
    weight: 3,
    tags: ['a', 'b'],
    config: { port: 587, login: {} },
    secrets: [
      { path: 'apiKey', set: true },
      { path: 'login.password', set: true },
    ],
  })
  fine(await room.plugboard(['test', 'Full']))
  expect(JSON.parse(readFileSync(room.received, 'utf8'))).toMatchObject({ config: { apiKey: pem, login: { password: 'stdin-secret' } } })
})

test('[17] key files come back byte for byte, through command line, database, board and plugin', async () => {
  const room = opened.house.room(opened.template)
  const base64 = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'
  const contents = [
    `-----BEGIN PRIVATE KEY-----\r\n${base64}\r\n-----END PRIVATE KEY-----\r\n`,
    `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----`,
    `\ufeff{\r\n  "type": "service_account",\r\n  "private_key": "-----BEGIN PRIVATE KEY-----\\n${base64}\\n"\r\n}\r\n`,
    '{"type":"service_account"}',
    '\n\n  leading and trailing space \t \n',
  ]
  for (const [index, content] of contents.entries()) {
    writeFileSync(join(room.path, `key-${index}`), content)
    fine(
      await room.plugboard(['instance', 'set', 'Main', '--set-file', `apiKey=key-${index}`, '--set-file', `login.password=key-${index}`]),
    )
    fine(await room.plugboard(['test', 'Main']))
    const received = readFileSync(room.received, 'utf8').trimEnd().split('\n').at(-1) ?? ''
    expect(JSON.parse(received)).toMatchObject({ config: { apiKey: content, login: { password: content } } })
  }
})

test('[14] create writes nothing where the config does not fit, or can not be built', async () => {
  const room = opened.house.room(opened.template)
  const create = (...set: string[]): Promise<Outcome> =>
    room.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'New', '--json', ...set.flatMap((each) => ['--set', each])])
  const [invalid, broken] = await Promise.all([create('url=nowhere', 'limits.perDay=1.5'), create('behaviour=break')])
  expect([invalid.code, broken.code]).toEqual([1, 1])
  expect(invalid.json()).toMatchObject({
    error: { code: 'config_invalid', plugin: 'api', issues: [{ pointer: '/url' }, { pointer: '/limits/perDay' }] },
  })
  expect(broken.json()).toMatchObject({ error: { code: 'trial_build_failed', hint: expect.stringContaining('--force') } })
  expect((await room.plugboard(['list'])).stdout).not.toContain('New')
  fine(await room.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'New', '--set', 'behaviour=break', '--force']))
})

test('[44] set keeps what is not named, secrets too, and takes out what it is told to', async () => {
  const room = opened.house.room(opened.template)
  fine(
    await room.plugboard([
      'instance',
      'set',
      'Main',
      '--set',
      'marker=m',
      '--set',
      'limits.burst=2',
      '--tag',
      'x',
      '--priority',
      '3',
      '--weight',
      '9',
    ]),
  )
  const changed = await show(room, 'Main')
  expect(changed).toMatchObject({ priority: 3, weight: 9, tags: ['x'], config: { port: 25, marker: 'm', limits: { burst: 2 } } })
  expect(changed.secrets[0]).toEqual({ path: 'apiKey', set: true })

  const same = fine(await room.plugboard(['instance', 'set', 'Main', '--set', 'marker=m', '--json'])).json()
  expect(same).toMatchObject({ changed: false, instance: { revision: changed.revision } })

  fine(await room.plugboard(['instance', 'set', 'Main', '--unset', 'port', '--unset', 'limits', '--tag', '', '--name', 'Primary']))
  expect(await show(room, 'mailer/Primary')).toMatchObject({ tags: [], config: { marker: 'm' }, secrets: [{ set: true }, { set: false }] })
  fine(await room.plugboard(['instance', 'set', 'Primary', '--clear-secret', 'apiKey']))
  expect((await show(room, 'Primary')).secrets[0]).toEqual({ path: 'apiKey', set: false })
})

test('[45] set with an old --revision writes nothing, and the error holds the instance as it is', async () => {
  const room = opened.house.room(opened.template)
  fine(await room.plugboard(['instance', 'set', 'Main', '--set', 'port=26', '--revision', '1']))
  const stale = await room.plugboard(['instance', 'set', 'Main', '--set', 'port=27', '--revision', '1', '--json'])
  expect(stale.code).toBe(1)
  expect(stale.json()).toMatchObject({ error: { code: 'stale_write', expected: 1, actual: 2, current: { config: { port: 26 } } } })
  expect((await show(room, 'Main')).config).toEqual({ port: 26 })
})

test('a secret is not kept where it would be sent to another place', async () => {
  const room = opened.house.room(opened.template)
  const elsewhere = ['instance', 'set', 'Main', '--set', 'url=https://evil.example.com']
  const refused = await room.plugboard([...elsewhere, '--json'])
  expect([refused.code, refused.json()]).toEqual([
    1,
    { error: expect.objectContaining({ code: 'secret_reentry_required', secrets: [{ secret: 'apiKey', changed: ['url'] }] }) },
  ])
  fine(await room.plugboard([...elsewhere, '--set-env', 'apiKey=KEY'], { env: { KEY: 'secret-again' } }))
})

test('[34][45] enable, reserve and disable change many in one write, and say what was so already', async () => {
  const room = opened.house.room(opened.template)
  const enabled = fine(await room.plugboard(['instance', 'enable', 'Main', 'Spare', 'Main']))
  expect(enabled.stdout).toBe("'Main' (mailer/api) was already active.\n'Spare' (mailer/api) is now active.\n")
  const reserved = fine(await room.plugboard(['instance', 'reserve', 'Main', 'mailer/Spare', '--json'])).json<{ changed: string[] }>()
  expect(reserved).toMatchObject({
    changed: [expect.stringMatching(uuid), expect.stringMatching(uuid)],
    instances: [{ status: 'reserved' }, { status: 'reserved' }],
  })
  fine(await room.plugboard(['instance', 'disable', 'mailer/log/Log']))
  expect((await show(room, 'Log')).status).toBe('disabled')
  expect((await room.plugboard(['instance', 'enable', 'Main', 'Nobody'])).code).toBe(1)
  expect((await show(room, 'Main')).status, 'one unknown name, and nothing was written').toBe('reserved')
})

test('[46] move changes the order before, after, to an end, or by number', async () => {
  const room = opened.house.room(opened.template)
  const move = async (...args: string[]): Promise<readonly string[]> =>
    fine(await room.plugboard(['instance', 'move', ...args, '--json']))
      .json<{ order: Detail[] }>()
      .order.map((each) => each.name)
  fine(await room.plugboard(['instance', 'enable', 'Spare']))
  expect(await move('Main', '--first')).toEqual(['Main', 'Log', 'Spare'])
  expect(await move('Main', '--last')).toEqual(['Log', 'Spare', 'Main'])
  expect(await move('Spare', '--before', 'Log')).toEqual(['Spare', 'Log', 'Main'])
  expect(await move('Spare', '--after', 'Main')).toEqual(['Log', 'Main', 'Spare'])
  expect(await move('Spare', '--priority', '-5')).toEqual(['Spare', 'Log', 'Main'])
  const wrong = await Promise.all(
    [['Main'], ['Main', '--first', '--last'], ['Main', '--priority', 'high']].map((args) => room.plugboard(['instance', 'move', ...args])),
  )
  expect(wrong.map((each) => each.code)).toEqual([64, 64, 64])
  expect((await room.plugboard(['instance', 'move', 'Main', '--before', 'Post'])).stderr).toContain('another type')
  expect((await room.plugboard(['instance', 'move', 'Main', '--priority', '99999999'])).stderr).toContain('1000000')
})

test('remove keeps what restore brings back, disabled and with its config', async () => {
  const room = opened.house.room(opened.template)
  const { removed } = fine(await room.plugboard(['instance', 'remove', 'Main', '--json'])).json<{ removed: Detail }>()
  expect(removed).toEqual({ id: expect.stringMatching(uuid), type: 'mailer', plugin: 'api', name: 'Main' })
  expect((await room.plugboard(['instance', 'show', 'Main'])).code).toBe(1)
  expect(fine(await room.plugboard(['history', removed.id, '--json'])).json<{ entries: object[] }>().entries).toHaveLength(2)
  fine(await room.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'Main']))
  const { instance } = fine(await room.plugboard(['instance', 'restore', removed.id.toUpperCase(), '--json'])).json<{ instance: Detail }>()
  expect(instance).toMatchObject({
    id: removed.id,
    name: 'Main (2)',
    status: 'disabled',
    config: { port: 25 },
    secrets: [{ set: true }, { set: false }],
  })
  expect((await room.plugboard(['instance', 'restore', removed.id])).code).toBe(1)
})

test('[36][52] an instance is named by id, name, type/name or type/plugin/name; an ambiguous name is refused with the ids', async () => {
  const room = opened.house.room(opened.template)
  const { id } = await show(room, 'Spare')
  fine(await room.plugboard(['instance', 'set', 'Post', '--name', 'Spare']))
  const ambiguous = await room.plugboard(['instance', 'show', 'Spare', '--json'])
  expect([ambiguous.code, ambiguous.json()]).toMatchObject([
    1,
    { error: { code: 'ambiguous_instance', candidates: [{ id }, { type: 'shipper' }] } },
  ])
  for (const reference of [id.toUpperCase(), 'mailer/Spare', 'mailer/api/Spare']) expect((await show(room, reference)).id).toBe(id)
  const unknown = await room.plugboard(['instance', 'show', 'Sapre', '--json'])
  expect([unknown.code, unknown.json()]).toMatchObject([
    1,
    { error: { code: 'instance_not_found', message: expect.stringContaining("Did you mean 'Spare'?") } },
  ])
})

test('names of any script are stored and shown as given; what a terminal acts on is refused or shown as a sign', async () => {
  const room = opened.house.room(opened.template)
  const names = ['پیامک اصلی', '🚀 نوتیف‌ها', '\u200fRTL mark', 'n'.repeat(255), `"quoted" 'name' $HOME`]
  for (const name of names) {
    fine(await room.plugboard(['instance', 'create', 'mailer', 'api', '--name', name]))
    expect((await show(room, name)).name).toBe(name)
  }
  const { stdout } = fine(await room.plugboard(['list']))
  for (const name of names) expect(stdout).toContain(name)
  // C1 and bidi controls may stand in a name; another program may have written anything.
  fine(
    await room.plugboard([
      'instance',
      'create',
      'mailer',
      'api',
      '--name',
      'evil\u202Etxt\u009b2J',
      '--set',
      'marker=\u001b[31mred\u001b[0m',
    ]),
  )
  const outcomes = await Promise.all(
    [
      ['list'],
      ['list', '--json'],
      ['history'],
      ['instance', 'show', 'evil\u202Etxt\u009b2J'],
      ['instance', 'enable', 'evil\u202Etxt\u009b2J'],
      ['test', '--all'],
      ['check'],
    ].map((args) => room.plugboard(args)),
  )
  // eslint-disable-next-line no-control-regex -- these are what must not be shown.
  for (const each of outcomes) expect(each.stdout + each.stderr).not.toMatch(/[\u001b\u009b\u202e]/)
  expect(outcomes[1]?.json()).toMatchObject({
    types: [{ instances: expect.arrayContaining([expect.objectContaining({ name: 'evil\u202Etxt\u009b2J' })]) }, {}],
  })
  const refused = await Promise.all(
    ['a\u001b[31mb', 'a\nb', ' ', 'n'.repeat(256)].map((name) => room.plugboard(['instance', 'create', 'mailer', 'log', '--name', name])),
  )
  expect(refused.map((each) => each.code)).toEqual([1, 1, 1, 1])
})
