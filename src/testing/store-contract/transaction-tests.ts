import { newHistory, newInstance, plant, plantInstance } from './sample-rows.ts'
import type { StoreSuite } from './store-suite.ts'
import { rejection } from './store-suite.ts'

export function transactionTests(suite: StoreSuite): void {
  const { expect } = suite

  suite.test('every write raises the revision by one, also one that changes nothing', async ({ store, clock }) => {
    for (const expected of [1, 2, 3]) {
      const seen = await store.write(async (writer) => ({ revision: writer.revision, meta: await writer.meta(), now: writer.now }))
      expect(seen.revision).toBe(expected)
      expect(seen.meta.revision).toBe(expected)
      expect(seen.now).toBe(clock.now)
    }
    expect((await store.head()).revision).toBe(3)
  })

  suite.test('[31] what throws is rolled back whole and reaches the caller as it is; the next write works', async ({ store }) => {
    const ground = await plant(store)
    const before = await store.head()
    const thrown = new RangeError('stop here')
    const failed = store.write(async (writer) => {
      await writer.insertInstances([newInstance(store, ground)])
      await writer.appendHistory([newHistory()])
      await writer.setKeyCheck('token')
      throw thrown
    })
    expect(await failed.catch((error: unknown) => error)).toBe(thrown)
    expect(await store.head()).toEqual(before)
    const left = await store.read(async (reader) => [await reader.instances(), await reader.history(), (await reader.meta()).keyCheck])
    expect(left).toEqual([[], [], null])
    await plantInstance(store, ground)
    expect((await store.head()).revision).toBe(before.revision + 1)
  })

  suite.test('a write that the database refuses is rolled back, and the store works on', async ({ store }) => {
    const ground = await plant(store)
    const twice = newInstance(store, ground)
    const { code } = await rejection(store.write((writer) => writer.insertInstances([twice, { ...twice, name: 'second' }])))
    expect(code).toBe('unique_violation')
    expect((await store.head()).revision).toBe(1)
    expect(await store.read((reader) => reader.instances())).toEqual([])
  })

  suite.test('a writer reads what it wrote; nobody else does before the end', async ({ store }) => {
    const ground = await plant(store)
    await store.write(async (writer) => {
      await writer.insertInstances([newInstance(store, ground)])
      expect((await writer.instances()).length).toBe(1)
      const [row] = await writer.instances()
      await writer.updateInstances([{ id: row?.id ?? '', name: 'renamed' }])
      expect((await writer.instances())[0]?.name).toBe('renamed')
    })
  })

  suite.test('writes asked for at once run one after the other, in the order they were asked for', async ({ store }) => {
    const seen: number[] = []
    const writes = Array.from({ length: 20 }, (_, index) =>
      store.write(async (writer) => {
        seen.push(index)
        return writer.revision
      }),
    )
    expect(await Promise.all(writes)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })

  suite.test('a call inside a work would wait for itself, and is refused with what to do', async ({ store }) => {
    const inside: readonly (() => Promise<unknown>)[] = [
      () => store.write(() => Promise.resolve()),
      () => store.read(() => Promise.resolve()),
      () => store.head(),
      () => store.initKeyCheck('token'),
      () => store.recordHealth([{ instanceId: 'x', at: 0, ok: true, latencyMs: 0, message: '' }]),
      () => store.migrate(),
      () => store.close(),
    ]
    for (const call of inside) {
      const inWrite = await rejection(store.write(call))
      expect(inWrite.code).toBe('store')
      expect(inWrite.message).toMatch(/inside the work of write\(\)/)
      const inRead = await rejection(store.read(call))
      expect(inRead.code).toBe('store')
      expect(inRead.message).toMatch(/inside the work of read\(\)/)
    }
    expect((await store.head()).revision).toBe(0)
  })

  suite.test('what a work started and left behind may call once the work is over', async ({ store }) => {
    const [released, release] = gate()
    const [ended, end] = gate()
    let left: Promise<unknown> = Promise.resolve()
    await store.write(async () => {
      left = released.then(() => store.head())
    })
    const other = store.read(() => ended)
    release()
    await released
    end()
    expect(await left).toMatchObject({ revision: 1 })
    await other
  })

  suite.testSideBySide('a read does not wait for a write, and sees the state before it', async ({ store, open }) => {
    const ground = await plant(store)
    const other = open()
    await store.write(async (writer) => {
      await writer.insertInstances([newInstance(store, ground)])
      const seen = await other.read(async (reader) => [(await reader.meta()).revision, (await reader.instances()).length])
      expect(seen).toEqual([1, 0])
    })
    expect((await other.read((reader) => reader.instances())).length).toBe(1)
  })

  suite.testSideBySide('all reads of one work see one state, whatever is written meanwhile', async ({ store, open }) => {
    const ground = await plant(store)
    const other = open()
    await store.read(async (reader) => {
      expect((await reader.meta()).revision).toBe(1)
      await plantInstance(other, ground)
      expect((await reader.meta()).revision).toBe(1)
      expect(await reader.instances()).toEqual([])
    })
    expect((await store.head()).revision).toBe(2)
  })

  suite.testSideBySide(
    '[31] writes of two stores at once are all kept, and history is in the order of commits',
    async ({ store, open }) => {
      const ground = await plant(store)
      const stores = [store, open()]
      const revisions = await Promise.all(
        Array.from({ length: 40 }, (_, index) => {
          const mine = stores[index % 2] ?? store
          return mine.write(async (writer) => {
            await writer.insertInstances([newInstance(mine, ground, { name: `instance ${index}`, priority: writer.revision })])
            await writer.appendHistory([newHistory({ action: `write-${index}` })])
            return writer.revision
          })
        }),
      )
      expect(revisions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 2))
      const { rows, history } = await store.read(async (reader) => ({
        rows: await reader.instances(),
        history: await reader.history({ limit: 100 }),
      }))
      expect(rows.length).toBe(40)
      expect(rows.every((row) => row.createdRevision === row.priority)).toBe(true)
      expect(history.map(({ revision }) => revision)).toEqual(Array.from({ length: 40 }, (_, index) => 41 - index))
      for (const { action, revision } of history) expect(revisions[Number(action.slice('write-'.length))]).toBe(revision)
    },
  )
}

function gate(): readonly [opened: Promise<void>, open: () => void] {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return [opened, open]
}
