import { expect, test } from 'vitest'
import { z } from 'zod'
import { openAdmin } from '../../test/support/open-admin.ts'
import { Plugin, PluginType, type Methods } from '../index.ts'
import { createAdmin } from './index.ts'

const config = { apiKey: 'key-of-main', baseUrl: 'https://bank.example' }

test('an admin without authorize is refused when it is made', async () => {
  await using opened = await openAdmin()
  for (const options of [undefined, {}, { authorize: 'everybody' }])
    expect(() => createAdmin(opened.board, options as never)).toThrow(/needs authorize/)
})

test('[43][44][45] create, read, edit, switch, remove and restore, each with its actor in the history', async () => {
  await using opened = await openAdmin()
  const client = opened.as('all')
  const made = await client.request('createInstance', { params: { type: 'gateway' }, body: { plugin: 'bank', name: 'Main', config } })
  expect(made).toMatchObject({ name: 'Main', status: 'disabled', config: { baseUrl: 'https://bank.example' } })
  expect(JSON.stringify(made)).not.toContain('key-of-main')
  const params = { id: made.id }
  // [44] Blank keeps.
  const edited = await client.request('updateInstance', {
    params,
    match: made.revision,
    body: { name: 'Renamed', config: { baseUrl: 'https://bank.example', note: 'n' } },
  })
  expect(edited).toMatchObject({ name: 'Renamed', secrets: [{ path: 'apiKey', set: true }] })
  const switched = await client.request('setStatus', { params, match: edited.revision, body: { status: 'active' } })
  // [45] An older page can't write over a newer one, and is told what stands there now.
  const stale = client.request('setStatus', { params, match: edited.revision, body: { status: 'disabled' } })
  await expect(stale).rejects.toMatchObject({
    status: 412,
    problem: { code: 'stale_write', current: { status: 'active', revision: switched.revision } },
  })
  await client.request('removeInstance', { params, match: switched.revision })
  expect((await client.request('listRemoved')).items).toMatchObject([{ id: made.id, name: 'Renamed', type: 'gateway', plugin: 'bank' }])
  expect(await client.request('restoreInstance', { params })).toMatchObject({ status: 'disabled' })
  const { entries } = await client.request('listInstanceHistory', { params, query: { diff: true } })
  expect(entries.map(({ action, actor }) => [action, actor.id])).toStrictEqual(
    ['restore', 'remove', 'status', 'update', 'create'].map((action) => [action, 'u-all']),
  )
})

test('[43] a name that is taken is an error at the field, and a config that does not fit names its field', async () => {
  await using opened = await openAdmin()
  const client = opened.as('all')
  const create = (body: object) =>
    client.request('createInstance', { params: { type: 'gateway' }, body: { plugin: 'bank', name: 'Main', config, ...body } })
  await create({})
  await expect(create({})).rejects.toMatchObject({ status: 409, problem: { code: 'duplicate_name', errors: [{ pointer: '/name' }] } })
  await expect(create({ name: 'Other', config: { apiKey: 'x' } })).rejects.toMatchObject({
    status: 422,
    problem: { code: 'config_invalid', errors: [{ pointer: '/config/apiKey' }] },
  })
  await expect(create({ name: 'Other', priority: 2_000_000, colour: 'red' })).rejects.toMatchObject({
    status: 422,
    problem: { code: 'invalid_input', errors: [{ pointer: '/priority' }, { pointer: '/colour' }] },
  })
})

test('the same creation sent twice under one Idempotency-Key makes one instance, whoever asks again', async () => {
  await using opened = await openAdmin()
  const body = { plugin: 'bank', name: 'Main', config }
  const options = { params: { type: 'gateway' }, body, idempotencyKey: 'request-1' }
  const first = await opened.as('all').request('createInstance', options)
  const again = await opened.as('all').request('createInstance', options)
  expect(again).toStrictEqual(first)
  await expect(opened.as('all').request('createInstance', { ...options, body: { ...body, name: 'Other' } })).rejects.toMatchObject({
    status: 409,
    problem: { code: 'conflict' },
  })
  // Another actor's key is another key.
  await expect(opened.as('configure').request('createInstance', options)).rejects.toMatchObject({ problem: { code: 'duplicate_name' } })
})

