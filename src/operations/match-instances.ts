import type { FileIssue } from '../errors/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import type { IndexedInstance } from '../runtime/index.ts'
import type { SnapshotPlugin } from '../store/index.ts'
import type { Wanted } from './instances-document.ts'

/** Why a file leaves an instance as it is. */
export type Hold =
  /** Somebody else decides about it: operators, or another file. `adopt` takes it. */
  | { readonly reason: 'not_managed' }
  | { readonly reason: 'other_file'; readonly file: string }
  /** The file does not list it any more. `prune` removes it. */
  | { readonly reason: 'not_listed' }
  /** It stays disabled until these secrets are entered. */
  | { readonly reason: 'needs_secrets' }

/** What a file wants, and the instance that it is about. */
export interface Match {
  readonly wanted: Wanted
  /** `undefined`: there is none yet. */
  readonly instance: IndexedInstance | undefined
  readonly hold: Hold | undefined
}

export interface Matched {
  readonly matches: readonly Match[]
  /** What the file managed, and lists no more. */
  readonly unlisted: readonly IndexedInstance[]
}

export interface MatchOptions {
  /** What the file is called. */
  readonly source: string
  readonly adopt: boolean
  /** The stored plugin of an instance. */
  readonly pluginRow: (instance: IndexedInstance) => SnapshotPlugin | undefined
}

/**
 * Finds for each instance of a file the one in the database: by type, plugin and name, or by the name it had. Pure.
 *
 * @param issues Gets one entry for each rename that can't be.
 */
export function matchInstances(
  wanted: readonly Wanted[],
  instances: readonly IndexedInstance[],
  options: MatchOptions,
  issues: FileIssue[],
): Matched {
  const named = new Map<RegisteredPlugin, Map<string, IndexedInstance>>()
  for (const instance of instances) {
    if (instance.plugin === undefined) continue
    const names = named.get(instance.plugin) ?? new Map<string, IndexedInstance>()
    named.set(instance.plugin, names.set(instance.row.name, instance))
  }
  const owners = new Map<string, Wanted>()
  const matches = wanted.map((each): Match => {
    const names = named.get(each.plugin)
    const own = names?.get(each.metadata.name)
    const former = each.was === undefined || each.was === each.metadata.name ? undefined : names?.get(each.was)
    if (own !== undefined && former !== undefined) {
      issues.push({
        pointer: `${each.pointer}/was`,
        message: `'${each.was}' and '${each.metadata.name}' are two instances. Take was out, or remove or rename one of them first`,
      })
    }
    const instance = own ?? former
    if (instance !== undefined) owners.set(instance.row.id, refuseShared(each, owners.get(instance.row.id), issues))
    return { wanted: each, instance, hold: instance === undefined ? undefined : holdOf(instance, options) }
  })
  const unlisted = instances.filter(({ row }) => row.managedBy === options.source && !owners.has(row.id))
  return { matches, unlisted }
}

function refuseShared(wanted: Wanted, other: Wanted | undefined, issues: FileIssue[]): Wanted {
  if (other !== undefined) {
    const pointer = `${wanted.was === undefined ? other.pointer : wanted.pointer}/was`
    const name = `${wanted.was === undefined ? wanted.pointer : other.pointer}/name`
    issues.push({ pointer, message: 'two entries are about the same instance. Rename in two steps: apply once with each', other: name })
  }
  return wanted
}

function holdOf(instance: IndexedInstance, options: MatchOptions): Hold | undefined {
  const { managedBy } = instance.row
  if (managedBy === options.source || options.adopt || isDefault(instance, options.pluginRow(instance))) return undefined
  return managedBy === null ? { reason: 'not_managed' } : { reason: 'other_file', file: managedBy }
}

/** Made by sync, and touched by nobody since: nobody has decided anything about it. */
function isDefault({ row, plugin }: IndexedInstance, pluginRow: SnapshotPlugin | undefined): boolean {
  return row.managedBy === null && row.revision === 1 && !row.hasConfig && pluginRow?.defaulted === true && row.name === plugin?.label
}
