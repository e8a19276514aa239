import { expect, test } from 'vitest'
import { openAdmin, type people, type TestAdmin } from '../../test/support/open-admin.ts'
import { endpointNames, endpoints, endpointOf, type EndpointName } from './endpoints.ts'

/** What each route gets of somebody who may nothing, read, operate, configure: 1 is let in, 0 is 403. A new route without a row fails. */
const table: Readonly<Record<EndpointName, readonly [nothing: 0 | 1, read: 0 | 1, operate: 0 | 1, configure: 0 | 1]>> = {
  whoAmI: [1, 1, 1, 1],
  getOpenApi: [1, 1, 1, 1],
  listTypes: [0, 1, 1, 1],
  getType: [0, 1, 1, 1],
  listPlugins: [0, 1, 1, 1],
  getPlugin: [0, 1, 1, 1],
  listTypeInstances: [0, 1, 1, 1],
  createInstance: [0, 0, 0, 1],
  testDraft: [0, 0, 0, 1],
  getOrder: [0, 1, 1, 1],
  reorder: [0, 0, 1, 0],
  setStrategy: [0, 0, 1, 0],
  explain: [0, 1, 1, 1],
  listMetrics: [0, 1, 1, 1],
  listInstances: [0, 1, 1, 1],
  setStatuses: [0, 0, 1, 0],
  listRemoved: [0, 1, 1, 1],
  getInstance: [0, 1, 1, 1],
  updateInstance: [0, 0, 0, 1],
  removeInstance: [0, 0, 0, 1],
  setStatus: [0, 0, 1, 0],
  moveInstance: [0, 0, 1, 0],
  testInstance: [0, 0, 1, 0],
  testInstanceDraft: [0, 0, 0, 1],
  ejectInstance: [0, 0, 1, 0],
  reinstateInstance: [0, 0, 1, 0],
  reloadInstance: [0, 0, 1, 0],
  rollbackInstance: [0, 0, 0, 1],
  takeOverInstance: [0, 0, 0, 1],
  restoreInstance: [0, 0, 0, 1],
  listInstanceHistory: [0, 1, 1, 1],
  listHistory: [0, 1, 1, 1],
  planSync: [0, 1, 1, 1],
  applySync: [0, 0, 0, 1],
  getKeys: [0, 1, 1, 1],
  rotateKeys: [0, 0, 0, 1],
  verifyKeys: [0, 0, 1, 0],
  getSystem: [0, 1, 1, 1],
  listenToEvents: [0, 1, 1, 1],
}

const config = { apiKey: 'key-of-main' }

/** A request of each route that is fine but for who sends it. */
function requestOf(name: EndpointName, id: string): { readonly path: string; readonly init: RequestInit & { readonly json?: unknown } } {
  const { method, path } = endpointOf(name)
  const bodies: Partial<Record<EndpointName, unknown>> = {
    createInstance: { plugin: 'bank', name: 'Other', config },
    testDraft: { config },
    reorder: { ids: [] },
    setStrategy: { strategy: null },
    setStatuses: { status: 'reserved', instances: [{ id }] },
    updateInstance: { name: 'Renamed' },
    setStatus: { status: 'reserved' },
    moveInstance: { to: 'first' },
    testInstanceDraft: { config: {} },
    rollbackInstance: { entry: id },
  }
  const filled = path.replace('{type}', 'gateway').replace('{plugin}', 'bank').replace('{id}', id)
  const json = method === 'GET' ? undefined : (bodies[name] ?? {})
  return { path: filled, init: { method, headers: { 'if-match': '*' }, ...(json === undefined ? {} : { json }) } }
}

async function withInstance(opened: TestAdmin): Promise<string> {
  const made = await opened
    .as('all')
    .request('createInstance', { params: { type: 'gateway' }, body: { plugin: 'bank', name: 'Main', config, status: 'active' } })
  return made.id
}

test('[49] fault 15: every route, asked by nobody, and by who may nothing, read, operate, configure', async () => {
  await using opened = await openAdmin()
  const id = await withInstance(opened)
  const got: Record<string, readonly number[]> = {}
  for (const name of endpointNames) {
    const { path, init } = requestOf(name, id)
    expect((await opened.send(null, path, init)).status, `${name}, nobody`).toBe(401)
    expect((await opened.send('stranger', path, init)).status, `${name}, stranger`).toBe(401)
    const row: number[] = []
    for (const who of ['nothing', 'read', 'operate', 'configure'] satisfies (keyof typeof people)[]) {
      const response = await opened.send(who, path, init)
      await response.body?.cancel()
      expect([401, 500], `${name}, ${who}`).not.toContain(response.status)
      row.push(response.status === 403 ? 0 : 1)
      // What was let in may have removed it.
      if (name === 'removeInstance' && response.status === 204) await opened.board.admin.restore(id, { actor: { id: 'x', name: 'x' } })
    }
    got[name] = row
  }
  expect(got).toStrictEqual(table)
  expect(Object.keys(table)).toHaveLength(Object.keys(endpoints).length)
})

