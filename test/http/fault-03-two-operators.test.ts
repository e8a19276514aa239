import { expect } from 'vitest'
import { AdminRequestError, type AdminClient } from '../../src/admin/client.ts'
import { createAdmin } from '../../src/admin/index.ts'
import { describeEachDatabase } from '../support/databases.ts'
import { byToken, clientOf, openAdmin } from '../support/open-admin.ts'

const people = { ada: ['read', 'operate', 'configure'], sam: ['read', 'operate', 'configure'] } as const

describeEachDatabase((kind, test) => {
  test('fault 3: two operators in two processes, fifty edits and reorders at once: stale ones are 412, a retry succeeds for most, and no accepted one is lost', async () => {
    await using opened = await openAdmin({ kind, people })
    const second = createAdmin(await opened.another(), { authorize: byToken(people) })
    const clients = { ada: opened.as('ada'), sam: clientOf(second, 'sam') }
    const ids: string[] = []
    for (let at = 0; at < 20; at++) {
      const body = { plugin: 'cash', name: `Till ${at}`, status: 'active' } as const
      ids.push((await clients.ada.request('createInstance', { params: { type: 'gateway' }, body })).id)
    }
    const order = await clients.ada.request('getOrder', { params: { type: 'gateway' } })
    const before = (await clients.ada.request('listHistory', { query: { limit: 500 } })).entries.length
    const seen = new Map<string, number>()
    for (const id of ids) seen.set(id, (await clients.ada.request('getInstance', { params: { id } })).revision)

    let refused = 0
    /** Writes; where somebody was faster, is told so and what stands there now. */
    const attempt = async (
      write: () => Promise<unknown>,
    ): Promise<{ readonly current: { revision?: number; orderRevision?: number } } | undefined> => {
      try {
        await write()
        return undefined
      } catch (error) {
        if (!(error instanceof AdminRequestError)) throw error
        expect([error.status, error.problem?.code]).toStrictEqual([412, 'stale_write'])
        refused++
        return { current: error.problem?.current as { revision?: number; orderRevision?: number } }
      }
    }
    /** Both operators saw the same page before either of them saved. */
    const edit = async (client: AdminClient, id: string, text: string): Promise<number> => {
      let match = seen.get(id) ?? 0
      for (let tries = 1; ; tries++) {
        const lost = await attempt(() => client.request('updateInstance', { params: { id }, match, body: { tags: [text] } }))
        if (lost === undefined) return tries
        match = lost.current.revision ?? 0
      }
    }
    const arrange = async (client: AdminClient, turn: number): Promise<number> => {
      let match = order.orderRevision
      for (let tries = 1; ; tries++) {
        const turned = [...order.ids.slice(turn), ...order.ids.slice(0, turn)]
        const lost = await attempt(() => client.request('reorder', { params: { type: 'gateway' }, match, body: { ids: turned } }))
        if (lost === undefined) return tries
        match = lost.current.orderRevision ?? 0
      }
    }
    const work: Promise<number>[] = []
    for (const [who, client] of Object.entries(clients)) {
      for (const id of ids) work.push(edit(client, id, `${who}'s`))
      for (const turn of [1, 2, 3, 4, 5]) work.push(arrange(client, turn + (who === 'ada' ? 0 : 5)))
    }
    expect(work).toHaveLength(50)
    const tries = await Promise.all(work)

    // Of each page that both saved, one was refused; and it took one retry for most.
    expect(refused).toBeGreaterThanOrEqual(20)
    expect(refused).toBe(tries.reduce((sum, each) => sum + each - 1, 0))
    expect(tries.filter((each) => each <= 2).length).toBeGreaterThanOrEqual(25)
    const { entries } = await clients.sam.request('listHistory', { query: { limit: 500 } })
    const written = entries.slice(0, entries.length - before)
    expect(written).toHaveLength(50)
    expect(new Set(written.map(({ revision }) => revision)).size).toBe(50)
    for (const who of ['ada', 'sam']) {
      const own = written.filter(({ actor }) => actor.id === `u-${who}`)
      expect(
        own
          .filter(({ action }) => action === 'update')
          .map(({ instance }) => instance?.id)
          .toSorted(),
      ).toStrictEqual(ids.toSorted())
      expect(own.filter(({ action }) => action === 'reorder')).toHaveLength(5)
    }
    const after = await clients.sam.request('getOrder', { params: { type: 'gateway' } })
    expect(after.ids.toSorted()).toStrictEqual(order.ids.toSorted())
    for (const id of ids) {
      const now = await clients.ada.request('getInstance', { params: { id } })
      const last = written.find(({ instance }) => instance?.id === id)
      expect(now.tags).toStrictEqual([`${last?.actor.name ?? ''}'s`])
    }
    second.close()
  })
})
