import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateKey } from '../../src/index.ts'
import { sqliteDatabase } from '../support/sqlite-test-database.ts'
import { bundleWorker } from '../support/worker.ts'
import type { Look } from './messages.ts'
import { growthOf, soak, type SoakOptions, type SoakReport } from './soak.ts'

let worker: Awaited<ReturnType<typeof bundleWorker>>
beforeAll(async () => {
  worker = await bundleWorker('process', new URL('./', import.meta.url))
})
afterAll(() => worker[Symbol.dispose]())

/** Another one: `SOAK_SEED=7 npx vitest run --project unit test/soak`. */
const seed = Number(process.env['SOAK_SEED'] ?? 5)

async function short(over: Partial<SoakOptions>): Promise<SoakReport> {
  await using database = await sqliteDatabase.open()
  return await soak({
    seed,
    time: 90_000,
    calls: 1_000,
    leastEdits: 30,
    leastRestarts: 2,
    processes: 3,
    path: worker.path,
    database,
    editEvery: 20,
    restartEvery: 700,
    weighEvery: 2_000,
    keys: ['k1', 'k2', 'k3', 'k4'].map((id) => generateKey(id)),
    ...over,
  })
}

test(`[38][42] fault 6: a short soak of three processes, calls, faults, edits and restarts: no lost and no double call, each object disposed once (seed ${seed})`, async () => {
  const report = await short({})
  expect(report.problems, JSON.stringify(report)).toEqual([])
  expect([report.double, report.lost]).toEqual([0, 0])
  // It was no idle time.
  expect(report.counts['failovers']).toBeGreaterThan(10)
  expect(Object.values(report.edits).reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(30)
  expect(report.restarts.killed + report.restarts.ended).toBeGreaterThanOrEqual(2)
  expect(report.objects.built).toBeGreaterThan(10)
  expect(report.heap.looks.length).toBeGreaterThan(0)
}, 180_000)

test('[38] positive control: where what may be done once is sent on as if it might be repeated, the soak finds double calls', async () => {
  const report = await short({ processes: 1, leastEdits: 0, leastRestarts: 0, weighEvery: 1e9, env: { SOAK_SABOTAGE: 'repeatable' } })
  expect(report.double).toBeGreaterThan(0)
  expect(report.problems.some((each) => /^call \d+ of p0\.0 .*was done [2-9] times$/.test(each))).toBe(true)
}, 180_000)

test('the growth of a heap is told from 100,000 calls to 1,000,000, or from the first look to the last', () => {
  const look = (calls: number, bytes: number): Look => ({ calls, bytes: bytes + 5, code: 5 })
  const held = ({ bytes, code }: Look): number => bytes - code
  expect(growthOf([look(50_000, 9), look(100_000, 10), look(500_000, 90), look(1_000_000, 11), look(1_050_000, 99)], held)).toBeCloseTo(0.1)
  expect(growthOf([look(100, 10), look(200, 12)], held)).toBeCloseTo(0.2)
  expect([growthOf([], held), growthOf([look(1, 1)], held)]).toEqual([null, null])
})
