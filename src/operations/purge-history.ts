import { InvalidInputError } from '../errors/index.ts'
import type { HistoryPurge, PurgeCounts } from '../store/index.ts'
import { checkCount } from './check-count.ts'
import { checkActor, historyOf, type Actor, type OperationScope } from './scope.ts'
import { serve } from './written.ts'

export interface PurgeInput {
  /** Milliseconds since the epoch: what is older may go. Not in the future. */
  readonly olderThan: number
  /** So many newest entries of each instance stay, however old. Default 0. */
  readonly keepLast?: number
  /**
   * Whether instances that were removed before `olderThan` go for good, with their config and history. Default false: they can be restored.
   * One that was removed less than a day ago stays: it tells processes that have lost the database that the instance is gone.
   */
  readonly tombstones?: boolean
  /** Only tells what would go. Default false. */
  readonly dryRun?: boolean
}

/** What a purge deleted, or would delete. */
export interface PurgeReport extends PurgeCounts {
  readonly dryRun: boolean
}

const day = 86_400_000

/**
 * Deletes old history for good: the one deliberate loss. Of an instance that is kept, live or removed, the newest entry with a config stays, and whatever
 * an entry that stays needs for a rollback to it. One write: all of it, or nothing.
 *
 * @throws InvalidInputError, ActorRequiredError
 */
export async function purgeHistory(scope: OperationScope, input: PurgeInput, options: { readonly actor: Actor }): Promise<PurgeReport> {
  const actor = checkActor(options)
  const purge = purgeOf(input, scope.now())
  await scope.runtime.loadRows()
  const planned = await scope.store.read((reader) => reader.purgeable(purge))
  if (input.dryRun === true) return { dryRun: true, ...planned }
  // Nothing to delete is not worth a revision, which every process would look at.
  if (planned.entries + planned.tombstones === 0) return { dryRun: false, ...planned }
  const done = await scope.store.write(async (writer) => {
    const counts = await writer.purgeHistory(purge)
    const { before: olderThan, keepLast } = purge
    await writer.appendHistory([historyOf(actor, 'purge', { changed: ['history'], after: { olderThan, keepLast, ...counts } })])
    return counts
  })
  await serve(scope)
  return { dryRun: false, ...done }
}

function purgeOf({ olderThan, keepLast = 0, tombstones = false }: PurgeInput, now: number): HistoryPurge {
  if (!Number.isSafeInteger(olderThan) || olderThan < 0 || olderThan > now) {
    const message = `${String(olderThan)} is not a time up to now in milliseconds since the epoch`
    throw new InvalidInputError([{ pointer: '/olderThan', message }])
  }
  return {
    before: olderThan,
    keepLast: checkCount('keepLast', keepLast, 0, 1_000_000_000),
    tombstonesBefore: tombstones ? Math.min(olderThan, now - day) : null,
  }
}
