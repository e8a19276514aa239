import { expect, test } from 'vitest'
import { z } from 'zod'
import { actor, Bank, Gateway } from '../../test/support/gateways.ts'
import { openBoard, type TestBoard } from '../../test/support/open-board.ts'
import { Plugin, type DocumentInstance, type InstancesDocument, type InstancesPlan } from '../index.ts'

const source = 'deploy/instances.yaml'
const references = { env: [{ name: 'FILES_*', to: '*' as const }] }
const ref = { $ref: 'env:FILES_KEY' }
process.env['FILES_KEY'] = 'the-key-of-files'
process.env['FILES_OTHER'] = 'another-key'

const main: DocumentInstance = { type: 'gateway', plugin: 'bank', name: 'Main', status: 'active', config: { apiKey: ref, note: 'n' } }
const file = (...instances: readonly DocumentInstance[]): InstancesDocument => ({ plugboard: 1, instances })
const open = (): Promise<TestBoard> => openBoard({ references })
const by = { actor, source }
const shape = ({ instances }: InstancesPlan): readonly unknown[] =>
  instances.map(({ action, name, hold, needs }) => [action, name, hold?.reason ?? null, ...needs])

test('a file makes its instances, manages them from then on, and a second time there is nothing to do', async () => {
  await using opened = await open()
  const { admin } = opened.board
  const document = file(main, {
    ...main,
    name: 'Spare',
    status: 'reserved',
    priority: 99,
    weight: 3,
    tags: ['eu'],
    config: { apiKey: ref },
  })
  const planned = await admin.planInstances(document, { source })
  expect([planned.applied, planned.changed, planned.drift, shape(planned)]).toEqual([
    false,
    true,
    true,
    [
      ['create', 'Main', null],
      ['create', 'Spare', null],
    ],
  ])
  expect((await admin.list()).items.map(({ name }) => name)).toEqual(['Cash'])

  const applied = await admin.applyInstances(document, { ...by, note: 'OPS-17' })
  expect([applied.applied, applied.drift, shape(applied)]).toEqual([true, false, shape(planned)])
  expect((opened.board.get(Gateway) as Bank).key).toBe('the-key-of-files')
  expect((await admin.list()).items.filter(({ plugin }) => plugin === 'bank')).toMatchObject([
    { name: 'Main', status: 'active', priority: 10, weight: 1, tags: [], managedBy: source, state: { ok: true } },
    { name: 'Spare', status: 'reserved', priority: 99, weight: 3, tags: ['eu'], managedBy: source },
  ])
  const entry = (await admin.history({ diff: true })).find(({ instance }) => instance?.name === 'Main')
  expect(entry).toMatchObject({
    action: 'create',
    actor,
    note: 'OPS-17',
    before: null,
    after: { name: 'Main', managedBy: source },
    changed: ['name', 'status', 'priority', 'weight', 'tags', 'managedBy', 'config.apiKey', 'config.note'],
    config: {
      readable: true,
      fields: [
        { path: 'apiKey', reference: { before: null, after: 'env:FILES_KEY' } },
        { path: 'note', after: 'n' },
      ],
    },
  })
  const revision = opened.board.internals.runtime.revision
  const again = await admin.applyInstances(document, by)
  expect([again.changed, again.drift, again.unchanged, again.instances]).toEqual([false, false, 2, []])
  expect(opened.board.internals.runtime.revision).toBe(revision)
})

