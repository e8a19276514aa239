// Every operation of the admin, by a client whose types openapi-typescript made of the OpenAPI document and whose requests openapi-fetch sends: nothing of
// Plugboard is imported here. `schema.ts` is what the generator wrote; the test beside this folder makes it, compiles both and runs this.
import createClient from 'openapi-fetch'
import type { operations, paths } from './schema.ts'

const { BASE = '', TOKEN = '' } = process.env
/** What was answered, in order: the test compares it with the document. */
const told: { readonly method: string; readonly path: string; readonly status: number; readonly body: unknown }[] = []

const client = createClient<paths>({ baseUrl: BASE, headers: { authorization: `Bearer ${TOKEN}` } })
client.use({
  async onResponse({ request, response, schemaPath }) {
    const isStream = response.headers.get('content-type') === 'text/event-stream'
    const text = isStream ? '' : await response.clone().text()
    told.push({ method: request.method, path: schemaPath, status: response.status, body: text === '' ? undefined : JSON.parse(text) })
  },
})

/** What was asked for, or an error that says what was answered instead. */
async function ok<T>(answer: Promise<{ readonly data?: T; readonly error?: unknown; readonly response: Response }>): Promise<T> {
  const { data, error, response } = await answer
  if (error !== undefined) throw new Error(`${response.url}: ${response.status} ${JSON.stringify(error)}`)
  return data as T
}

const any = { 'If-Match': '*' }
const type = { type: 'gateway' }
const plugin = { ...type, plugin: 'bank' }
const config = { apiKey: 'key-of-main', baseUrl: 'https://bank.example' }
let made: operations['createInstance']['responses'][201]['content']['application/json']
const id = () => ({ id: made.id })

