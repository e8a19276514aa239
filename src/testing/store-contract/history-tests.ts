import { newHistory, plant, plantInstance } from './sample-rows.ts'
import type { StoreSuite } from './store-suite.ts'

export function historyTests(suite: StoreSuite): void {
  const { expect } = suite

  suite.test('an entry comes back as it was written, with the revision and time of its write', async ({ store, clock }) => {
    const { typeId, pluginId } = await plant(store)
    const entry = newHistory({
      action: 'rollback',
      typeId,
      pluginId,
      instanceId: store.newId(),
      changed: ['name', 'config.api.key'],
      before: { name: 'پیش', tags: ['a'], nested: { zero: 0, none: null, yes: true }, odd: 'a\0b\ud800' },
      after: {},
      sealedBefore: 'before.token',
      sealedAfter: 'after.token',
      configVersionBefore: 1,
      configVersionAfter: 2,
      note: 'چرا: "it\'s" 🙂',
    })
    await store.write((writer) => writer.appendHistory([entry]))
    const [row] = await store.read((reader) => reader.history())
    expect(row).toEqual({ ...entry, id: row?.id, revision: 2, at: clock.now })
  })

  suite.test('history is newest first and paged by revision and id, without a gap or a repeat', async ({ store }) => {
    for (let write = 0; write < 5; write++) {
      await store.write((writer) =>
        writer.appendHistory(Array.from({ length: 7 }, (_, index) => newHistory({ action: `${write}-${index}` }))),
      )
    }
    const whole = await store.read((reader) => reader.history({ limit: 1000 }))
    expect(whole.map(({ action }) => action)).toEqual(
      Array.from({ length: 35 }, (_, index) => `${4 - Math.floor(index / 7)}-${6 - (index % 7)}`),
    )
    const paged = []
    let page = whole.slice(0, 0)
    for (let turn = 0; turn < 10; turn++) {
      const last = page.at(-1)
      const before = last === undefined ? {} : { before: { revision: last.revision, id: last.id } }
      page = [...(await store.read((reader) => reader.history({ limit: 4, ...before })))]
      paged.push(...page)
    }
    expect(paged).toEqual(whole)
  })

  suite.test('history is of one instance, of one type, and 50 entries unless more are asked for', async ({ store }) => {
    const { typeId } = await plant(store)
    const instanceId = await plantInstance(store, await plant(store, 'mail'))
    await store.write((writer) =>
      writer.appendHistory([
        newHistory({ action: 'a', typeId }),
        newHistory({ action: 'b', instanceId }),
        newHistory({ action: 'c', typeId, instanceId }),
        ...Array.from({ length: 60 }, () => newHistory()),
      ]),
    )
    const seen = await store.read(async (reader) => ({
      type: (await reader.history({ typeId })).map(({ action }) => action),
      instance: (await reader.history({ instanceId })).map(({ action }) => action),
      both: (await reader.history({ instanceId, typeId })).map(({ action }) => action),
      usual: (await reader.history()).length,
      none: await reader.history({ instanceId: store.newId() }),
    }))
    expect(seen).toEqual({ type: ['c', 'a'], instance: ['c', 'b'], both: ['c'], usual: 50, none: [] })
  })
}
