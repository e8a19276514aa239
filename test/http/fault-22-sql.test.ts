import { describe, expect, test as plain } from 'vitest'
import { mysql } from '../../src/mysql.ts'
import { postgres } from '../../src/postgres.ts'
import { sqlite } from '../../src/sqlite.ts'
import { describeEachDatabase } from '../support/databases.ts'
import { openAdmin, type TestAdmin } from '../support/open-admin.ts'

/** Stands in everything hostile: a statement that holds it was put together out of what somebody sent. */
const mark = 'mrk22'
const hostile: readonly string[] = [
  `${mark}'; drop table plugboard_instances; --`,
  `${mark}" or "1"="1`,
  `${mark}\`; drop table plugboard_history; #`,
  `${mark}' union select key_check from plugboard_meta --`,
  `${mark}\\'; select pg_sleep(60); --`,
  `${mark}%_\\%`,
  `${mark} $1 ? :id @x {{x}}`,
  `${mark}/*!50000 sleep(60)*/`,
  `${mark}\u202e\u2028'`,
]
/** What can stand in a cursor, a query and an id, and in no name. */
const unwritable: readonly string[] = [`${mark}\u0000'`, `${mark}\ud800`, `${mark}${'x'.repeat(500)}`]
const config = { apiKey: 'key-of-main' }
const cursorOf = (...place: unknown[]): string => Buffer.from(JSON.stringify(place)).toString('base64url')

/** Asks, and gives the status and what was said; a fault of the database is none of them. */
async function asked(opened: TestAdmin, path: string, init: Parameters<TestAdmin['send']>[2] = {}): Promise<readonly [number, unknown]> {
  const response = await opened.send('all', path, { ...init, headers: { 'if-match': '*', ...(init.headers as object) } })
  const text = await response.text()
  expect(response.status, `${path}: ${text}`).toBeLessThan(500)
  return [response.status, text === '' ? undefined : JSON.parse(text)]
}

describeEachDatabase((kind, test) => {
  test('fault 22: what somebody sends is bound to statements and stands in none: names, tags, filters, searches, cursors, keys, ids', async () => {
    await using opened = await openAdmin({ kind })
    const client = opened.as('all')
    const before = await opened.board.admin.list({ type: 'gateway' })
    opened.statements.length = 0

    for (const text of hostile) {
      const made = await client.request('createInstance', {
        params: { type: 'gateway' },
        body: { plugin: 'bank', name: text, tags: [text.trim()], config: { ...config, note: text } },
        // What a header can hold.
        idempotencyKey: text.replaceAll(/[^\u0020-\u007e]/g, ''),
      })
      expect(made).toMatchObject({ name: text, tags: [text], config: { note: text } })
      expect(await client.request('listInstances', { query: { search: text } })).toMatchObject({ matching: 1, items: [{ name: text }] })
      expect(await client.request('listInstances', { query: { tag: text } })).toMatchObject({ matching: 1 })
      const renamed = await client.request('updateInstance', { params: made, match: made.revision, body: { name: `${text}2` } })
      await client.request('removeInstance', { params: made, match: renamed.revision })
      expect(await client.request('restoreInstance', { params: made })).toMatchObject({ name: `${text}2` })
    }
    for (const text of [...hostile, ...unwritable]) {
      const encoded = encodeURIComponent(text.replaceAll(/[\ud800-\udfff]/g, '�'))
      for (const name of ['search', 'tag', 'plugin'])
        expect((await asked(opened, `/instances?${name}=${encoded}`))[0]).toBeLessThanOrEqual(422)
      for (const name of ['sort', 'status', 'state', 'descending', 'limit', text === '' ? 'x' : encoded])
        expect((await asked(opened, `/instances?${name}=${encoded}`))[0], name).toBe(422)
      for (const path of [
        `/types/${encoded}`,
        `/types/${encoded}/instances`,
        `/types/${encoded}/order`,
        `/types/gateway/plugins/${encoded}`,
      ])
        expect((await asked(opened, path))[0], path).toBeGreaterThanOrEqual(404)
      for (const path of [`/instances/${encoded}`, `/instances/${encoded}/history`])
        expect((await asked(opened, path))[0], path).toBeGreaterThanOrEqual(404)
      expect((await asked(opened, `/history?type=${encoded}`))[0]).toBe(422)
      expect((await asked(opened, `/removed?type=${encoded}`))[0]).toBe(422)
      // Cursors are what clients keep, so anybody may make one up.
      const places = [cursorOf(1, text), cursorOf(text, text), cursorOf('order', text), cursorOf(Number.MAX_SAFE_INTEGER, text), text]
      for (const after of places)
        for (const list of ['/instances', '/instances?sort=name&', '/types/gateway/instances', '/history', '/removed']) {
          const query = `${list}${list.includes('?') ? '' : '?'}after=${encodeURIComponent(after.replaceAll(/[\ud800-\udfff]/g, '�'))}`
          expect([200, 422], query).toContain((await asked(opened, query))[0])
        }
      const inBody = await asked(opened, '/types/gateway/strategy', { method: 'PUT', json: { strategy: text } })
      expect(inBody[0]).toBe(422)
      expect((await asked(opened, '/types/gateway/order', { method: 'PUT', json: { ids: [text] } }))[0]).toBe(422)
    }
    for (const text of unwritable.slice(0, 2))
      expect((await asked(opened, '/types/gateway/instances', { method: 'POST', json: { plugin: 'bank', name: text, config } }))[0]).toBe(
        422,
      )

    expect(opened.statements.length).toBeGreaterThan(50)
    expect(opened.statements.filter((sql) => sql.includes(mark))).toStrictEqual([])
    // Everything is where it was.
    const now = await opened.board.admin.list({ type: 'gateway', limit: 500 })
    expect(now.counts.total).toBe(before.counts.total + hostile.length)
    const { entries } = await client.request('listHistory', { query: { limit: 500 } })
    expect(entries.filter(({ action }) => action === 'restore')).toHaveLength(hostile.length)
  })
})

describe('where identifiers come from', () => {
  const bad = [
    '',
    ' ',
    '1st',
    'a-b',
    'a"b',
    'a`b',
    "a'b",
    'a b',
    'a.b',
    'ü',
    'a\u0000',
    'a\nb',
    'x;drop table y',
    'pg_x',
    '__proto__ ',
    'x'.repeat(64),
  ]
  const refusing = (text: string): Error =>
    expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(text.trim()) }) as Error

  plain('fault 22: a prefix or schema that can not stand in SQL as it is, is refused by every store, before anything is opened', () => {
    for (const text of bad) {
      expect(() => sqlite(':memory:', { prefix: text }), text).toThrow(refusing(text))
      expect(() => postgres('postgres://db/shop', { prefix: text }), text).toThrow(refusing(text))
      expect(() => postgres('postgres://db/shop', { schema: text }), text).toThrow(refusing(text))
      expect(() => mysql('mysql://db/shop', { prefix: text }), text).toThrow(refusing(text))
    }
    for (const text of ['app_', 'A1_']) {
      expect(() => sqlite(':memory:', { prefix: text })).not.toThrow()
      expect(() => postgres('postgres://db/shop', { prefix: text, schema: text })).not.toThrow()
      expect(() => mysql('mysql://db/shop', { prefix: text })).not.toThrow()
    }
  })
})
