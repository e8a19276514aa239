import { expect, test } from 'vitest'
import { plant } from '../../testing/store-contract/sample-rows.ts'
import type { StoreReader } from '../store.ts'
import { loadSqlite } from './load-sqlite.ts'
import { sqlite } from './sqlite.ts'

const questions: Readonly<Record<string, (reader: StoreReader) => Promise<unknown>>> = {
  'what changed since a revision: instances': (reader) => reader.instances({ since: 7 }),
  'what changed since a revision: plugins': (reader) => reader.plugins(7),
  'what changed since a revision: types': (reader) => reader.types(7),
  'what a snapshot lacks': (reader) => reader.snapshot(7),
  'instances of a type': (reader) => reader.instances({ typeId: 'x' }),
  'instances by id': (reader) => reader.instances({ ids: ['x'] }),
  'the first instances of a type': (reader) => reader.heads(['x'], 9),
  'sealed configs': (reader) => reader.configs(['x']),
  'history of an instance, a later page': (reader) => reader.history({ instanceId: 'x', before: { revision: 7, id: 'x' } }),
  'history of a type': (reader) => reader.history({ typeId: 'x' }),
  'instances with a sealed config, a later page': (reader) => reader.sealedInstances({ limit: 9, after: 'x' }),
  'history with sealed configs, a later page': (reader) => reader.sealedHistory({ limit: 9, after: 'x' }),
  'health by instance': (reader) => reader.health(['x']),
}

for (const [name, ask] of Object.entries(questions)) {
  test(`an index answers without walking the table: ${name}`, async () => {
    const { plan, close } = await planOf(ask)
    expect(plan.filter((step) => step.startsWith('SCAN plugboard'))).toEqual([])
    expect(plan.some((step) => /^SEARCH plugboard\w+ USING (?:COVERING )?INDEX/.test(step))).toBe(true)
    await close()
  })
}

test('the newest history comes by its index, unsorted; counts come from an index alone', async () => {
  const history = await planOf((reader) => reader.history())
  expect(history.plan).toEqual(['SCAN plugboard_history USING INDEX plugboard_history_by_revision'])
  await history.close()
  const counts = await planOf((reader) => reader.instanceCounts())
  expect(counts.plan).toEqual(['SCAN plugboard_instances USING COVERING INDEX plugboard_instances_by_type'])
  await counts.close()
})

async function planOf(ask: (reader: StoreReader) => Promise<unknown>): Promise<{ plan: readonly string[]; close: () => Promise<void> }> {
  const database = (await loadSqlite())(':memory:')
  const statements: string[] = []
  const store = sqlite(database).open({ now: Date.now, onStatement: (sql) => statements.push(sql) })
  await store.migrate()
  await plant(store)
  statements.length = 0
  await store.read(ask)
  const statement = statements.at(-1) ?? ''
  const parameters = Array.from(statement.matchAll(/\?/g), () => '')
  const steps = database.prepare(`explain query plan ${statement}`).all(...parameters) as { detail: string }[]
  const close = async (): Promise<void> => {
    await store.close()
    database.close()
  }
  return { plan: steps.map(({ detail }) => detail), close }
}