test('a change is told field by field, and written in one write; a secret is told to change, and no more', async () => {
  await using opened = await open()
  const { admin } = opened.board
  await admin.applyInstances(file(main), by)
  const changed = { ...main, priority: 7, config: { apiKey: { $ref: 'env:FILES_OTHER' }, note: 'm' } }
  const [told] = (await admin.planInstances(file(changed), { source })).instances
  expect(told).toMatchObject({
    action: 'update',
    changes: [{ field: 'priority', from: 10, to: 7 }],
    config: [
      { path: 'apiKey', secret: true, reference: { before: 'env:FILES_KEY', after: 'env:FILES_OTHER' } },
      { path: 'note', before: 'n', after: 'm' },
    ],
    needs: [],
  })
  const before = opened.board.internals.runtime.revision ?? 0
  await admin.applyInstances(file(changed), by)
  expect(opened.board.internals.runtime.revision).toBe(before + 1)
  expect((opened.board.get(Gateway) as Bank).key).toBe('another-key')
  // What the file does not say any more is the default again.
  await admin.applyInstances(file({ type: 'gateway', plugin: 'bank', name: 'Main', config: { apiKey: ref } }), by)
  expect((await admin.list()).items.find(({ name }) => name === 'Main')).toMatchObject({ status: 'disabled', priority: 10 })
})

test('an instance that needs a secret which the file does not have lands disabled, and is switched on once that was entered', async () => {
  await using opened = await open()
  const { admin } = opened.board
  const bare = { ...main, config: { note: 'n' } }
  const applied = await admin.applyInstances(file(bare), by)
  expect([applied.drift, shape(applied)]).toEqual([true, [['create', 'Main', null, 'apiKey']]])
  const item = (await admin.list({ search: 'Main' })).items[0]
  expect(item).toMatchObject({ status: 'disabled', managedBy: source })
  const { id = '' } = item ?? {}
  expect((await admin.get(id)).state).toMatchObject({ ok: false, reason: 'config_invalid' })
  // Not as it says yet, and nothing to write.
  const waiting = await admin.applyInstances(file(bare), by)
  expect([waiting.changed, waiting.drift, shape(waiting)]).toEqual([false, true, [['hold', 'Main', 'needs_secrets', 'apiKey']]])
  // It is the one thing of a managed instance that an operator enters.
  await admin.update(id, { config: { note: 'n', apiKey: 'typed-by-hand' } }, { actor })
  const done = await admin.applyInstances(file(bare), by)
  expect([done.drift, shape(done)]).toEqual([false, [['update', 'Main', null]]])
  expect((opened.board.get(Gateway) as Bank).key).toBe('typed-by-hand')
  expect((await admin.planInstances(file(bare), { source })).drift).toBe(false)
})

test('a secret in plain text is refused with its place, unless it is asked for', async () => {
  await using opened = await open()
  const { admin } = opened.board
  const plain = { ...main, config: { apiKey: 'canary-in-the-file' } }
  const refused: unknown = await admin.planInstances(file(plain), { source }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'instances_file', file: source, issues: [{ pointer: '/instances/0/config/apiKey' }] })
  expect(JSON.stringify(refused) + String((refused as Error).stack)).not.toContain('canary-in-the-file')
  const planned = await admin.planInstances(file(plain), { source, plainSecrets: true })
  expect(JSON.stringify(planned)).not.toContain('canary-in-the-file')
  await admin.applyInstances(file(plain), { ...by, plainSecrets: true })
  expect((opened.board.get(Gateway) as Bank).key).toBe('canary-in-the-file')
  expect((await admin.planInstances(file(plain), { source, plainSecrets: true })).drift).toBe(false)
})

