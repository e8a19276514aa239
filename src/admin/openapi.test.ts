import { expect, test } from 'vitest'
import { openAdmin } from '../../test/support/open-admin.ts'
import { endpointNames, endpointOf } from './endpoints.ts'
import { describeApi } from './openapi.ts'
import { routes } from './routes/index.ts'

test('every row of the table has one route, and every route a row', () => {
  expect(routes.map(({ name }) => name).toSorted()).toStrictEqual(endpointNames.toSorted())
})

test('the document describes each operation once, with its parameters, body and answers', () => {
  const document = describeApi(routes) as { readonly openapi: string; readonly paths: Record<string, Record<string, Operation>> }
  expect(document.openapi).toBe('3.1.0')
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  expect(operations.map(({ operation }) => operation.operationId).toSorted()).toStrictEqual(endpointNames.toSorted())
  for (const { path, operation } of operations) {
    const inPath = operation.parameters.filter((each) => each.in === 'path').map(({ name }) => name)
    expect(inPath, path).toStrictEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    const matches = operation.parameters.some(({ name }) => name === 'If-Match')
    expect(matches, path).toBe(endpointOf(operation.operationId as never).match !== undefined)
  }
  // Nothing of zod's own words, and no reference to what the document does not hold.
  const text = JSON.stringify(document)
  expect(text).not.toContain('~standard')
  expect(
    [...text.matchAll(/"\$ref":"([^"]+)"/g)].filter(
      ([, ref]) => ref?.startsWith('#/components/schemas/Problem') !== true && ref?.startsWith('#/$defs') === true,
    ),
  ).toStrictEqual([])
})

interface Operation {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
}

test('real answers fit the schemas that the document shows', async () => {
  await using opened = await openAdmin()
  const client = opened.as('all')
  const type = { type: 'gateway' }
  const config = { apiKey: 'key-of-main' }
  const made = await client.request('createInstance', {
    params: type,
    body: { plugin: 'bank', name: 'Main', config, status: 'active', tags: ['a'] },
  })
  const gone = await client.request('createInstance', { params: type, body: { plugin: 'bank', name: 'Gone', config } })
  const params = { id: made.id }
  const answers: Partial<Record<(typeof endpointNames)[number], unknown>> = { createInstance: made }
  answers.testInstance = await client.request('testInstance', { params })
  answers.updateInstance = await client.request('updateInstance', { params, match: '*', body: { config: { ...config, note: 'n' } } })
  answers.setStatus = await client.request('setStatus', { params: { id: gone.id }, match: '*', body: { status: 'reserved' } })
  answers.setStatuses = await client.request('setStatuses', { body: { status: 'active', instances: [params] } })
  answers.ejectInstance = await client.request('ejectInstance', { params, body: { for: 60_000 } })
  for (const name of ['whoAmI', 'getOpenApi', 'listTypes', 'listInstances', 'getKeys', 'getSystem'] as const)
    answers[name] = await client.request(name)
  for (const name of ['getType', 'listPlugins', 'getOrder', 'listMetrics', 'listTypeInstances'] as const)
    answers[name] = await client.request(name, { params: type })
  answers.reinstateInstance = await client.request('reinstateInstance', { params })
  answers.reloadInstance = await client.request('reloadInstance', { params })
  answers.getPlugin = await client.request('getPlugin', { params: { ...type, plugin: 'bank' } })
  answers.testDraft = await client.request('testDraft', { params: { ...type, plugin: 'bank' }, body: { config } })
  answers.testInstanceDraft = await client.request('testInstanceDraft', { params, body: { config } })
  answers.explain = await client.request('explain', { params: type })
  answers.moveInstance = await client.request('moveInstance', { params, body: { to: 'last' } })
  const order = await client.request('getOrder', { params: type })
  answers.reorder = await client.request('reorder', { params: type, match: order.orderRevision, body: { ids: order.ids } })
  answers.setStrategy = await client.request('setStrategy', { params: type, match: '*', body: { strategy: null } })
  answers.getInstance = await client.request('getInstance', { params })
  await client.request('removeInstance', { params: { id: gone.id }, match: '*' })
  answers.listRemoved = await client.request('listRemoved')
  answers.restoreInstance = await client.request('restoreInstance', { params: { id: gone.id } })
  answers.listInstanceHistory = await client.request('listInstanceHistory', { params, query: { diff: true } })
  answers.listHistory = await client.request('listHistory', { query: { diff: true, limit: 500 } })
  const { entries } = await client.request('listInstanceHistory', { params })
  const first = entries.find(({ action }) => action === 'create')
  answers.rollbackInstance = await client.request('rollbackInstance', { params, match: '*', body: { entry: first?.id ?? '' } })
  answers.takeOverInstance = await client.request('takeOverInstance', { params, match: '*', body: { note: 'ours' } })
  answers.planSync = await client.request('planSync', { query: { mode: 'update', prune: true } })
  answers.applySync = await client.request('applySync', { body: {} })
  answers.rotateKeys = await client.request('rotateKeys')
  answers.verifyKeys = await client.request('verifyKeys')
  answers.removeInstance = undefined
  answers.listenToEvents = undefined
  expect(Object.keys(answers).toSorted()).toStrictEqual(endpointNames.toSorted())
  for (const route of routes) {
    if (route.result === undefined || route.result === 'events') continue
    const checked = route.result.safeParse(answers[route.name])
    expect(checked.error?.issues, route.name).toBeUndefined()
  }
})
