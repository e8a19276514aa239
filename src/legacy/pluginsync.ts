import type { SyncMode, SyncReport } from '../index.ts'
import { warnOnce } from './deprecations.ts'
import { legacyBoard } from './lookups.ts'

/**
 * Writes what the code registers into the database, as `manage.py pluginsync` did; it prunes only when told to.
 *
 * @deprecated Write `await board.sync({ mode, prune })`, or run `plugboard sync`.
 * @throws as `board.sync`
 */
export async function pluginsync(options: { readonly mode?: SyncMode; readonly prune?: boolean } = {}): Promise<SyncReport> {
  warnOnce('pluginsync')
  return legacyBoard().sync(options)
}