test('everything that is wrong is told at once, and nothing is written', async () => {
  await using opened = await open()
  const { admin } = opened.board
  const wrong: unknown = {
    plugboard: 2,
    more: true,
    instances: [
      'text',
      { ...main, nam: 'x' },
      { type: 'gateway', plugin: 'bank' },
      { type: 'gatway', plugin: 'bank', name: 'a' },
      { type: 'gateway', plugin: 'bnak', name: 'b' },
      { ...main, name: 'c', status: 'on', priority: 1.5 },
      { ...main, name: 'd', needs: ['password'] },
      { type: 'gateway', plugin: 'cash', name: 'e', config: { x: 1 } },
      { ...main, name: 'f', config: [] },
      { ...main, name: 'g', configVersion: 0 },
      main,
      { ...main, name: ' Main ' },
    ],
  }
  const refused = await admin.applyInstances(wrong as InstancesDocument, by).catch((error: unknown) => error)
  expect((refused as { issues: { pointer: string }[] }).issues.map(({ pointer }) => pointer)).toEqual([
    '/more',
    '/plugboard',
    '/instances/0',
    '/instances/1/nam',
    '/instances/2',
    '/instances/3/type',
    '/instances/4/plugin',
    '/instances/5/status',
    '/instances/5/priority',
    '/instances/6/needs',
    '/instances/7/config',
    '/instances/8/config',
    '/instances/9/configVersion',
    '/instances/11/name',
  ])
  const configs = [
    { apiKey: ref, baseUrl: 'nowhere' },
    { apiKey: ref, aipKey: 'x' },
    { apiKey: { $ref: 'vault:x' } },
    { apiKey: { $ref: 'env:HOME' } },
  ]
  const bad = configs.map((config, index): DocumentInstance => Object.assign({}, main, { name: `n${index}`, config }))
  await expect(admin.applyInstances(file(main, ...bad), by)).rejects.toMatchObject({
    issues: [
      { pointer: '/instances/1/config/baseUrl' },
      { pointer: '/instances/2/config/aipKey' },
      { pointer: '/instances/3/config/apiKey' },
      { pointer: '/instances/4/config/apiKey' },
    ],
  })
  for (const document of [null, [], 'x', { plugboard: 1 }, JSON.parse('{"plugboard":1,"instances":[],"__proto__":{"x":1}}') as unknown])
    await expect(admin.applyInstances(document as InstancesDocument, by), String(document)).rejects.toMatchObject({
      code: 'instances_file',
    })
  Bank.act = (_, call) => {
    if (call === 'onStart') throw new Error('does not start')
  }
  await expect(admin.applyInstances(file(main), by)).rejects.toMatchObject({
    issues: [{ pointer: '/instances/0/config', message: expect.stringContaining('does not start') }],
  })
  expect((await admin.list()).items.map(({ name }) => name)).toEqual(['Cash'])
  Bank.act = () => {}
})

test('what operators made, or another file manages, is held until it is adopted; what sync made and nobody touched is not', async () => {
  await using opened = await open()
  const { admin } = opened.board
  const cash: DocumentInstance = { type: 'gateway', plugin: 'cash', name: 'Cash', status: 'reserved', priority: 50 }
  await admin.create({ type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'by-hand' } }, { actor })
  const held = await admin.applyInstances(file(main, cash), by)
  expect([held.drift, shape(held)]).toEqual([
    true,
    [
      ['hold', 'Main', 'not_managed'],
      ['update', 'Cash', null],
    ],
  ])
  expect((await admin.list({ search: 'Main' })).items[0]).toMatchObject({ managedBy: null, status: 'disabled' })
  const adopted = await admin.applyInstances(file(main, cash), { ...by, adopt: true })
  expect([adopted.drift, adopted.instances[0]?.adopted, adopted.unchanged]).toEqual([false, true, 1])
  const other = await admin.applyInstances(file(main), { actor, source: 'other.yaml' })
  expect(other.instances).toMatchObject([{ action: 'hold', hold: { reason: 'other_file', file: source } }])
  const moved = await admin.applyInstances(file(main), { actor, source: 'other.yaml', adopt: true })
  expect(moved.instances).toMatchObject([{ action: 'update', adopted: true, changes: [], config: [] }])
})

test('what the file lists no more is held until it is pruned, and can be restored then, free of the file', async () => {
  await using opened = await open()
  const { admin } = opened.board
  await admin.applyInstances(file(main, { ...main, name: 'Old' }), by)
  await admin.create({ type: Gateway, plugin: 'bank', name: "Operator's", config: { apiKey: 'by-hand' } }, { actor })
  expect(shape(await admin.applyInstances(file(main), by))).toEqual([['hold', 'Old', 'not_listed']])
  const pruned = await admin.applyInstances(file(main), { ...by, prune: true, note: 'not needed' })
  expect([pruned.drift, shape(pruned)]).toEqual([false, [['remove', 'Old', null]]])
  const names = async (): Promise<readonly string[]> => (await admin.list()).items.map(({ name }) => name).toSorted()
  expect(await names()).toEqual(['Cash', 'Main', "Operator's"])
  expect((await admin.history())[0]).toMatchObject({
    action: 'remove',
    note: 'not needed',
    before: { name: 'Old', managedBy: source },
    after: null,
  })
  const [removed] = (await admin.listRemoved()).items
  expect(await admin.restore(removed?.id ?? '', { actor })).toMatchObject({ name: 'Old', managedBy: null, status: 'disabled' })
})

