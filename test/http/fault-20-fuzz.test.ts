import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endpointOf, type EndpointName } from '../../src/admin/endpoints.ts'
import { nodeAdmin } from '../../src/frameworks/index.ts'
import type { Json } from '../../src/index.ts'
import { ask, type Answer } from '../support/ask.ts'
import { actor } from '../support/gateways.ts'
import { anyText } from '../support/json-arbitraries.ts'
import { openAdmin, type TestAdmin } from '../support/open-admin.ts'
import { operations, type Operation, type Parameter } from '../support/openapi-operations.ts'
import { often } from '../support/runs.ts'
import { fitting, hostile, hostileValue, type Known } from '../support/schema-arbitraries.ts'

/** Far beyond what any request takes: what hangs is seen, what is slow is not a matter of this test. */
const hangs = 20_000
const bodyLimit = 300_000
const headers = { authorization: 'Bearer all' }
const config = { apiKey: 'key-of-main', baseUrl: 'https://bank.example' }

let opened: TestAdmin
let base: string
let close: () => Promise<void>
beforeAll(async () => {
  opened = await openAdmin({ bodyLimit })
  const server = createServer(nodeAdmin(opened.admin, { prefix: '/admin' })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin/api/v1`
  close = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
    await opened[Symbol.asyncDispose]()
  }
})
afterAll(() => close())

/** A house with something in it, whatever was done to it: ids that exist, for those who shall succeed. */
async function known(): Promise<Known> {
  const { admin } = opened.board
  const fine = { type: 'gateway', plugin: 'bank', status: 'active', state: 'ok' } as const
  const { items } = await admin.list({ ...fine, limit: 1 })
  const fresh = { type: 'gateway', plugin: 'bank', name: crypto.randomUUID(), config, status: 'active' } as const
  const live = items[0] ?? (await admin.create(fresh, { actor }))
  const order = await admin.order('gateway')
  const { id } = live
  const [entry] = (await admin.history({ instance: id, limit: 100 })).toReversed()
  const page = await admin.list({ type: 'gateway', limit: 1 })
  const other = order.ids.find((each) => each !== id) ?? id
  return {
    type: fc.constant('gateway'),
    plugin: fc.constantFrom('bank', 'cash'),
    id: fc.constant(id),
    before: fc.constant(other),
    // A cursor where it is a query, an instance where it is a move.
    after: fc.constantFrom<Json>(other, page.next ?? ''),
    entry: fc.constant(entry?.id ?? ''),
    ids: fc.constant<Json>([...order.ids]),
    name: anyText.map((text) => `n${text}`.slice(0, 200)),
    config: fc.constantFrom<Json>(config, { ...config, note: '<b>' }),
    revision: fc.constant((await admin.get(id)).revision),
    clearSecrets: fc.constant([]),
    tags: fc.constantFrom<Json>([], ['eu', 'پرداخت']),
  }
}

interface Sent {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** A request of an operation that fits the document, or one that is hostile in some of its parts. */
function requests({ path, parameters, body }: Operation, ids: Known, isHostile: boolean): fc.Arbitrary<Sent> {
  const inPlace = (place: Parameter['in']): readonly Parameter[] => parameters.filter((each) => each.in === place)
  const values = (place: 'path' | 'query' | 'header'): fc.Arbitrary<Readonly<Record<string, string>>> =>
    fc
      .record(Object.fromEntries(inPlace(place).map((each) => [each.name, valueOf(each, ids, isHostile)])), {
        requiredKeys: isHostile ? [] : inPlace(place).flatMap(({ name, required }) => (required ? [name] : [])),
        noNullPrototype: true,
      })
      // Half of them with nothing that may be left out: a cursor is of one list alone.
      .chain((record) =>
        fc.constantFrom(
          record,
          Object.fromEntries(inPlace(place).flatMap(({ name, required }) => (required ? [[name, record[name] ?? '']] : []))),
        ),
      )
      .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== '')))
  const sentBody = body === undefined ? fc.constant(undefined) : isHostile ? hostileBody(body, ids) : fitting(body, ids).map(toText)
  const extra = isHostile
    ? fc.constantFrom('', '', '&__proto__=1', '&limit=1&limit=2', '&%ff=%00', '&constructor[prototype]=x')
    : fc.constant('')
  return fc.tuple(values('path'), values('query'), values('header'), sentBody, extra).map(([inPath, inQuery, inHeader, text, more]) => ({
    path: `${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encode(inPath[name] ?? 'x'))}?${Object.entries(inQuery)
      .map(([name, value]) => `${name}=${encode(value)}`)
      .join('&')}${more}`,
    headers: inHeader,
    body: text,
  }))
}

function valueOf({ name, in: place, schema }: Parameter, ids: Known, isHostile: boolean): fc.Arbitrary<string> {
  if (name === 'If-Match')
    return isHostile ? fc.oneof(fc.constantFrom('*', '"0"', 'W/"1"', '"1", "2"', '"'.repeat(99)), latin) : fc.constant('*')
  if (place === 'header') return isHostile ? latin : fc.uuid()
  const fits = fitting(schema, ids, name).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  if (!isHostile) return fits
  return fc.oneof(
    fits,
    hostileValue.map((value) => (typeof value === 'string' ? value : toText(value)).slice(0, 3_000)),
    anyText,
  )
}

/** What a header may hold at all. */
const latin = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code === 0x7f ? 0x80 : code)),
  maxLength: 400,
})

function hostileBody(schema: Parameters<typeof fitting>[0], ids: Known): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: hostile(schema, ids).map(toText), weight: 4 },
    // Names that objects inherit, as JSON brings them in.
    {
      arbitrary: fc
        .tuple(fitting(schema, ids).map(toText), fc.constantFrom('__proto__', 'constructor', 'prototype'))
        .map(([text, name]) => text.replace(/^\{/, `{"${name}":{"polluted":1,"prototype":{"polluted":1}},`).replace(/,\}$/, '}')),
      weight: 2,
    },
    {
      arbitrary: fc.constantFrom('', '{', '[[[[', '\u0000', 'null', '"', '{"a":1}{"b":2}', '['.repeat(3_000), '{"a":'.repeat(3_000)),
      weight: 1,
    },
    { arbitrary: anyText, weight: 1 },
  )
}

function toText(value: Json): string {
  return JSON.stringify(value)
}

function encode(text: string): string {
  // What has half a pair can't be written in a URL.
  return encodeURIComponent(text.replaceAll(/[\ud800-\udfff]/gu, '�'))
}

/** What may never be in an answer: where in the code something went wrong, and how. */
const innards =
  /\bat [^\n"]{0,200}[/\\][^\n"]{0,200}:\d+:\d+|node_modules|node:internal|\bsrc[/\\]|SQLITE_|sqlstate|TypeError|RangeError|ReferenceError/i

/** Asks, and holds the answer to what every answer must be. */
async function attempt(operation: Operation, sent: Sent): Promise<number> {
  const what = `${operation.method} ${sent.path} ${JSON.stringify(sent.headers)} ${sent.body ?? ''}`.slice(0, 2_000)
  const answer = await Promise.race([answerTo(operation, sent), hanging(what)])
  expect(answer.status, `${what}\n${answer.text}`).toBeLessThan(500)
  if (answer.headers['content-type'] === 'text/event-stream') return answer.status
  expect(answer.text.replaceAll(sent.body ?? '\u0000', ''), what).not.toMatch(innards)
  expect(answer.headers, what).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
  if (answer.status >= 400) {
    expect(answer.headers['content-type'], what).toBe('application/problem+json')
    expect(answer.json(), what).toMatchObject({ status: answer.status, code: expect.any(String), detail: expect.any(String) })
  }
  return answer.status
}

function answerTo({ operationId, method }: Operation, sent: Sent): Promise<Pick<Answer, 'status' | 'headers' | 'text' | 'json'>> {
  const all = { ...headers, ...(sent.body === undefined ? {} : { 'content-type': 'application/json' }), ...sent.headers }
  // A stream has no end to wait for.
  if (operationId === 'listenToEvents') return headOf(`${base}${sent.path}`, all)
  return ask(`${base}/`, {
    method,
    path: new URL(base).pathname + sent.path,
    headers: all,
    ...(sent.body === undefined ? {} : { body: sent.body }),
  })
}

function headOf(url: string, all: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers: all, agent: false }, (response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: '', json: () => ({}) })
      response.destroy()
    })
      .on('error', reject)
      .end()
  })
}

function hanging(what: string): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(`No answer within ${hangs} ms: ${what}`)), hangs).unref())
}

/** One value of an arbitrary whose ids depend on what stands there now; the seed finds it again. */
function one<T>(arbitrary: fc.Arbitrary<T>, seed: number): T {
  return fc.sample(arbitrary, { numRuns: 1, seed })[0] as T
}

const described = operations()

test.for(described.map((operation) => [operation.operationId, operation] as const))(
  'fault 20: %s, as the document describes it and as it does not: never 5xx, no innards, an end, and done at least once',
  async ([name, operation]) => {
    const reached: number[] = []
    const refused: number[] = []
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        if (name === 'restoreInstance') await removeOne()
        const ids = await known()
        const target = name === 'restoreInstance' ? { ...ids, id: fc.constant(await removedId()) } : ids
        const status = await attempt(operation, one(requests(operation, target, false), seed))
        if (status < 300) reached.push(status)
        refused.push(await attempt(operation, one(requests(operation, ids, true), seed)))
      }),
      { ...often(12), endOnFailure: true },
    )
    // By chance it may have been refused each time: the first of these numbers whose request is not, is the same in every run.
    for (let seed = 1; reached.length === 0 && seed <= 60; seed++) {
      const ids = await known()
      const target = name === 'restoreInstance' ? { ...ids, id: fc.constant(await removedId()) } : ids
      const status = await attempt(operation, one(requests(operation, target, false), seed))
      if (status < 300) reached.push(status)
    }
    expect(reached, name).toContain(operation.success)
    expect(refused.length).toBeGreaterThan(0)
    expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined()
  },
)

async function removeOne(): Promise<void> {
  const { admin } = opened.board
  const made = await admin.create({ type: 'gateway', plugin: 'bank', name: crypto.randomUUID(), config }, { actor })
  await admin.remove(made.id, { actor })
}

async function removedId(): Promise<string> {
  const { items } = await opened.board.admin.listRemoved({ limit: 1 })
  return items[0]?.id ?? ''
}

test('fault 20: a body beyond the limit is 413 on every operation that writes, whether its length is announced or not', async () => {
  const ids = await known()
  const tooLarge = JSON.stringify({ name: 'x'.repeat(bodyLimit + 1) })
  for (const operation of described.filter(({ method }) => method !== 'GET')) {
    const { path } = one(requests(operation, ids, false), 1)
    for (const announced of [{ 'content-length': String(tooLarge.length) }, { 'transfer-encoding': 'chunked' }]) {
      const answer = await ask(`${base}/`, {
        method: operation.method,
        path: new URL(base).pathname + path,
        headers: { ...headers, 'content-type': 'application/json', 'if-match': '*', ...announced },
        body: tooLarge,
      })
      expect([answer.status, answer.json()['code']], `${operation.operationId} ${JSON.stringify(announced)}`).toStrictEqual([
        413,
        'body_too_large',
      ])
    }
  }
})

test('fault 20: paths that are none, encoded every way, are refused in the same words', async () => {
  const { pathname } = new URL(base)
  const odd = [
    '%00',
    '%ff',
    '%',
    '%2',
    '..%2f..%2fetc%2fpasswd',
    '..',
    './/',
    '%2e%2e/%2e%2e',
    '\\..\\x',
    'x'.repeat(7_000),
    ';',
    '?',
    '#',
    '%F0%9F',
    '*',
  ]
  for (const path of odd.flatMap((text) => [`/instances/${text}`, `/types/${text}/order`, `/types/gateway/plugins/${text}`, `/${text}`])) {
    const answer = await ask(`${base}/`, { path: pathname + path, headers })
    expect([200, 400, 404, 405, 422], path).toContain(answer.status)
    // What is no URL at all is refused before anybody reads it, with 400 and no words.
    if (answer.status !== 200 && answer.text !== '') expect(answer.headers['content-type'], path).toBe('application/problem+json')
    if (answer.text === '') expect(answer.status, path).toBe(400)
    expect(answer.text, path).not.toMatch(innards)
  }
})

test('fault 20: the document says of every row of the table what it takes', () => {
  for (const { operationId, method, parameters } of described) {
    const { match, method: own } = endpointOf(operationId as EndpointName)
    expect([method, parameters.some(({ name }) => name === 'If-Match')], operationId).toStrictEqual([own, match !== undefined])
  }
})
