import type { InstanceStatus, JsonObject } from '../contract/index.ts'
import { ConfigInvalidError, DjangoKeysError } from '../errors/index.ts'
import type { Board } from '../index.ts'
import { keysFrom } from './fernet.ts'
import { PluginMatcher, type RegisteredPlugin } from './match-plugin.ts'
import { openConfig, type OpenedConfig, type TokenTally } from './open-config.ts'
import type { DjangoInstance } from './tables.ts'
import { typedConfig, type ConfigNote } from './typed-config.ts'

/** What becomes of a stored instance. */
export type DjangoOutcome =
  | 'create'
  /** It is here: a run before created it, or, of a plugin without config, sync did. */
  | 'present'
  /** A run before created it, and it was removed since. */
  | 'removed'
  /** Another instance of the plugin has its name. */
  | 'name_taken'
  | 'unknown_plugin'
  /** Its config can't be opened. */
  | 'damaged'
  /** Its config does not fit the plugin's schema. */
  | 'invalid'

export interface PlannedInstance {
  /** The same here as there, so that what points at it still does. */
  readonly id: string
  readonly name: string
  /** As the seed names it. */
  readonly item: { readonly type: string; readonly manager: string; readonly module: string; readonly name: string }
  /** `null` where no plugin is known for it. */
  readonly plugin: { readonly type: string; readonly key: string } | null
  readonly status: InstanceStatus
  readonly priority: number
  readonly outcome: DjangoOutcome
  /** Why it is not created. */
  readonly reasons: readonly string[]
  /** What is left out or taken otherwise. */
  readonly notes: readonly string[]
}

/** A plan, with what must not be shown. */
export interface ImportPlan {
  readonly instances: readonly PlannedInstance[]
  /** By id. */
  readonly configs: ReadonlyMap<string, JsonObject>
}

export interface DjangoKeys {
  /** SECRET_KEY, then SECRET_KEY_FALLBACKS. */
  readonly secrets: readonly string[]
  /** SALT_KEY: one, or its list. */
  readonly salts: readonly string[]
}

export interface PlanOptions extends DjangoKeys {
  /** `name` or `module:name` of an item → `type/plugin`, or `plugin`. */
  readonly map?: ReadonlyMap<string, string>
}

const statuses: Readonly<Record<string, InstanceStatus>> = { active: 'active', reserve: 'reserved', disable: 'disabled' }

/**
 * Tells what an import would do. Writes nothing.
 *
 * @throws DjangoKeysError where there are configs, and not one of them opens; UnknownTypeError, UnknownPluginError, InvalidInputError for a map that does not fit
 */
export async function planImport(board: Board, stored: readonly DjangoInstance[], options: PlanOptions): Promise<ImportPlan> {
  const keys = await keysFrom(options.secrets, options.salts)
  const tally: TokenTally = { tokens: 0, opened: 0 }
  const opened = stored.map((each) => openConfig(each.config, keys, tally))
  if (tally.tokens > 0 && keys.length === 0) throw new DjangoKeysError(0)
  if (tally.tokens > 0 && tally.opened === 0) throw new DjangoKeysError(tally.tokens)
  const matcher = new PluginMatcher(board.internals.registry, options.map ?? new Map())
  const present = await presentIn(board)
  const configs = new Map<string, JsonObject>()
  const instances: PlannedInstance[] = []
  for (const [index, each] of stored.entries()) instances.push(await plan(each, opened[index] ?? { state: 'none' }))
  matcher.checkAllUsed()
  return { instances, configs }

  async function plan(each: DjangoInstance, config: OpenedConfig): Promise<PlannedInstance> {
    const plugin = matcher.find(each.item)
    const planned = {
      id: each.id,
      name: each.name.trim(),
      item: { type: each.item.type.name, manager: each.item.type.manager, module: each.item.module, name: each.item.name },
      plugin: typeof plugin === 'string' ? null : { type: plugin.type.key, key: plugin.key },
      status: statuses[each.status] ?? 'disabled',
      priority: each.priority,
      notes: [
        ...(statuses[each.status] === undefined ? [`its status is none that is known: it becomes disabled`] : []),
        ...((each.description ?? '') === '' ? [] : ['its description is left out: instances have none']),
      ],
    }
    const ends = (outcome: DjangoOutcome, ...reasons: readonly string[]): PlannedInstance => ({ ...planned, outcome, reasons })
    if (present.removed.has(each.id))
      return ends('removed', 'it was imported before, and removed since: plugboard instance restore brings it back')
    if (present.ids.has(each.id)) return ends('present')
    if (typeof plugin === 'string') return ends('unknown_plugin', plugin)
    if (present.names.has(nameIn(plugin, planned.name)))
      return plugin.config === undefined
        ? ends('present')
        : ends('name_taken', 'another instance of this plugin has its name: rename that one first')
    if (config.state === 'damaged') return ends('damaged', config.text)
    if (plugin.config === undefined) {
      const notes = config.state === 'none' ? planned.notes : [...planned.notes, 'its config is left out: the plugin has none']
      return { ...planned, outcome: 'create', reasons: [], notes }
    }
    const typed = typedConfig(plugin.config.jsonSchema, config.state === 'none' ? {} : config.fields)
    const problems = typed.problems.length > 0 ? typed.problems.map(told) : await misfits(plugin, typed.config)
    const notes = [...planned.notes, ...typed.notes.map(told)]
    if (problems.length > 0) return { ...planned, outcome: 'invalid', reasons: problems, notes }
    configs.set(each.id, typed.config)
    return { ...planned, outcome: 'create', reasons: [], notes }
  }
}

function told({ path, text }: ConfigNote): string {
  return `${path} ${text}`
}

async function misfits(plugin: RegisteredPlugin, config: JsonObject): Promise<readonly string[]> {
  try {
    await plugin.config?.parse(config)
    return []
  } catch (error) {
    if (!(error instanceof ConfigInvalidError)) throw error
    return error.issues.map(({ pointer, message }) => `${pointer.slice(1).replaceAll('/', '.')} ${message}`.trim())
  }
}

/** What the board's database holds already. */
async function presentIn(
  board: Board,
): Promise<{ readonly ids: ReadonlySet<string>; readonly removed: ReadonlySet<string>; readonly names: ReadonlySet<string> }> {
  const { runtime, store } = board.internals
  await runtime.load()
  const live = [...runtime.index.instances()]
  const all = await store.read((reader) => reader.instances({ removed: true }))
  return {
    ids: new Set(live.map(({ row }) => row.id)),
    removed: new Set(all.filter(({ removedAt }) => removedAt !== null).map(({ id }) => id)),
    names: new Set(live.flatMap(({ row, plugin }) => (plugin === undefined ? [] : [nameIn(plugin, row.name)]))),
  }
}

function nameIn(plugin: RegisteredPlugin, name: string): string {
  return JSON.stringify([plugin.type.key, plugin.key, name.toLowerCase()])
}