test('[46] the order is one request, conditional on what was seen', async () => {
  await using opened = await openAdmin()
  const client = opened.as('all')
  const params = { type: 'gateway' }
  for (const name of ['A', 'B'])
    await client.request('createInstance', { params, body: { plugin: 'bank', name, config, status: 'active' } })
  const { ids, orderRevision } = await client.request('getOrder', { params })
  expect(ids).toHaveLength(3)
  const done = await client.request('reorder', { params, match: orderRevision, body: { ids: ids.toReversed() } })
  expect(done.ids).toStrictEqual(ids.toReversed())
  const late = client.request('reorder', { params, match: orderRevision, body: { ids } })
  await expect(late).rejects.toMatchObject({ status: 412, problem: { code: 'stale_write', current: { ids: done.ids } } })
  const missing = client.request('reorder', { params, match: done.orderRevision, body: { ids: ids.slice(1) } })
  await expect(missing).rejects.toMatchObject({ status: 422, problem: { errors: [{ pointer: '/ids' }] } })
  const moved = await client.request('moveInstance', { params: { id: ids[0] ?? '' }, body: { to: 'first' } })
  expect(moved.ids[0]).toBe(ids[0])
})

test('a write that says not what it saw is asked to', async () => {
  await using opened = await openAdmin()
  const made = await opened.as('all').request('createInstance', {
    params: { type: 'gateway' },
    body: { plugin: 'bank', name: 'Main', config },
  })
  const response = await opened.send('all', `/instances/${made.id}`, { method: 'DELETE' })
  expect([response.status, await response.json()]).toMatchObject([428, { code: 'match_required' }])
  const odd = await opened.send('all', `/instances/${made.id}`, { method: 'DELETE', headers: { 'if-match': 'W/"1"' } })
  expect([odd.status, await odd.json()]).toMatchObject([400, { code: 'match_malformed' }])
  const read = await opened.send('all', `/instances/${made.id}`)
  expect(read.headers.get('etag')).toBe(`"${made.revision}"`)
  const done = await opened.send('all', `/instances/${made.id}`, { method: 'DELETE', headers: { 'if-match': '*' } })
  expect(done.status).toBe(204)
})

test('types, plugins with schema and hints, explanation, metrics, sync plan, keys and system are told', async () => {
  await using opened = await openAdmin()
  const client = opened.as('all')
  const params = { type: 'gateway' }
  await client.request('createInstance', { params, body: { plugin: 'bank', name: 'Main', config, status: 'active', priority: 1 } })
  const { types } = await client.request('listTypes')
  expect(types).toMatchObject([{ key: 'gateway', selected: { name: 'Main' }, counts: { total: 2, plugins: { bank: 1, cash: 1 } } }])
  const bank = await client.request('getPlugin', { params: { ...params, plugin: 'bank' } })
  expect(bank.hints.map(({ path, widget, title }) => [path, widget, title])).toStrictEqual([
    ['apiKey', 'secret', 'Api key'],
    ['baseUrl', 'url', 'Base url'],
    ['note', 'text', 'Note'],
  ])
  expect(bank.secrets).toStrictEqual([{ path: 'apiKey', boundTo: ['baseUrl'] }])
  expect(await client.request('explain', { params, body: {} })).toMatchObject({ strategy: 'priority', instances: [{ chosen: true }, {}] })
  expect(await client.request('listMetrics', { params })).toMatchObject({ instances: [{ name: 'Main', calls: 0 }, { name: 'Cash' }] })
  expect(await client.request('planSync')).toMatchObject({ dryRun: true, changed: false })
  expect(await client.request('getKeys')).toStrictEqual({
    primary: 'k1',
    keys: [{ id: 'k1', inKeyring: true, instances: 1 }],
    rotation: null,
  })
  expect(await client.request('verifyKeys')).toMatchObject({ ok: true, checked: { live: 1 } })
  expect(await client.request('getSystem')).toMatchObject({ ready: true, stale: null, processes: [{}] })
  expect(await client.request('whoAmI')).toMatchObject({ id: 'u-all', permissions: { gateway: ['read', 'operate', 'configure'] } })
})

