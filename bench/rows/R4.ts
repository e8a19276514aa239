import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { flattenedDecrypt, type FlattenedJWE } from 'jose'
import { sqlite } from 'plugboard/sqlite'
import { measure, type Compared } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { side, type Side } from '../harness/side.ts'
import { Gateway, gatewayBoard, gatewayConfig } from '../subjects/filled-board.ts'

export const row: Row = {
  id: 'R4',
  what: 'a warm get and a call, SQLite',
  against: 'asking the database each time: one query, open, parse, construct',
  goal: 1_000,
  higherIsBetter: true,
  guardedBy: 'ratio',
  peers: ['SQLite', 'jose', 'zod'],
  run,
}

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const sizes = quick ? [3, 100] : [3, 30, 300, 3_000]
  const steps: { size: number; compared: Compared[] }[] = []
  for (const size of sizes) steps.push({ size, compared: await measureWith(size, size === 3 ? rounds : Math.ceil(rounds / 3)) })
  return {
    compared: steps[0]?.compared ?? [],
    growth: [{ of: 'instances', steps }],
    notes: ['The get itself does not depend on the number of instances; what it is compared with does.'],
  }
}

async function measureWith(instances: number, rounds: number): Promise<Compared[]> {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-bench-'))
  const file = join(folder, 'board.db')
  const { board, keys } = await gatewayBoard(sqlite(file), instances)
  const database = new DatabaseSync(file)
  try {
    const warm = side('Plugboard: board.get(Type).charge()', (times) => {
      let sum = 0
      for (let i = 0; i < times; i++) sum += board.get(Gateway).charge(i & 7)
      return sum
    })
    return await measure([eachTime(database, keys), warm], { rounds })
  } finally {
    database.close()
    await board.close()
    rmSync(folder, { recursive: true })
  }
}

class PlainGateway {
  readonly #merchantId: string
  constructor(config: { readonly merchantId: string }) {
    this.#merchantId = config.merchantId
  }
  charge(amount: number): number {
    return amount + this.#merchantId.length
  }
}

/** What an application does that reads its settings at each call. */
function eachTime(database: DatabaseSyncInstance, keys: string): Side {
  const key = Buffer.from(keys.slice(keys.indexOf(':') + 1), 'base64')
  const statement = database.prepare(
    "select id, plugin_id, config from plugboard_instances where removed_at is null and status = 'active' order by priority, created_revision, id limit 1",
  )
  return side('query, open, parse, construct', async (times) => {
    let sum = 0
    for (let i = 0; i < times; i++) {
      const stored = statement.get() as { readonly id: string; readonly plugin_id: string; readonly config: string }
      const aad = Buffer.from(JSON.stringify(['live', stored.id, stored.plugin_id])).toString('base64url')
      const { plaintext } = await flattenedDecrypt({ ...(JSON.parse(stored.config) as FlattenedJWE), aad }, key)
      const config = gatewayConfig.parse(JSON.parse(new TextDecoder().decode(plaintext)))
      sum += new PlainGateway(config).charge(i & 7)
    }
    return sum
  })
}
