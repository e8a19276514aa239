import { expect, test } from 'vitest'
import { z } from 'zod'
import { openAdmin } from '../../test/support/open-admin.ts'
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
  expect(await client.request('getKeys')).toStrictEqual({ primary: 'k1', keys: [{ id: 'k1', inKeyring: true, instances: 1 }] })
  expect(await client.request('verifyKeys')).toMatchObject({ ok: true, checked: { live: 1 } })
  expect(await client.request('getSystem')).toMatchObject({ ready: true, stale: null, processes: [{}] })
  expect(await client.request('whoAmI')).toMatchObject({ id: 'u-all', permissions: { gateway: ['read', 'operate', 'configure'] } })
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
