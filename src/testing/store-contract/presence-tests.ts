import type { ProcessRow } from '../../store/index.ts'
import type { StoreSuite } from './store-suite.ts'
import { rejection } from './store-suite.ts'

/** The key check, processes and health: what raises no revision. */
export function presenceTests(suite: StoreSuite): void {
  const { expect } = suite
  const processRow = (id: string, seenAt: number, fields: Partial<ProcessRow> = {}): ProcessRow => ({
    id,
    host: 'db-1',
    pid: 4711,
    release: '1.0.0',
    keyIds: ['k2', 'k1'],
    revision: 3,
    startedAt: seenAt,
    seenAt,
    ...fields,
  })

  suite.test('the first key check stands; whoever comes later is given that one', async ({ store }) => {
    const given = await Promise.all(['one', 'two', 'three'].map((token) => store.initKeyCheck(token)))
    expect(new Set(given).size).toBe(1)
    expect(await store.initKeyCheck('four')).toBe(given[0])
    expect((await store.read((reader) => reader.meta())).keyCheck).toBe(given[0])
    expect((await store.head()).revision).toBe(0)
  })

  suite.testSideBySide('two stores that race for the key check are given the same', async ({ store, open }) => {
    const [one, two] = await Promise.all([store.initKeyCheck('one'), open().initKeyCheck('two')])
    expect(one).toBe(two)
  })

  suite.test('a write can replace the key check', async ({ store }) => {
    await store.initKeyCheck('old')
    await store.write((writer) => writer.setKeyCheck('new'))
    expect(await store.initKeyCheck('other')).toBe('new')
  })

  suite.test('a heartbeat adds a process, then keeps it current, and forgets those not seen', async ({ store, clock }) => {
    await store.heartbeat(processRow('a', clock.now), 60_000)
    await store.heartbeat(processRow('b', clock.now), 60_000)
    clock.now += 50_000
    await store.heartbeat(processRow('a', clock.now, { revision: 9, keyIds: [] }), 60_000)
    expect(await store.read((reader) => reader.processes())).toEqual([
      processRow('a', clock.now, { revision: 9, keyIds: [] }),
      processRow('b', clock.now - 50_000),
    ])
    clock.now += 20_000
    await store.heartbeat(processRow('a', clock.now), 60_000)
    expect((await store.read((reader) => reader.processes())).map(({ id }) => id)).toEqual(['a'])
    await store.forgetProcess('a')
    await store.forgetProcess('a')
    expect(await store.read((reader) => reader.processes())).toEqual([])
    expect((await store.head()).revision).toBe(0)
  })

  suite.test('health is the last outcome of each instance, and takes any message', async ({ store }) => {
    const row = { instanceId: 'i1', at: 5, ok: false, latencyMs: 12.5, message: 'refused: «نه» \0 \ud800' }
    await store.recordHealth([])
    await store.recordHealth([row, { ...row, instanceId: 'i2', ok: true, message: '' }])
    await store.recordHealth([
      { ...row, at: 6 },
      { ...row, at: 7, ok: true, message: 'fine' },
    ])
    const seen = await store.read(async (reader) => ({
      all: await reader.health(),
      one: await reader.health(['i2']),
      none: await reader.health([]),
    }))
    const second = { instanceId: 'i2', at: 5, ok: true, latencyMs: 12.5, message: '' }
    expect(seen).toEqual({
      all: [{ instanceId: 'i1', at: 7, ok: true, latencyMs: 12.5, message: 'fine' }, second],
      one: [second],
      none: [],
    })
    await store.recordHealth([row])
    expect((await store.read((reader) => reader.health(['i1'])))[0]?.message).toBe('refused: «نه» \uFFFD \uFFFD')
    expect((await store.head()).revision).toBe(0)
  })

  suite.testSideBySide('a change mark differs after another store has written', async ({ store, open }) => {
    if (store.changeMark === undefined) return
    const other = open()
    await other.head()
    const before = await store.changeMark()
    expect(await store.changeMark()).toBe(before)
    await other.write(() => Promise.resolve())
    expect((await store.changeMark()) === before).toBe(false)
  })

  suite.test('a closed store refuses every call, and may be closed again', async ({ store }) => {
    const running = store.write(async (writer) => writer.revision)
    await store.close()
    expect(await running).toBe(1)
    await store.close()
    const calls = [
      () => store.head(),
      () => store.read((reader) => reader.meta()),
      () => store.write((writer) => writer.meta()),
      () => store.migrate(),
      () => store.checkSchema(),
      () => store.initKeyCheck('x'),
      () => store.heartbeat(processRow('a', 0), 1),
      () => store.forgetProcess('a'),
      () => store.recordHealth([{ instanceId: 'x', at: 0, ok: true, latencyMs: 0, message: '' }]),
    ]
    for (const call of calls) {
      const { code, message } = await rejection(call())
      expect(code).toBe('store')
      expect(message).toMatch(/closed/)
    }
  })

  suite.testEmpty('a store that was never used closes', async ({ store }) => {
    await store.close()
  })
}
