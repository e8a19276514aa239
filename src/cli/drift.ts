import type { SyncReport } from '../index.ts'

/** What sync would write. */
export interface Drift {
  readonly types: readonly string[]
  readonly plugins: readonly string[]
  /** Default instances, by plugin. */
  readonly instances: readonly string[]
  /** Types and plugins that were removed, and whose code is back. */
  readonly revived: readonly string[]
}

export const noDrift: Drift = { types: [], plugins: [], instances: [], revived: [] }

export function driftOf({ types, plugins, instances, revived }: SyncReport): Drift {
  const defaults = instances.created.map(({ type, plugin }) => `${type}/${plugin}`)
  return { types: types.created, plugins: plugins.created, instances: defaults, revived }
}