test('renamed by `was`, an instance keeps its id, its secret and its history; without it, it is another one', async () => {
  await using opened = await open()
  const { admin } = opened.board
  await admin.applyInstances(file({ ...main, config: {} }), by)
  const id = (await admin.list({ search: 'Main' })).items[0]?.id ?? ''
  await admin.update(id, { config: { apiKey: 'by-hand' } }, { actor })
  const renamed = { ...main, name: 'First', was: 'Main', config: {} }
  expect((await admin.planInstances(file(renamed), { source })).instances).toMatchObject([{ action: 'update', id, renamedFrom: 'Main' }])
  await admin.applyInstances(file(renamed), by)
  expect(await admin.get(id)).toMatchObject({ name: 'First', status: 'active', secrets: [{ set: true }] })
  // It stays harmless.
  expect((await admin.applyInstances(file(renamed), by)).changed).toBe(false)
  await expect(admin.applyInstances(file(renamed, main), by)).rejects.toMatchObject({
    issues: [{ pointer: '/instances/0/was', other: '/instances/1/name' }],
  })
  // Two that are there are not made one.
  await admin.create({ type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'another' } }, { actor })
  await expect(admin.applyInstances(file(renamed), by)).rejects.toMatchObject({ issues: [{ pointer: '/instances/0/was' }] })
  const without = await admin.planInstances(file({ ...main, name: 'Second' }), { source })
  expect(shape(without)).toEqual([
    ['create', 'Second', null],
    ['hold', 'First', 'not_listed'],
  ])
})

test('managed instances are locked for operators, who are told what manages them, until they are taken over', async () => {
  await using opened = await open()
  const { admin } = opened.board
  await admin.applyInstances(file(main, { ...main, name: 'Spare' }), by)
  const [one, two] = (await admin.list({ plugin: 'bank' })).items
  const { id = '' } = one ?? {}
  const [entry] = await admin.history({ instance: id })
  const attempts = {
    name: () => admin.update(id, { name: 'Other' }, { actor }),
    status: () => admin.update(id, { status: 'disabled' }, { actor }),
    config: () => admin.update(id, { config: { note: 'mine' } }, { actor }),
    'a reference for another': () => admin.update(id, { config: { note: 'n', apiKey: { $ref: 'env:FILES_OTHER' } } }, { actor }),
    'a value for a reference': () => admin.update(id, { config: { note: 'n', apiKey: 'by-hand' } }, { actor }),
    clearing: () => admin.update(id, { clearSecrets: ['apiKey'] }, { actor, force: true }),
    replacing: () => admin.update(id, { config: { note: 'n', apiKey: 'by-hand' } }, { actor, replaceConfig: true }),
    switching: () => admin.setStatus(id, 'reserved', { actor }),
    'switching many': () => admin.setStatus([two?.id ?? '', id], 'disabled', { actor }),
    removing: () => admin.remove(id, { actor }),
    'rolling back': () => admin.rollback(id, entry?.id ?? '', { actor }),
    moving: () => admin.move(id, { to: 'last' }, { actor }),
  }
  for (const [what, attempt] of Object.entries(attempts)) {
    await expect(attempt(), what).rejects.toMatchObject({ code: 'managed_by_file', file: source })
  }
  expect((await admin.planInstances(file(main, { ...main, name: 'Spare' }), { source })).drift).toBe(false)
  // What changes nothing of it is done as ever.
  await admin.setStatus(id, 'active', { actor })
  await admin.test(id, { actor })
  await admin.reload(id, { actor })

  const taken = await admin.takeOver(id, { actor, note: 'their outage' })
  expect(taken).toMatchObject({ managedBy: null, status: 'active', config: { note: 'n' } })
  expect((await admin.history({ instance: id }))[0]).toMatchObject({
    action: 'take_over',
    note: 'their outage',
    changed: ['managedBy'],
    before: { managedBy: source },
    after: { managedBy: null },
  })
  await admin.setStatus(id, 'disabled', { actor })
  const held = await admin.applyInstances(file(main, { ...main, name: 'Spare' }), by)
  expect([shape(held), (await admin.get(id)).status]).toEqual([[['hold', 'Main', 'not_managed']], 'disabled'])
  const back = await admin.applyInstances(file(main, { ...main, name: 'Spare' }), { ...by, adopt: true })
  expect(back.instances).toMatchObject([
    { action: 'update', adopted: true, changes: [{ field: 'status', from: 'disabled', to: 'active' }] },
  ])
  // Taken over twice, it stays as it is.
  const revision = (await admin.takeOver(id, { actor })).revision
  expect((await admin.takeOver(id, { actor, revision })).revision).toBe(revision)
  await expect(admin.takeOver(id, { actor, revision: 1 })).rejects.toMatchObject({ code: 'stale_write' })
})

