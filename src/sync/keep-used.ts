import type { Registry } from '../registry/index.ts'
import type { ProcessRow } from '../store/index.ts'
import type { PlannedRemoval, PlannedRename, SyncPlan } from './plan.ts'

/** A process, as a report names it. */
export type UsingProcess = Pick<ProcessRow, 'host' | 'pid' | 'release' | 'seenAt'>

/** What was asked for and is not done, since a living process has its code. */
export interface Kept {
  readonly asked: 'prune' | 'rename'
  /** `type` or `type/plugin`, as it is stored. */
  readonly key: string
  readonly usedBy: readonly UsingProcess[]
}

/**
 * Takes out of a plan what living processes still need: rows that another application or release registers are not pruned, and no key is taken from a
 * release that knows it by the old name only. Pure.
 *
 * @param processes Living ones. What one of a release that did not tell its code would need is not known.
 */
export function keepUsed(
  plan: SyncPlan,
  registry: Registry,
  processes: readonly ProcessRow[],
): { readonly plan: SyncPlan; readonly kept: readonly Kept[] } {
  const kept: Kept[] = []
  const isFree = (asked: Kept['asked'], key: string, uses: (process: ProcessRow) => boolean): boolean => {
    const usedBy = processes.filter(uses).map(({ host, pid, release, seenAt }) => ({ host, pid, release, seenAt }))
    if (usedBy.length > 0) kept.push({ asked, key, usedBy })
    return usedBy.length === 0
  }
  const namesOf = (type: string): readonly string[] => {
    const registered = registry.typeNamed(type)
    return registered === undefined ? [type] : [registered.key, ...registered.aliases]
  }
  const removals = plan.removals.filter((each) =>
    isFree('prune', keyOf(each.type, each.plugin), (process) => has(process, namesOf(each.type), each)),
  )
  const renames = plan.renames.filter((each) =>
    isFree(
      'rename',
      keyOf(each.plugin === undefined ? each.from : each.type, each.plugin === undefined ? undefined : each.from),
      (process) => needsOldName(process, namesOf(each.type), each),
    ),
  )
  return { plan: { ...plan, removals, renames }, kept }
}

function has({ registered }: ProcessRow, types: readonly string[], { plugin }: PlannedRemoval): boolean {
  if (registered === null) return false
  return types.some((type) => {
    if (!Object.hasOwn(registered, type)) return false
    const plugins = registered[type] ?? null
    return plugin === undefined || plugins === null || plugins.includes(plugin)
  })
}

function needsOldName({ registered }: ProcessRow, types: readonly string[], { plugin, from, to }: PlannedRename): boolean {
  if (registered === null) return false
  if (plugin === undefined) return Object.hasOwn(registered, from) && !Object.hasOwn(registered, to)
  return types.some((type) => {
    const plugins = Object.hasOwn(registered, type) ? registered[type] : undefined
    return plugins?.includes(from) === true && !plugins.includes(to)
  })
}

function keyOf(type: string, plugin: string | undefined): string {
  return plugin === undefined ? type : `${type}/${plugin}`
}
