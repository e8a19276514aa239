import { expect, test } from 'vitest'
import { z } from 'zod'
import { Listener } from '../../test/support/listener.ts'
import { openAdmin, origin } from '../../test/support/open-admin.ts'
import { Plugin, PluginType, type Methods } from '../index.ts'
import { endpointNames, endpointOf } from './endpoints.ts'

abstract class Hook extends PluginType('hook', { label: '<img src=x onerror=alert(1)>' }) {
  static readonly methods: Methods<Hook> = { call: 'once' }
  abstract call(): Promise<void>
}
class Caller extends Plugin(Hook, {
  key: 'caller',
  config: z.object({ url: z.url(), token: z.string() }),
  secrets: { token: {} },
}) {
  async call(): Promise<void> {}
  async onTest(): Promise<void> {
    await fetch(this.config.url, { headers: { authorization: this.config.token } })
  }
}

test('fault 17: a kept secret is sent to no changed address, by a save, a test or a rollback; the true one does receive it', async () => {
  await using opened = await openAdmin({ board: { plugins: [Caller] } })
  await using real = await Listener.open()
  await using rogue = await Listener.open()
  const client = opened.as('all')
  const made = await client.request('createInstance', {
    params: { type: 'hook' },
    body: { plugin: 'caller', name: 'Main', config: { url: real.url, token: 'the-secret' }, status: 'active' },
  })
  const params = { id: made.id }
  expect(await client.request('testInstance', { params })).toMatchObject({ ok: true })
  expect(await client.request('testInstanceDraft', { params, body: { config: { url: real.url } } })).toMatchObject({ ok: true })
  expect(real.heard).toStrictEqual(['the-secret', 'the-secret'])
  const before = await client.request('listInstanceHistory', { params })
  const refused = { status: 422, problem: { code: 'secret_reentry_required', errors: [{ pointer: '/config/token' }] } }
  for (const force of [false, true])
    await expect(
      client.request('updateInstance', { params, match: '*', body: { config: { url: rogue.url }, force } }),
    ).rejects.toMatchObject(refused)
  for (const config of [{ url: rogue.url }, { url: rogue.url, token: '' }])
    await expect(client.request('testInstanceDraft', { params, body: { config } })).rejects.toMatchObject(refused)
  expect((await client.request('listInstanceHistory', { params })).entries).toStrictEqual(before.entries)
  // A rollback brings back an address with the secret of its time, never with the one that is stored now.
  await client.request('updateInstance', { params, match: '*', body: { config: { url: rogue.url, token: 'of-the-rogue' } } })
  await client.request('updateInstance', { params, match: '*', body: { config: { url: real.url, token: 'the-secret' } } })
  const { entries } = await client.request('listInstanceHistory', { params })
  await client.request('rollbackInstance', { params, match: '*', body: { entry: entries[1]?.id ?? '' } })
  expect(await client.request('testInstance', { params })).toMatchObject({ ok: true })
  expect(rogue.heard).toStrictEqual(['of-the-rogue'])
})

test('fault 18: writes that another site may have sent are refused, and write nothing', async () => {
  await using opened = await openAdmin({ origins: ['https://backoffice.test'] })
  const before = await opened.board.admin.history({ limit: 100 })
  const post = (headers: Record<string, string>, body: string = '{}', method: string = 'POST'): Promise<Response> =>
    opened.admin.fetch(
      new Request(`${origin}/api/v1/sync`, {
        method,
        body,
        headers: { authorization: 'Bearer all', cookie: 'session=ada', 'content-type': 'application/json', ...headers },
      }),
    )
  const codeOf = async (response: Response): Promise<unknown> => [response.status, ((await response.json()) as { code?: string }).code]
  const foreign: readonly Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site', origin },
    { origin: 'https://evil.test' },
    { origin: 'null' },
    { origin: 'http://admin.test.evil.test' },
    { origin: 'http://admin.test:81' },
    { origin: 'file://' },
    // A cookie, and no word of where it comes from.
    {},
  ]
  for (const headers of foreign) expect(await codeOf(await post(headers)), JSON.stringify(headers)).toStrictEqual([403, 'cross_site'])
  const own = { 'sec-fetch-site': 'same-origin' }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])
    expect(await codeOf(await post({ ...own, 'content-type': type })), type).toStrictEqual([415, 'media_type'])
  for (const name of ['x-http-method-override', 'x-method-override', 'x-http-method'])
    expect(await codeOf(await post({ ...own, [name]: 'DELETE' }))).toStrictEqual([400, 'method_override'])
  expect(await opened.board.admin.history({ limit: 100 })).toStrictEqual(before)
  // Positive controls.
  expect((await post(own)).status).toBe(200)
  expect((await post({ origin })).status).toBe(200)
  expect((await post({ origin: 'https://backoffice.test', 'sec-fetch-site': 'cross-site' })).status).toBe(200)
  expect((await opened.send('all', '/sync', { method: 'POST', json: {} })).status).toBe(200)
})

