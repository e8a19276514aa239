import { createBoard, Plugin, PluginType, type Board, type Methods, type PluginClass, type StoreFactory } from 'plugboard'
import { z } from 'zod'
import { benchActor } from './filled-board.ts'

/** Sixteen contracts, each with one configured instance that is selected, and any number behind it. */
export const contractCount = 16

const config = z.object({ baseUrl: z.url(), apiKey: z.string() })

abstract class AskContract extends PluginType('never-registered') {
  static readonly methods: Methods<AskContract> = { ask: 'repeatable' }
  abstract ask(): number
}
type AskType = typeof AskContract

export const askTypes: readonly AskType[] = Array.from({ length: contractCount }, (_, index) => typeOf(`ask-${index}`))
const plugins: readonly PluginClass[] = askTypes.map((type) => pluginOf(type))

function typeOf(key: string): AskType {
  abstract class Ask extends PluginType(key) {
    static readonly methods: Methods<Ask> = { ask: 'repeatable' }
    abstract ask(): number
  }
  return Ask
}

function pluginOf(type: AskType): PluginClass {
  return class extends Plugin(type, { key: 'configured', config, secrets: { apiKey: {} } }) {
    ask(): number {
      return this.config.apiKey.length
    }
  }
}

export function openBoard(store: StoreFactory, keys: string): Board {
  return createBoard({ plugins, store, keys, refreshEvery: 60_000 })
}

/** Makes the tables, the sixteen types and their selected instances. */
export async function prepare(store: StoreFactory, keys: string): Promise<void> {
  await using board = createBoard({ plugins, store, keys, migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  for (const type of askTypes) {
    await board.admin.create(
      {
        type,
        plugin: 'configured',
        name: 'Selected',
        status: 'active',
        priority: 0,
        config: { baseUrl: 'https://a.example', apiKey: 'sk-1234' },
      },
      { actor: benchActor },
    )
  }
}

/**
 * SQL that puts `count` more instances behind the selected ones: copies of their rows under other ids and names, of a lower rank.
 *
 * @param series An SQL table expression with the numbers 1 to count in a column `n`.
 * @param id An SQL expression that makes a new id of the number.
 */
export function fillSql(count: number, series: string, id: string): string {
  const each = Math.ceil((count - contractCount) / contractCount)
  return `insert into plugboard_instances (id, type_id, plugin_id, name, status, priority, weight, tags, config_version, managed_by, key_id,
      revision, config_revision, created_revision, stamp, created_at, updated_at, removed_at, config)
    select ${id}, i.type_id, i.plugin_id, 'Filler ' || s.n, case when s.n % 3 = 0 then 'reserved' when s.n % 3 = 1 then 'active' else 'disabled' end,
      10 + s.n, i.weight, i.tags, i.config_version, i.managed_by, i.key_id, i.revision, i.config_revision, i.created_revision, i.stamp,
      i.created_at, i.updated_at, null, i.config
    from plugboard_instances i cross join ${series.replace('COUNT', String(each))} s where i.name = 'Selected'`
}

/** Asks for each of the contracts, as an application's first requests do. */
export async function firstResolves(board: Board): Promise<number> {
  let sum = 0
  for (const type of askTypes) sum += (await board.resolve(type)).ask()
  return sum
}
