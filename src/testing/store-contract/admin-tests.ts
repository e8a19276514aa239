import { newInstance, plant } from './sample-rows.ts'
import type { StoreSuite } from './store-suite.ts'

/** What the admin asks beside the rest: removed instances a page at a time, and requests that were made already. */
export function adminTests(suite: StoreSuite): void {
  const { expect } = suite

  suite.test('removed instances come a page at a time, the last removed first', async ({ store }) => {
    const grounds = [await plant(store), await plant(store, 'storage')]
    const [first, second] = grounds
    if (first === undefined || second === undefined) throw new Error('There are two types.')
    const rows = [
      ...['a', 'b', 'c', 'd'].map((name) => newInstance(store, first, { name })),
      newInstance(store, second, { name: 'elsewhere' }),
      newInstance(store, first, { name: 'live' }),
    ]
    await store.write((writer) => writer.insertInstances(rows))
    // Two of one moment: their ids break the tie.
    const at = [20, 30, 30, 10, 25]
    await store.write((writer) => writer.updateInstances(at.map((removedAt, index) => ({ id: rows[index]?.id ?? '', removedAt }))))
    const names = async (typeIds?: readonly string[]): Promise<readonly string[]> => {
      const found: string[] = []
      let after: { readonly removedAt: number; readonly id: string } | undefined
      for (;;) {
        const filter = { limit: 2, ...(typeIds === undefined ? {} : { typeIds }), ...(after === undefined ? {} : { after }) }
        const page = await store.read((reader) => reader.removed(filter))
        found.push(...page.map((row) => row.name))
        const last = page.at(-1)
        if (last === undefined) return found
        after = { removedAt: last.removedAt ?? 0, id: last.id }
      }
    }
    expect(await names()).toEqual(['c', 'b', 'elsewhere', 'a', 'd'])
    expect(await names([first.typeId])).toEqual(['c', 'b', 'a', 'd'])
    expect(await names([])).toEqual([])
  })

  suite.test('a request is noted once; what it made is told until it is forgotten', async ({ store, clock }) => {
    const request = (id: string, instanceId: string) => ({ id, fingerprint: 'print', instanceId })
    const note = (id: string, instanceId: string, forgetBefore: number = 0): Promise<unknown> =>
      store.write((writer) => writer.noteRequest(request(id, instanceId), forgetBefore))
    expect(await note('one', 'i1')).toBe(null)
    expect(await note('one', 'i2')).toEqual(request('one', 'i1'))
    expect(await note('two', 'i3')).toBe(null)
    clock.now += 1_000
    expect(await note('one', 'i4', clock.now)).toBe(null)
    expect(await note('one', 'i5')).toEqual(request('one', 'i4'))
  })

  suite.test('a request that is rolled back was never noted', async ({ store }) => {
    const request = { id: 'one', fingerprint: 'print', instanceId: 'i1' }
    const failing = store.write(async (writer) => {
      await writer.noteRequest(request, 0)
      throw new Error('rolled back')
    })
    expect(await failing.catch(() => 'failed')).toBe('failed')
    expect(await store.write((writer) => writer.noteRequest(request, 0))).toBe(null)
  })
}