const markup = `<script>alert(1)</script><img src=x onerror=alert(1)>\u202e"'&--></style>{{7*7}}`
class Hostile extends Plugin(Hook, {
  key: 'hostile',
  label: markup,
  description: markup,
  config: z.object({ url: z.string().meta({ title: markup, description: markup, default: markup }) }),
}) {
  async call(): Promise<void> {}
  async onTest(): Promise<void> {
    throw new Error(markup)
  }
}

test('fault 19: hostile text stays text, in names, labels, descriptions, schemas and what plugins throw: every route answers JSON that no browser takes for a page', async () => {
  await using opened = await openAdmin({ board: { plugins: [Hostile] } })
  const client = opened.as('all')
  const body = { plugin: 'hostile', name: markup, tags: [markup], config: { url: markup } }
  const made = await client.request('createInstance', { params: { type: 'hook' }, body })
  await client.request('testInstance', { params: made })
  await client.request('removeInstance', {
    params: await client.request('createInstance', { params: { type: 'hook' }, body: { ...body, name: 'x' } }),
    match: '*',
  })
  const texts: string[] = []
  const look = async (path: string, init?: Parameters<typeof opened.send>[2]): Promise<void> => {
    const response = await opened.send('all', path, init)
    expect(response.headers.get('content-type'), path).toMatch(/^application\/(?:problem\+)?json$/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
    texts.push(await response.text())
  }
  for (const name of endpointNames) {
    const { method, path } = endpointOf(name)
    const filled = path.replace('{type}', 'hook').replace('{plugin}', 'hostile').replace('{id}', made.id)
    if (method === 'GET' && name !== 'listenToEvents') await look(filled)
  }
  await look(`/instances/${made.id}/test`, { method: 'POST', json: {} })
  await look(`/types/hook/plugins/hostile/test`, { method: 'POST', json: { config: { url: markup } } })
  // What is refused may quote it.
  for (const path of [
    `/types/${encodeURIComponent(markup)}`,
    `/instances?sort=${encodeURIComponent(markup)}`,
    `/${encodeURIComponent(markup)}`,
  ])
    await look(path)
  // Positive control: it is told as it was given, and not cleaned into something else.
  const told = texts.filter((text) => JSON.stringify(JSON.parse(text)).includes(JSON.stringify(markup).slice(1, -1)))
  expect(told.length).toBeGreaterThan(8)
})

test('fault 20: bodies too large, too deep, broken, or with names that objects inherit', async () => {
  await using opened = await openAdmin({ bodyLimit: 10_000 })
  const post = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<readonly unknown[]> => {
    const response = await opened.send('all', '/types/gateway/instances', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
    const text = await response.text()
    expect(text).not.toMatch(/\bat .*\.(?:ts|js):\d+/)
    return [response.status, (JSON.parse(text) as { code: string }).code]
  }
  expect(await post('x'.repeat(10_001))).toStrictEqual([413, 'body_too_large'])
  expect(await post('{"a":'.repeat(1_000) + '1' + '}'.repeat(1_000))).toStrictEqual([400, 'body_malformed'])
  expect(await post('['.repeat(5_000))).toStrictEqual([400, 'body_malformed'])
  for (const body of ['{', '{"name":}', 'undefined', '\u0000', new Uint8Array([0xff, 0xfe, 0x7b])])
    expect(await post(body)).toStrictEqual([400, 'body_malformed'])
  for (const body of ['null', '[]', '1', '"text"', 'true']) expect(await post(body)).toStrictEqual([422, 'invalid_input'])
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(await post(`{"plugin":"bank","name":"x","${name}":{"polluted":1}}`), name).toStrictEqual([422, 'invalid_input'])
    expect(await post(`{"plugin":"bank","name":"x","config":{"apiKey":"long enough","${name}":{"polluted":1}}}`), name).toStrictEqual([
      422,
      'config_invalid',
    ])
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  const query = await opened.send('all', '/instances?limit=1&limit=2&__proto__=1&search=(a%2B)%2B%24')
  expect(query.status).toBe(422)
  const search = await opened.send('all', `/instances?search=${encodeURIComponent('(a+)+$'.repeat(40))}`)
  expect(search.status).toBe(200)
})
