import type { Board } from 'plugboard'
import { measure, type Compared } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { side } from '../harness/side.ts'
import { openBoard } from '../subjects/contracts-with-instances.ts'
import { filledPostgres, type FilledDatabase } from '../subjects/filled-databases.ts'

export const row: Row = {
  id: 'C2',
  what: 'the whole index of 10,000 instances in memory, PostgreSQL',
  against: 'a bare SELECT of the same columns, without config',
  goal: 1.5,
  guardedBy: 'counts',
  peers: ['PostgreSQL', 'pg'],
  run,
}

const columns =
  'id, type_id, plugin_id, name, status, priority, weight, tags, config_version, managed_by, key_id, revision, config_revision, created_revision, stamp, created_at, updated_at'

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const sizes = quick ? [10_000] : [1_000, 10_000, 100_000]
  const steps: { size: number; compared: Compared[] }[] = []
  let bytes = 0
  for (const size of sizes) {
    await using database = await filledPostgres(size)
    steps.push({ size, compared: await measureWith(database, size === 10_000 ? rounds : Math.ceil(rounds / 3)) })
    if (size === 10_000) bytes = await bytesPerInstance(database, size)
  }
  return {
    compared: steps.find((step) => step.size === 10_000)?.compared ?? [],
    growth: [{ of: 'instances', steps }],
    bounds: [{ what: 'bytes an instance in the heap', value: bytes, atMost: 350, kind: 'weighed' }],
  }
}

async function measureWith(database: FilledDatabase, rounds: number): Promise<Compared[]> {
  let board: Board | undefined
  const select = side('SELECT', () => database.query(`select ${columns} from plugboard_instances where removed_at is null`))
  const load = side(
    'Plugboard: ready()',
    async () => {
      board = openBoard(database.store, database.keys)
      await board.ready()
      return board.status().then((status) => status.revision ?? 0)
    },
    async () => board?.close(),
  )
  const compared = await measure([select, load], { rounds, times: 1 })
  await board?.close()
  return compared
}

/** What is left on the heap after a collection, with the index and without. */
async function bytesPerInstance(database: FilledDatabase, instances: number): Promise<number> {
  const settled = async (): Promise<number> => {
    for (let round = 0; round < 4; round++) {
      globalThis.gc?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    return process.memoryUsage().heapUsed
  }
  const before = await settled()
  const board = openBoard(database.store, database.keys)
  await board.ready()
  const after = await settled()
  await board.close()
  return Math.round((after - before) / instances)
}