test('[45] many are put back to what each of them was in one write, or none is', async () => {
  await using opened = await openAdmin()
  const client = opened.as('all')
  const made: { readonly id: string; readonly revision: number }[] = []
  for (const [name, status] of [
    ['A', 'active'],
    ['B', 'reserved'],
    ['C', 'disabled'],
  ] as const)
    made.push(await client.request('createInstance', { params: { type: 'gateway' }, body: { plugin: 'bank', name, config, status } }))
  const set = await client.request('setStatuses', {
    body: { status: 'disabled', instances: made.map(({ id, revision }) => ({ id, revision })) },
  })
  expect(set.instances.map(({ status }) => status)).toStrictEqual(['disabled', 'disabled', 'disabled'])
  const was = ['active', 'reserved', undefined] as const
  const back = set.instances.map(({ id, revision }, at) => {
    const status = was[at]
    return status === undefined ? { id, revision } : { id: id.toUpperCase(), revision, status }
  })
  const [first] = await opened.board.admin.history({ limit: 1 })
  // One of them was changed since: none goes back.
  const stale = back.map((each, at) => (at === 1 ? Object.assign({}, each, { revision: 1 }) : each))
  await expect(client.request('setStatuses', { body: { status: 'disabled', instances: stale } })).rejects.toMatchObject({ status: 412 })
  expect((await opened.board.admin.history({ limit: 1 }))[0]).toStrictEqual(first)
  const done = await client.request('setStatuses', { body: { status: 'disabled', instances: back } })
  expect(done.instances.map(({ name, status }) => [name, status])).toStrictEqual([
    ['A', 'active'],
    ['B', 'reserved'],
    ['C', 'disabled'],
  ])
  const written = (await opened.board.admin.history({ limit: 10 })).filter(({ revision }) => revision > (first?.revision ?? 0))
  expect(new Set(written.map(({ revision }) => revision)).size).toBe(1)
  expect(written.map(({ instance, before, after }) => [instance?.name, before?.['status'], after?.['status']]).toSorted()).toStrictEqual([
    ['A', 'disabled', 'active'],
    ['B', 'disabled', 'reserved'],
  ])
})

test('[47] the draft of an instance says which stored secrets it takes out, as its save does', async () => {
  const way = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('password'), password: z.string().min(1) }),
    z.strictObject({ kind: z.literal('token'), token: z.string().min(1) }),
  ])
  abstract class Door extends PluginType('door', { label: 'Doors' }) {
    static readonly methods: Methods<Door> = { open: 'once' }
    abstract open(): Promise<void>
  }
  const tested: unknown[] = []
  class Lock extends Plugin(Door, {
    key: 'lock',
    config: z.object({ way }),
    secrets: { 'way.password': {}, 'way.token': {} },
  }) {
    async open(): Promise<void> {}
    async onTest(): Promise<void> {
      tested.push(this.config.way)
    }
  }
  await using opened = await openAdmin({ board: { plugins: [Lock] } })
  const client = opened.as('all')
  const made = await client.request('createInstance', {
    params: { type: 'door' },
    body: { plugin: 'lock', name: 'Main', config: { way: { kind: 'password', password: 'the-password' } } },
  })
  const params = { id: made.id }
  const body = { config: { way: { kind: 'token', token: 'the-token' } } }
  await expect(client.request('testInstanceDraft', { params, body })).rejects.toMatchObject({
    problem: { code: 'secret_reentry_required' },
  })
  const clearing = { ...body, clearSecrets: ['way.password'] }
  expect(await client.request('testInstanceDraft', { params, body: clearing })).toMatchObject({ ok: true })
  expect(tested).toStrictEqual([{ kind: 'token', token: 'the-token' }])
  expect((await client.request('getInstance', { params })).config).toStrictEqual({ way: { kind: 'password' } })
  await expect(client.request('testInstanceDraft', { params, body: { ...body, clearSecrets: ['way.kind'] } })).rejects.toMatchObject({
    status: 422,
    problem: { code: 'invalid_input', errors: [{ pointer: '/clearSecrets' }] },
  })
})

test('[47] a test tells what is saved and what was typed, by steps', async () => {
  await using opened = await openAdmin()
  const client = opened.as('all')
  const made = await client.request('createInstance', {
    params: { type: 'gateway' },
    body: { plugin: 'bank', name: 'Main', config },
  })
  const params = { id: made.id }
  expect(await client.request('testInstance', { params, body: {} })).toMatchObject({ ok: true, failed: null })
  const draft = await client.request('testInstanceDraft', { params, body: { config: { baseUrl: 'https://bank.example' } } })
  expect(draft).toMatchObject({ ok: true })
  const { items } = await client.request('listInstances', { query: { search: 'main' } })
  expect(items).toMatchObject([{ lastTest: { ok: true } }])
})

test('every answer says that it is not to be cached, framed or guessed at', async () => {
  await using opened = await openAdmin()
  for (const path of ['/types', '/nothing', '/openapi.json']) {
    const { headers } = await opened.send('all', path)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('access-control-allow-origin')).toBeNull()
  }
})

test('an unknown route is 404, another method 405, both only for somebody', async () => {
  await using opened = await openAdmin()
  expect((await opened.send(null, '/nothing')).status).toBe(401)
  expect((await opened.send('read', '/nothing')).status).toBe(404)
  const other = await opened.send('read', '/types', { method: 'DELETE' })
  expect([other.status, other.headers.get('allow')]).toStrictEqual([405, 'GET'])
  expect(z.object({ code: z.string() }).parse(await other.json()).code).toBe('method_not_allowed')
})
