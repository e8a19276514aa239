import { measure, type Compared } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { percentile } from '../harness/stats.ts'
import { side } from '../harness/side.ts'
import { filledAdmin, type FilledAdmin } from '../subjects/filled-admin.ts'

export const row: Row = {
  id: 'A2',
  what: 'search and counts in the admin, 100,000 instances, one request with a word that nobody searched before',
  against: 'the same asked of SQLite: LIKE, and counts by status and plugin',
  // What 5 ms are against the 37 ms of a scan.
  goal: 0.14,
  guardedBy: 'ratio',
  peers: ['SQLite', '@photostructure/sqlite'],
  run,
}

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const sizes = quick ? [10_000] : [1_000, 10_000, 100_000]
  const steps: { size: number; compared: readonly Compared[] }[] = []
  let took: readonly number[] = []
  let cached: readonly number[] = []
  for (const size of sizes) {
    await using subject = await filledAdmin(size)
    const words = numbers()
    const compared = await measure(
      [
        side('SQLite', (times) => repeated(times, () => scan(subject, words()))),
        side('Plugboard: a request', (times) => repeated(times, () => search(subject, words()))),
      ],
      { rounds: Math.ceil(rounds / (size === sizes.at(-1) ? 1 : 3)) },
    )
    steps.push({ size, compared })
    took = await timed(rounds, () => search(subject, words()))
    const again = words()
    cached = await timed(rounds, () => search(subject, again))
  }
  return {
    compared: steps.at(-1)?.compared ?? [],
    growth: [{ of: 'instances', steps }],
    bounds: [
      { what: 'milliseconds of a search with counts, p50', value: rounded(percentile(took, 0.5)), atMost: 5, kind: 'timed' },
      {
        what: 'milliseconds of its next page or of the same again, p50',
        value: rounded(percentile(cached, 0.5)),
        atMost: 5,
        kind: 'timed',
      },
    ],
  }
}

async function search(subject: FilledAdmin, number: number): Promise<number> {
  return (await subject.list(`search=${number}&limit=50`)).matching + 1
}

async function scan({ database }: FilledAdmin, number: number): Promise<number> {
  const found = await database.query(
    `select id, name, status, priority from plugboard_instances where removed_at is null and (lower(name) like '%${number}%' or lower(tags) like '%${number}%') order by status, priority, id limit 50`,
  )
  const matching = await database.query(
    `select count(*) from plugboard_instances where removed_at is null and (lower(name) like '%${number}%' or lower(tags) like '%${number}%')`,
  )
  const counts = await database.query(
    'select status, plugin_id, count(*) from plugboard_instances where removed_at is null group by status, plugin_id',
  )
  return found + matching + counts
}

/** Words that nobody searched before: parts of the names that are there. */
function numbers(): () => number {
  let turn = 0
  return () => (turn++ * 7_919) % 100_003
}

async function repeated(times: number, ask: () => Promise<number>): Promise<number> {
  let sum = 0
  for (let turn = 0; turn < times; turn++) sum += await ask()
  return sum
}

async function timed(rounds: number, ask: () => Promise<number>): Promise<readonly number[]> {
  const values: number[] = []
  for (let round = 0; round < Math.max(rounds, 30); round++) {
    const started = performance.now()
    await ask()
    values.push(performance.now() - started)
  }
  return values
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
