import { measure, type Compared } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { side } from '../harness/side.ts'
import { copyInto, copyText } from '../subjects/copy-rows.ts'
import { syncSubject } from '../subjects/synced-plugins.ts'

export const row: Row = {
  id: 'S1',
  what: 'first sync of 10,000 plugins, PostgreSQL',
  against: 'COPY of the same rows into the same tables',
  goal: 2.5,
  guardedBy: 'counts',
  peers: ['PostgreSQL', 'pg', 'pg-copy-streams'],
  run,
}

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const sizes = quick ? [100, 1_000] : [100, 1_000, 10_000]
  const largest = sizes.at(-1) ?? 0
  const steps: { size: number; compared: Compared[] }[] = []
  const statements: number[] = []
  for (const size of sizes) {
    const measured = await measureWith(size, size === largest ? rounds : Math.ceil(rounds / 3))
    steps.push({ size, compared: measured.compared })
    statements.push(measured.statements)
  }
  const [atLeast = 0] = statements
  return {
    compared: steps.at(-1)?.compared ?? [],
    growth: [{ of: 'plugins', steps }],
    bounds: [{ what: `statements for ${largest.toLocaleString('en')} plugins`, value: statements.at(-1) ?? 0, atMost: atLeast }],
  }
}

async function measureWith(size: number, rounds: number): Promise<{ readonly compared: Compared[]; readonly statements: number }> {
  await using subject = await syncSubject(size)
  const { board, bench } = subject
  await board.sync()
  const [types, plugins] = [await copyText(bench.client, 'plugboard_types'), await copyText(bench.client, 'plugboard_plugins')]
  const empty = async (): Promise<void> => {
    await bench.client.query('truncate plugboard_instances, plugboard_plugins, plugboard_types, plugboard_history')
  }
  const copy = side(
    'COPY',
    async () => {
      await bench.client.query('begin')
      await copyInto(bench.client, 'plugboard_types', types)
      await copyInto(bench.client, 'plugboard_plugins', plugins)
      await bench.client.query('commit')
      return size
    },
    empty,
  )
  const sync = side('Plugboard: board.sync()', async () => (await board.sync()).plugins.created.length, empty)
  const compared = await measure([copy, sync], { rounds, times: 1 })
  await empty()
  return { compared, statements: (await subject.statementsOf(() => board.sync())).length }
}