// One call of each operation; one that is missing does not compile, and one too many neither.
const calls: { readonly [K in keyof operations]: () => Promise<unknown> } = {
  whoAmI: () => ok(client.GET('/me')),
  getOpenApi: () => ok(client.GET('/openapi.json')),
  listTypes: () => ok(client.GET('/types')),
  getType: () => ok(client.GET('/types/{type}', { params: { path: type } })),
  listPlugins: () => ok(client.GET('/types/{type}/plugins', { params: { path: type } })),
  getPlugin: () => ok(client.GET('/types/{type}/plugins/{plugin}', { params: { path: plugin } })),
  testDraft: () => ok(client.POST('/types/{type}/plugins/{plugin}/test', { params: { path: plugin }, body: { config } })),
  createInstance: async () => {
    const params = { path: type, header: { 'Idempotency-Key': 'once' } }
    made = await ok(client.POST('/types/{type}/instances', { params, body: { plugin: 'bank', name: 'Main', config, tags: ['eu'] } }))
    const again = await ok(client.POST('/types/{type}/instances', { params, body: { plugin: 'bank', name: 'Main', config, tags: ['eu'] } }))
    if (again.id !== made.id) throw new Error('the same Idempotency-Key made two instances')
  },
  listTypeInstances: () => ok(client.GET('/types/{type}/instances', { params: { path: type, query: { status: 'active', limit: 5 } } })),
  listInstances: async () => {
    const query = { sort: 'name', descending: 'true', limit: 1 } as const
    const first = await ok(client.GET('/instances', { params: { query } }))
    if (first.next === null) throw new Error('a page is missing')
    const second = await ok(client.GET('/instances', { params: { query: { ...query, after: first.next } } }))
    if (second.items[0]?.id === first.items[0]?.id) throw new Error('the second page is the first one')
  },
  getInstance: () => ok(client.GET('/instances/{id}', { params: { path: id() } })),
  updateInstance: async () => {
    const path = id()
    const { response } = await client.GET('/instances/{id}', { params: { path } })
    const header = { 'If-Match': response.headers.get('etag') ?? '' }
    const done = await ok(client.PATCH('/instances/{id}', { params: { path, header }, body: { config: { ...config, note: 'n' } } }))
    const late = await client.PATCH('/instances/{id}', { params: { path, header }, body: { name: 'Late' } })
    if (late.response.status !== 412 || late.error?.code !== 'stale_write') throw new Error('a stale write was not refused')
    made = done
  },
  setStatus: () => ok(client.PUT('/instances/{id}/status', { params: { path: id(), header: any }, body: { status: 'reserved' } })),
  setStatuses: () => ok(client.POST('/instances/status', { body: { status: 'active', instances: [id()] } })),
  testInstance: () => ok(client.POST('/instances/{id}/test', { params: { path: id() }, body: {} })),
  testInstanceDraft: () => ok(client.POST('/instances/{id}/test-draft', { params: { path: id() }, body: { config } })),
  getOrder: () => ok(client.GET('/types/{type}/order', { params: { path: type } })),
  reorder: async () => {
    const { ids } = await ok(client.GET('/types/{type}/order', { params: { path: type } }))
    await ok(client.PUT('/types/{type}/order', { params: { path: type, header: any }, body: { ids: ids.toReversed() } }))
  },
  moveInstance: () => ok(client.POST('/instances/{id}/move', { params: { path: id() }, body: { to: 'first' } })),
  setStrategy: () => ok(client.PUT('/types/{type}/strategy', { params: { path: type, header: any }, body: { strategy: null } })),
  explain: () => ok(client.POST('/types/{type}/explain', { params: { path: type }, body: { context: { region: 'eu' } } })),
  listMetrics: () => ok(client.GET('/types/{type}/metrics', { params: { path: type } })),
  ejectInstance: () => ok(client.POST('/instances/{id}/eject', { params: { path: id() }, body: { for: 60_000 } })),
  reinstateInstance: () => ok(client.POST('/instances/{id}/reinstate', { params: { path: id() } })),
  reloadInstance: () => ok(client.POST('/instances/{id}/reload', { params: { path: id() } })),
  listInstanceHistory: () => ok(client.GET('/instances/{id}/history', { params: { path: id(), query: { diff: 'true' } } })),
  rollbackInstance: async () => {
    const path = id()
    const { entries } = await ok(client.GET('/instances/{id}/history', { params: { path } }))
    const entry = entries.find(({ action }) => action === 'create')?.id ?? ''
    await ok(client.POST('/instances/{id}/rollback', { params: { path, header: any }, body: { entry } }))
  },
  takeOverInstance: () => ok(client.POST('/instances/{id}/take-over', { params: { path: id(), header: any }, body: { note: 'ours' } })),
  removeInstance: () => ok(client.DELETE('/instances/{id}', { params: { path: id(), header: any } })),
  listRemoved: () => ok(client.GET('/removed', { params: { query: { type: 'gateway' } } })),
  restoreInstance: () => ok(client.POST('/removed/{id}/restore', { params: { path: id() } })),
  listHistory: () => ok(client.GET('/history', { params: { query: { limit: 100, diff: 'true' } } })),
  planSync: () => ok(client.GET('/sync', { params: { query: { mode: 'update', prune: 'true' } } })),
  applySync: () => ok(client.POST('/sync', { body: { mode: 'update' } })),
  getKeys: () => ok(client.GET('/keys')),
  rotateKeys: () => ok(client.POST('/keys/rotate')),
  verifyKeys: () => ok(client.POST('/keys/verify')),
  getSystem: () => ok(client.GET('/system')),
  listenToEvents: async () => {
    const abort = new AbortController()
    const stream = await ok(client.GET('/events', { parseAs: 'stream', signal: abort.signal }))
    let text = ''
    for await (const part of stream as ReadableStream<Uint8Array>) {
      text += new TextDecoder().decode(part)
      if (text.includes('event: hello')) break
    }
    abort.abort()
  },
}

// Mistakes that the document says are some: each must not compile.
export const refused = (): readonly unknown[] => [
  // @ts-expect-error a status there is not
  client.PUT('/instances/{id}/status', { params: { path: { id: '' }, header: any }, body: { status: 'on' } }),
  // @ts-expect-error a write that does not say what it saw
  client.DELETE('/instances/{id}', { params: { path: { id: '' } } }),
  // @ts-expect-error a creation without a name
  client.POST('/types/{type}/instances', { params: { path: type }, body: { plugin: 'bank' } }),
  // @ts-expect-error a path there is not
  client.GET('/nothing'),
]

for (const call of Object.values(calls)) await call()
console.log(JSON.stringify(told))