test('others are ordered around managed instances, whose priorities stay', async () => {
  await using opened = await open()
  const { admin } = opened.board
  await admin.applyInstances(file({ ...main, name: 'M1', priority: 100 }, { ...main, name: 'M2', priority: 200 }), by)
  for (const name of ['a', 'b', 'c'])
    await admin.create({ type: Gateway, plugin: 'bank', name, config: { apiKey: 'by-hand' }, status: 'active', priority: 150 }, { actor })
  const named = async (): Promise<ReadonlyMap<string, string>> => new Map((await admin.list()).items.map(({ id, name }) => [name, id]))
  const order = async (): Promise<string> => (await admin.list()).items.map(({ name, priority }) => `${name} ${priority}`).join(', ')
  const ids = await named()
  const reorder = (names: string): Promise<unknown> =>
    admin.reorder(
      Gateway,
      names.split(' ').map((name) => ids.get(name) ?? ''),
      { actor },
    )
  expect(await order()).toBe('Cash 50, M1 100, a 150, b 150, c 150, M2 200')
  await reorder('c M1 b a M2 Cash')
  expect(await order()).toBe('c 90, M1 100, b 110, a 120, M2 200, Cash 210')
  await admin.move(ids.get('a') ?? '', { to: 'first' }, { actor })
  expect(await order()).toBe('a 80, c 90, M1 100, b 110, M2 200, Cash 210')
  await expect(reorder('a c M2 M1 b Cash')).rejects.toMatchObject({ code: 'managed_by_file' })
  expect(await order()).toBe('a 80, c 90, M1 100, b 110, M2 200, Cash 210')
  expect(
    (await admin.planInstances(file({ ...main, name: 'M1', priority: 100 }, { ...main, name: 'M2', priority: 200 }), { source })).drift,
  ).toBe(false)
})

