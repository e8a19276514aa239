import { measure, type Compared } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { side } from '../harness/side.ts'
import { filledAdmin, type FilledAdmin } from '../subjects/filled-admin.ts'

export const row: Row = {
  id: 'A1',
  what: 'page 1,001 of the list of the admin, 100,000 instances by name, one request',
  against: 'page 1',
  goal: 1.5,
  guardedBy: 'ratio',
  peers: ['SQLite', '@photostructure/sqlite'],
  run,
}

const perPage = 50

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const sizes = quick ? [1_000, 10_000] : [1_000, 10_000, 100_000]
  const steps: { size: number; compared: readonly Compared[] }[] = []
  let statements = 0
  for (const size of sizes) {
    await using subject = await filledAdmin(size)
    // In the middle, whatever the size: page 1,001 of 100,000.
    const rows = size / 2
    const after = await placeAfter(subject, rows)
    const asked = `sort=name&limit=${perPage}`
    const list = async (query: string): Promise<number> => (await subject.list(query)).items.length
    const offset = `select id, name, plugin_id, status, priority, weight, tags, revision from plugboard_instances where removed_at is null order by name, id limit ${perPage} offset ${rows}`
    const compared = await measure(
      [
        side('page 1', (times) => repeated(times, () => list(asked))),
        side('Plugboard: a page in the middle', (times) => repeated(times, () => list(`${asked}&after=${after}`))),
        side('SQL with OFFSET, the query alone', (times) => repeated(times, () => subject.database.query(offset))),
      ],
      { rounds },
    )
    steps.push({ size, compared })
    subject.statements.length = 0
    await subject.list(`${asked}&after=${after}`)
    statements = subject.statements.length
  }
  return {
    compared: steps.at(-1)?.compared ?? [],
    growth: [{ of: 'instances', steps }],
    bounds: [{ what: 'statements of a page', value: statements, atMost: 5 }],
  }
}

/** The cursor behind so many rows. */
async function placeAfter(subject: FilledAdmin, rows: number): Promise<string> {
  let after: string | null = null
  for (let read = 0; read < rows; read += 500) {
    const page = await subject.list(`sort=name&limit=${Math.min(500, rows - read)}${after === null ? '' : `&after=${after}`}`)
    after = page.next
  }
  if (after === null) throw new Error('The list ended before the page that is to be measured.')
  return after
}

async function repeated(times: number, ask: () => Promise<number>): Promise<number> {
  let sum = 0
  for (let turn = 0; turn < times; turn++) sum += await ask()
  return sum
}
