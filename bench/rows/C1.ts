import type { Board } from 'plugboard'
import { measure, type Compared } from '../harness/measure.ts'
import type { Growth, Outcome, Row, RowScale } from '../harness/row.ts'
import { side, type Side } from '../harness/side.ts'
import { contractCount, firstResolves, openBoard } from '../subjects/contracts-with-instances.ts'
import { countedStore } from '../subjects/counted-store.ts'
import { filledPostgres, filledSqlite, type FilledDatabase } from '../subjects/filled-databases.ts'

export const row: Row = {
  id: 'C1',
  what: 'start to the first resolve of 16 contracts, 100,000 instances, SQLite',
  against: 'the same with 16 instances',
  goal: 1.5,
  guardedBy: 'counts',
  peers: ['SQLite', 'PostgreSQL', 'pg'],
  run,
}

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const sizes = quick ? [10_000] : [1_000, 10_000, 100_000]
  const few = await statementsOfStart(contractCount)
  const many = await statementsOfStart(sizes.at(-1) ?? 0)
  const onSqlite = await grow('instances on SQLite', filledSqlite, sizes, rounds)
  const onPostgres = await grow('instances on PostgreSQL', filledPostgres, sizes, Math.ceil(rounds / 2))
  return {
    compared: onSqlite.steps.at(-1)?.compared ?? [],
    growth: [onSqlite, onPostgres],
    bounds: [{ what: `statements until ${contractCount} contracts are resolved, with the most instances`, value: many, atMost: few }],
  }
}

async function grow(
  of: string,
  fill: (instances: number) => Promise<FilledDatabase>,
  sizes: readonly number[],
  rounds: number,
): Promise<Growth> {
  await using few = await fill(contractCount)
  const steps: { size: number; compared: Compared[] }[] = []
  for (const size of sizes) {
    await using many = await fill(size)
    const [base, own] = [starting(`start with ${contractCount}`, few), starting('Plugboard: start with more', many)]
    steps.push({ size, compared: await measure([base.side, own.side], { rounds, times: 1 }) })
    await Promise.all([base.close(), own.close()])
  }
  return { of, steps }
}

/** Until the contracts are resolved; what is read behind them counts as far as it was begun by then. */
async function statementsOfStart(instances: number): Promise<number> {
  await using database = await filledSqlite(instances)
  const statements: string[] = []
  await using board = openBoard(countedStore(database.store, statements), database.keys)
  await firstResolves(board)
  return statements.length
}

/** A start is timed, the end of the board before it is not. */
function starting(name: string, database: FilledDatabase): { readonly side: Side; close(): Promise<void> } {
  let board: Board | undefined
  const close = async (): Promise<void> => {
    await board?.close()
    board = undefined
  }
  const start = async (): Promise<number> => {
    board = openBoard(database.store, database.keys)
    return firstResolves(board)
  }
  return { side: side(name, start, close), close }
}