test('[49] whoever is refused changes nothing', async () => {
  await using opened = await openAdmin()
  const id = await withInstance(opened)
  const before = await opened.board.admin.history({ limit: 100 })
  for (const name of endpointNames) {
    if (endpointOf(name).method === 'GET') continue
    const { path, init } = requestOf(name, id)
    await opened.send('read', path, init)
    await opened.send(null, path, init)
  }
  expect(await opened.board.admin.history({ limit: 100 })).toStrictEqual(before)
})

test('[49] permissions are per type where they are given so: what may not be seen is as if it were not there', async () => {
  await using opened = await openAdmin({
    people: { only: { other: ['read', 'operate', 'configure'] }, mixed: { gateway: ['read'], '*': ['configure'] } },
  })
  const id = await withInstance(opened)
  const status = async (who: string, path: string, init?: Parameters<TestAdmin['send']>[2]): Promise<number> =>
    (await opened.send(who, path, init)).status
  expect(await status('only', `/instances/${id}`)).toBe(404)
  expect(await status('only', `/types/gateway`)).toBe(404)
  expect(await status('only', `/instances/${id}/status`, { method: 'PUT', json: { status: 'disabled' } })).toBe(404)
  const many = (who: string, of: string) =>
    status(who, '/instances/status', { method: 'POST', json: { status: 'disabled', instances: [{ id: of }] } })
  expect([await many('only', id), await many('only', '01890000-0000-7000-8000-000000000000'), await many('mixed', id)]).toStrictEqual([
    404, 404, 403,
  ])
  expect(await (await opened.send('only', '/types')).json()).toStrictEqual({ types: [] })
  expect(await (await opened.send('only', '/instances')).json()).toMatchObject({ items: [], counts: { total: 0 } })
  expect(await (await opened.send('only', '/history')).json()).toStrictEqual({ entries: [], next: null })
  expect(await status('only', '/sync', { method: 'POST', json: {} })).toBe(403)
  expect(await status('mixed', `/instances/${id}`)).toBe(200)
  expect(await status('mixed', `/instances/${id}`, { method: 'DELETE', headers: { 'if-match': '*' } })).toBe(403)
  // Sync is for all types, and of one it may read only.
  expect(await status('mixed', '/sync', { method: 'POST', json: {} })).toBe(403)
  const told: unknown = await (await opened.send('mixed', '/me')).json()
  expect(told).toMatchObject({ permissions: { gateway: ['read'] }, everywhere: ['read'] })
})

test('[49] to move traffic needs operate, also where it is part of an edit', async () => {
  await using opened = await openAdmin()
  const id = await withInstance(opened)
  const as = async (who: string, json: object): Promise<number> =>
    (await opened.send(who, `/instances/${id}`, { method: 'PATCH', json, headers: { 'if-match': '*' } })).status
  expect(await as('configure', { name: 'Fine' })).toBe(200)
  for (const json of [{ status: 'disabled' }, { priority: 1 }, { weight: 2 }]) expect(await as('configure', json)).toBe(403)
  expect(await as('all', { status: 'disabled' })).toBe(200)
  const create = await opened.send('configure', '/types/gateway/instances', {
    method: 'POST',
    json: { plugin: 'bank', name: 'Live', config, status: 'active' },
  })
  expect(create.status).toBe(403)
})

test('an actor or permissions that authorize misspells open nothing', async () => {
  const wrong: readonly unknown[] = [
    true,
    {},
    { id: '', name: 'x', permissions: ['read'] },
    { id: 'x', name: 'x' },
    { id: 'x', name: 'x', permissions: 'read' },
    { id: 'x', name: 'x', permissions: ['Read'] },
    { id: 'x', name: 'x', permissions: { gateway: ['admin'] } },
  ]
  let given: unknown
  await using opened = await openAdmin({ authorize: () => given as never })
  for (given of wrong) expect((await opened.send('x', '/types')).status, JSON.stringify(given)).toBe(500)
  await using throwing = await openAdmin({
    authorize: () => {
      throw new Error('the session store is away')
    },
  })
  const response = await throwing.send('x', '/types')
  expect([response.status, await response.text()]).toMatchObject([500, expect.not.stringContaining('session store')])
})
