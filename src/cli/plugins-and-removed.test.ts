import { expect, test } from 'vitest'
import { fine, sampleHouse, show, type Detail } from '../../test/cli/sample-board.ts'

const opened = sampleHouse()

test('plugins lists what the code registers, without database and keys', async () => {
  const room = opened.house.room()
  const { stdout } = fine(await room.plugboard(['plugins'], { env: { PLUGBOARD_KEYS: undefined, DATABASE: '/nowhere/at/all.db' } }))
  expect(stdout.split('\n').map((row) => row.split(/ {2,}/).slice(0, 4))).toEqual([
    ['TYPE', 'PLUGIN', 'LABEL', 'CONFIG'],
    ['mailer', 'api', 'API', '13 fields'],
    ['mailer', 'log', 'Log', 'no config'],
    ['shipper', 'post', 'Post', 'no config'],
    [''],
  ])
  const unknown = await Promise.all(
    [
      ['plugins', 'x'],
      ['plugins', 'mailer', 'x'],
    ].map((args) => room.plugboard([...args, '--json'])),
  )
  expect(unknown.map((each) => [each.code, each.json<{ error: { code: string } }>().error.code])).toEqual([
    [1, 'unknown_type'],
    [1, 'unknown_plugin'],
  ])
})

test('plugins of a type shows each field: what it takes, whether it is required or secret, what a secret is bound to, and its default', async () => {
  const room = opened.house.room()
  const told = fine(await room.plugboard(['plugins', 'mailer', 'api', '--json'])).json<{ types: { plugins: { fields: object[] }[] }[] }>()
  expect(told.types).toMatchObject([
    { key: 'mailer', label: 'Mailers', methods: { send: 'once' }, plugins: [{ key: 'api', configurable: true, priority: 20 }] },
  ])
  const fields = told.types[0]?.plugins[0]?.fields ?? []
  const plain = { required: false, secret: false, boundTo: [], title: '', description: '' }
  expect(fields).toEqual([
    { ...plain, path: 'url', type: 'text (uri)', default: 'https://api.example.com' },
    { ...plain, path: 'apiKey', type: 'text', secret: true, boundTo: ['url'] },
    { ...plain, path: 'marker', type: 'text' },
    { ...plain, path: 'port', type: 'number' },
    { ...plain, path: 'pin', type: 'text' },
    { ...plain, path: 'sandbox', type: 'true or false' },
    { ...plain, path: 'note', type: 'text | null' },
    { ...plain, path: 'regions', type: 'list of text' },
    { ...plain, path: 'limits.perDay', type: 'whole number' },
    { ...plain, path: 'limits.burst', type: 'whole number' },
    { ...plain, path: 'login.user', type: 'text' },
    { ...plain, path: 'login.password', type: 'text', secret: true },
    { ...plain, path: 'behaviour', type: '"fine" | "refuse" | "break" | "noise"' },
  ])
  const { stdout } = fine(await room.plugboard(['plugins', 'mailer']))
  expect(stdout).toMatch(/apiKey +text +secret, to be entered again when url changes\n/)
  expect(stdout).toContain('default "https://api.example.com"')
  expect(stdout).toContain('plugboard instance create mailer api --name <name>')
  expect(stdout).toMatch(/mailer\/log {2}Log\nIt has no config\./)
})

test('a removed instance is listed, and restored by name; a name that several had asks for the id', async () => {
  const room = opened.house.room(opened.template)
  expect(fine(await room.plugboard(['list', '--removed'])).stdout).toBe('No instance was removed.\n')
  const { id } = await show(room, 'Main')
  fine(await room.plugboard(['instance', 'remove', 'Main']))
  const { removed } = fine(await room.plugboard(['list', '--removed', '--json'])).json<{ removed: Detail[] }>()
  expect(removed).toEqual([{ id, type: 'mailer', plugin: 'api', name: 'Main', priority: 20, tags: [], removedAt: expect.any(Number) }])
  expect(fine(await room.plugboard(['list', 'mailer', '--removed'])).stdout).toMatch(/mailer +Main +api +just now/)
  expect(fine(await room.plugboard(['list', 'shipper', '--removed'])).stdout).toBe('No instance was removed.\n')

  const slip = await room.plugboard(['instance', 'restore', 'Mian'])
  expect([slip.code, slip.stderr]).toEqual([
    1,
    expect.stringContaining("No removed instance has the id or name 'Mian'. Did you mean 'Main'?"),
  ])
  for (const [name, reference] of [
    ['Main', 'Main'],
    ['Main', 'mailer/api/Main'],
    ['Main', id],
  ] as const) {
    fine(await room.plugboard(['instance', 'restore', reference]))
    expect(await show(room, name)).toMatchObject({ id, status: 'disabled' })
    fine(await room.plugboard(['instance', 'remove', name]))
  }
  fine(await room.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'Main']))
  fine(await room.plugboard(['instance', 'remove', 'Main']))
  const several = await room.plugboard(['instance', 'restore', 'Main', '--json'])
  expect([several.code, several.json()]).toMatchObject([
    1,
    { error: { code: 'ambiguous_instance', candidates: [{ name: 'Main' }, { name: 'Main' }] } },
  ])
})

test('[19] what only lists, orders, switches and removes needs no keys; what seals or opens does', async () => {
  const room = opened.house.room(opened.template)
  const commands: readonly (readonly string[])[] = [
    ['list'],
    ['instance', 'show', 'Main'],
    ['instance', 'disable', 'Main'],
    ['instance', 'move', 'Main', '--first'],
    ['history', '--diff'],
    ['instance', 'remove', 'Main'],
    ['list', '--removed'],
    ['instance', 'restore', 'Main'],
  ]
  for (const PLUGBOARD_KEYS of [undefined, 'k7:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=']) {
    for (const args of commands) {
      const outcome = fine(await room.plugboard(args, { env: { PLUGBOARD_KEYS } }))
      expect(outcome.stdout + outcome.stderr).not.toContain('secret-of-main')
    }
    expect(fine(await room.plugboard(['instance', 'show', 'Main'], { env: { PLUGBOARD_KEYS } })).stdout).toContain('cannot_decrypt')
    for (const args of [
      ['instance', 'create', 'mailer', 'api', '--name', 'New'],
      ['instance', 'set', 'Main', '--set', 'port=1'],
      ['test', 'Main'],
      ['explain', 'mailer'],
    ])
      expect((await room.plugboard(args, { env: { PLUGBOARD_KEYS } })).code, args.join(' ')).toBe(1)
  }
  // Nothing wrote over what could not be opened.
  fine(await room.plugboard(['instance', 'enable', 'Main']))
  expect(fine(await room.plugboard(['test', 'Main'])).stdout).toContain('1 passed')
  expect(await show(room, 'Main')).toMatchObject({ config: { port: 25 }, state: { ok: true } })
})
