import { measure, type Compared } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { side } from '../harness/side.ts'
import { syncSubject } from '../subjects/synced-plugins.ts'

export const row: Row = {
  id: 'S2',
  what: 'sync that changes nothing, 10,000 plugins, PostgreSQL',
  against: 'one SELECT of the columns that the code owns',
  goal: 1.6,
  guardedBy: 'counts',
  peers: ['PostgreSQL', 'pg'],
  run,
}

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const sizes = quick ? [100, 1_000] : [100, 1_000, 10_000]
  const steps: { size: number; compared: Compared[] }[] = []
  let statements: readonly string[] = []
  for (const size of sizes) {
    const measured = await measureWith(size, size === sizes.at(-1) ? rounds : Math.ceil(rounds / 3))
    steps.push({ size, compared: measured.compared })
    statements = measured.statements
  }
  const writes = statements.filter((sql) => !/^\s*(?:select|with)\b/i.test(sql))
  return {
    compared: steps.at(-1)?.compared ?? [],
    growth: [{ of: 'plugins', steps }],
    bounds: [
      { what: 'statements', value: statements.length, atMost: 5 },
      { what: 'writes', value: writes.length, atMost: 0 },
    ],
  }
}

async function measureWith(
  size: number,
  rounds: number,
): Promise<{ readonly compared: Compared[]; readonly statements: readonly string[] }> {
  await using subject = await syncSubject(size)
  const { board, bench } = subject
  await board.sync()
  const owned =
    'select id, type_id, key, label, description, configurable, default_priority, schema from plugboard_plugins where removed_at is null'
  const select = side('SELECT', async () => (await bench.client.query(owned)).rowCount ?? 0)
  const sync = side('Plugboard: board.sync()', async () => (await board.sync()).plugins.created.length + 1)
  const compared = await measure([select, sync], { rounds, times: 1 })
  return { compared, statements: await subject.statementsOf(() => board.sync()) }
}