test('what is exported makes the same instances in an empty database, those that need a secret disabled', async () => {
  await using opened = await open()
  const { admin } = opened.board
  await admin.create(
    { type: Gateway, plugin: 'bank', name: 'By hand', config: { apiKey: 'canary-by-hand', note: 'x' }, status: 'active', tags: ['a'] },
    { actor },
  )
  await admin.create(
    { type: Gateway, plugin: 'bank', name: 'Referring', config: { apiKey: ref }, status: 'reserved', weight: 4, priority: -3 },
    { actor },
  )
  const { document, skipped } = await admin.exportInstances()
  expect(skipped).toEqual([])
  expect(document).toEqual(
    file(
      {
        type: 'gateway',
        plugin: 'bank',
        name: 'By hand',
        status: 'active',
        priority: 10,
        tags: ['a'],
        config: { note: 'x' },
        needs: ['apiKey'],
      },
      { type: 'gateway', plugin: 'cash', name: 'Cash', status: 'active', priority: 50 },
      { type: 'gateway', plugin: 'bank', name: 'Referring', status: 'reserved', priority: -3, weight: 4, config: { apiKey: ref } },
    ),
  )
  await using other = await open()
  const applied = await other.board.admin.applyInstances(document, by)
  expect([applied.drift, shape(applied)]).toEqual([
    true,
    [
      ['create', 'By hand', null, 'apiKey'],
      ['update', 'Cash', null],
      ['create', 'Referring', null],
    ],
  ])
  const facts = async ({ board }: TestBoard): Promise<readonly (readonly unknown[])[]> =>
    (await board.admin.list({ sort: 'name' })).items.map(({ name, plugin, priority, weight, tags, status }) => [
      name,
      plugin,
      priority,
      weight,
      tags,
      status,
    ])
  const expected = (await facts(opened)).map((fact) => (fact[0] === 'By hand' ? fact.with(5, 'disabled') : fact))
  expect(await facts(other)).toEqual(expected)
  // The same file, once more: but for who decides, and what was not exported, it is the same file.
  const { id = '' } = (await other.board.admin.list({ search: 'hand' })).items[0] ?? {}
  await other.board.admin.update(id, { config: { note: 'x', apiKey: 'entered' } }, { actor })
  await other.board.admin.applyInstances(document, by)
  expect((await other.board.admin.exportInstances()).document).toEqual(document)
})

test('an optional secret that was set is needed too, where the file says so', async () => {
  class Safe extends Plugin(Gateway, { key: 'safe', config: z.object({ pin: z.string().optional() }), secrets: { pin: {} } }) {
    async charge(): Promise<string> {
      return ''
    }
    async quote(): Promise<string> {
      return ''
    }
  }
  await using opened = await openBoard({ plugins: [Bank, Safe] })
  const safe: DocumentInstance = { type: 'gateway', plugin: 'safe', name: 'Safe', status: 'active' }
  expect(shape(await opened.board.admin.applyInstances(file({ ...safe, needs: ['pin'] }), by))).toEqual([['create', 'Safe', null, 'pin']])
  expect(shape(await opened.board.admin.applyInstances(file(safe), by))).toEqual([['update', 'Safe', null]])
})

test('fault 3: eight applies at once, and operators between them: one instance each, every write in the history', async () => {
  await using opened = await open()
  const boards = [opened.board, ...(await Promise.all(Array.from({ length: 3 }, () => opened.another())))]
  const document = file(...Array.from({ length: 10 }, (_, index) => ({ ...main, name: `n${index}` })))
  const results = await Promise.allSettled(
    [...boards, ...boards].map((board, index) =>
      board.admin.applyInstances(document, { actor: { id: `u${index}`, name: `u${index}` }, source }),
    ),
  )
  expect(results.map(({ status }) => status)).toEqual(Array(8).fill('fulfilled'))
  const { admin } = opened.board
  await opened.board.refresh()
  const { items } = await admin.list({ plugin: 'bank', limit: 100 })
  expect(items.map(({ name }) => name).toSorted()).toEqual(document.instances.map(({ name }) => name))
  expect(
    (await admin.history({ limit: 500 })).filter(({ action, instance }) => action === 'create' && instance?.name.startsWith('n') === true),
  ).toHaveLength(10)
  // While some apply, others take over: nobody overwrites what was taken.
  const last = file(...document.instances.map((each): DocumentInstance => Object.assign({}, each, { priority: 5 })))
  const taken = items[3]?.id ?? ''
  const [applied, over] = await Promise.all([admin.applyInstances(last, by), boards[1]?.admin.takeOver(taken, { actor })])
  expect(over?.managedBy).toBeNull()
  const held = applied.instances.filter(({ action }) => action === 'hold').map(({ id }) => id)
  const after = await admin.get(taken)
  // Either the apply came first, and its priority was taken over; or it saw that it had come too late.
  expect([after.managedBy, after.priority, held]).toEqual(held.length === 0 ? [null, 5, []] : [null, 10, [taken]])
})
