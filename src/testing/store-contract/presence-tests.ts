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
    registered: { mail: ['smtp', 'پست'], sms: [], other: null },
    configVersions: { mail: { smtp: 3, پست: 2 } },
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
    await store.heartbeat(processRow('b', clock.now, { registered: null, configVersions: null }), 60_000)
    clock.now += 50_000
    await store.heartbeat(processRow('a', clock.now, { revision: 9, keyIds: [] }), 60_000)
    expect(await store.read((reader) => reader.processes())).toEqual([
      processRow('a', clock.now, { revision: 9, keyIds: [] }),
      processRow('b', clock.now - 50_000, { registered: null, configVersions: null }),
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

  suite.test('a lease is taken where it still is what was seen, and given back by its holder alone', async ({ store }) => {
    const read = (): Promise<unknown> => store.read((reader) => reader.lease('work'))
    expect(await read()).toBe(null)
    const first = await store.claimLease('work', 'a', null)
    expect(first).toEqual({ name: 'work', holder: 'a', beat: 1 })
    // Somebody else saw nothing, or what is no longer so.
    expect(await store.claimLease('work', 'b', null)).toEqual(first)
    expect(await store.claimLease('work', 'b', { ...first, beat: 7 })).toEqual(first)
    const second = await store.claimLease('work', 'a', first)
    expect(second).toEqual({ ...first, beat: 2 })
    expect(await store.claimLease('work', 'b', first)).toEqual(second)
    expect(await store.claimLease('work', 'b', second)).toEqual({ name: 'work', holder: 'b', beat: 3 })
    await store.releaseLease('work', 'a')
    expect(await read()).toEqual({ name: 'work', holder: 'b', beat: 3 })
    await store.releaseLease('work', 'b')
    expect(await read()).toBe(null)
    expect((await store.head()).revision).toBe(0)
  })

  suite.testSideBySide('of two stores that claim a lease at once, one has it', async ({ store, open }) => {
    const [one, two] = await Promise.all([store.claimLease('work', 'a', null), open().claimLease('work', 'b', null)])
    expect(one).toEqual(two)
    expect(one.beat).toBe(1)
  })

  suite.testSideBySide('a watching store hears of what another one writes, where the database tells of it', async ({ store, open }) => {
    if (store.watch === undefined) return
    const heard: (number | undefined)[] = []
    const watch = store.watch(({ revision }) => heard.push(revision))
    const other = open()
    const isHeard = async (revision: number, patience: number): Promise<boolean> => {
      for (let turn = 0; turn < patience && !heard.includes(revision); turn++) await new Promise((resolve) => setTimeout(resolve, 50))
      return heard.includes(revision)
    }
    const write = (): Promise<number> => other.write(async (writer) => writer.revision)
    // It begins to listen in its own time: what is written before that it need not hear.
    for (let turn = 0; turn < 200; turn++) if (await isHeard(await write(), 2)) break
    expect(await isHeard(await write(), 200)).toBe(true)
    await watch.close()
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
      () => store.claimLease('work', 'a', null),
      () => store.releaseLease('work', 'a'),
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
