import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StoreError } from '../errors/index.ts'
import type { ProcessRow, Store } from '../store/index.ts'
import { Presence } from './presence.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A process of one board, and the signs of life that it wrote. */
function bench(heartbeat: (row: ProcessRow) => Promise<void> = async () => {}) {
  const signs: { readonly at: number; readonly revision: number }[] = []
  const forgotten: string[] = []
  const store: Pick<Store, 'description' | 'heartbeat' | 'forgetProcess'> = {
    description: 'a store of the test',
    heartbeat: async (row) => {
      signs.push({ at: Date.now() - began, revision: row.revision })
      await heartbeat(row)
    },
    forgetProcess: async (id) => void forgotten.push(id),
  }
  const began = Date.now()
  const warnings: string[] = []
  const warn = (_: object, message: string): void => void warnings.push(message)
  const presence = new Presence({
    // Of a store it uses no more than this.
    store: store as Store,
    logger: { debug: () => {}, info: () => {}, error: () => {}, warn },
    release: '1',
    keyIds: [],
    registered: {},
    configVersions: {},
    now: () => Date.now(),
    elapsed: () => Date.now() - began,
  })
  return { presence, signs, forgotten, warnings }
}

test('a process says every thirty seconds that it lives, and takes it back at the end', async () => {
  const { presence, signs, forgotten } = bench()
  await presence.start(() => 7)
  await vi.advanceTimersByTimeAsync(91_000)
  expect(signs.map(({ at }) => at)).toEqual([0, 30_000, 60_000, 90_000])
  await presence.end()
  await vi.advanceTimersByTimeAsync(30_000)
  expect([signs.length, forgotten]).toEqual([4, [presence.id]])
})

test('[42] the revision that a process serves is written down within two seconds of a change; of a hundred changes, no more often than that', async () => {
  const { presence, signs } = bench()
  let revision = 7
  await presence.start(() => revision)
  await vi.advanceTimersByTimeAsync(5_000)
  revision = 8
  await vi.advanceTimersByTimeAsync(2_000)
  expect(signs.at(-1)?.revision).toBe(8)
  const before = signs.length
  for (let n = 0; n < 100; n++) {
    revision++
    await vi.advanceTimersByTimeAsync(60)
  }
  expect(signs.length - before).toBeLessThanOrEqual(3)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(signs.at(-1)?.revision).toBe(108)
})

test('a database that can only be read, or says nothing, is no error of the board: the next sign is tried in its time', async () => {
  const failing = bench(() => Promise.reject(new StoreError('read-only')))
  await failing.presence.start(() => 7)
  await vi.advanceTimersByTimeAsync(31_000)
  // Three failures more are within the 90 s that others believe the last sign for.
  expect([failing.signs.length, failing.warnings.length]).toEqual([4, 4])
  const silent = bench(() => new Promise(() => {}))
  const started = silent.presence.start(() => 7)
  await vi.advanceTimersByTimeAsync(10_000)
  await started
  await vi.advanceTimersByTimeAsync(180_000)
  // Each is given up after ten seconds, and none queue up meanwhile.
  expect(silent.signs.length).toBeLessThanOrEqual(19)
  expect(silent.signs.length).toBeGreaterThan(4)
})
