import { afterAll, beforeAll, expect } from 'vitest'
import { createBoard } from '../../src/index.ts'
import { describeEachDatabase } from '../support/databases.ts'
import { Bank, Cash } from '../support/gateways.ts'
import { testKeys } from '../support/open-board.ts'
import { runWorker } from '../support/run-worker.ts'
import { bundleWorker } from '../support/worker.ts'

let worker: Awaited<ReturnType<typeof bundleWorker>>
beforeAll(async () => {
  worker = await bundleWorker('start-worker')
})
afterAll(() => worker[Symbol.dispose]())

describeEachDatabase((kind, test) => {
  for (const count of [2, 5, 8]) {
    test(`[30] fault 2: ${count} processes that start at once with migrate and sync on start make one schema and one row each, and none fails`, async () => {
      await using database = await kind.open()
      const runs = Array.from({ length: count }, () => runWorker(worker.path, { BOARD_FILE: database.place }))
      expect(await Promise.all(runs.map((run) => run.ended))).toEqual(runs.map(() => 0))
      for (const run of runs) {
        expect(run.said).toEqual([{ ok: true, types: 1, names: ['Cash'] }])
        expect(run.errors()).toBe('')
      }
      await using board = createBoard({ plugins: [Bank, Cash], store: database.factory, keys: testKeys })
      await board.ready()
      const { meta, rows } = await board.internals.store.read(async (reader) => ({
        meta: await reader.meta(),
        rows: [await reader.types(-1), await reader.plugins(-1), await reader.instances({ removed: true })].map((each) => each.length),
      }))
      expect(rows).toEqual([1, 2, 1])
      // One sync wrote. Others that planned before it took the lock, and found nothing left to do.
      expect(meta.revision).toBeLessThanOrEqual(count)
      expect((await board.admin.history()).map((each) => each.action).toSorted()).toEqual(['create', 'sync'])
      expect((await board.status()).processes.map(({ id }) => id)).toEqual([board.internals.runtime.processId])
    }, 180_000)
  }
})
