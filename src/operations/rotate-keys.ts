import { keyIdOf, seal, sealKeyCheck, verifyKeyCheck, type Keyring } from '../crypto/index.ts'
import { KeyNotEverywhereError } from '../errors/index.ts'
import { livingProcesses, type ProcessRow, type Resealing, type TokenPlace } from '../store/index.ts'
import { checkCount } from './check-count.ts'
import { checkActor, historyOf, type Actor, type OperationScope } from './scope.ts'
import {
  keyringOf,
  KeyTally,
  mostFailures,
  noTokens,
  openStored,
  sumOf,
  tokenPages,
  usualBatch,
  type StoredToken,
  type KeyTokens,
  type TokenCounts,
  type TokenFailure,
  type TokenKind,
} from './stored-tokens.ts'
import { serve } from './written.ts'

export interface RotateInput {
  /** Only tells what would be done. Default false. */
  readonly dryRun?: boolean
  /** Rows that are re-sealed in one write, 1 to 5,000. Default 200; rows of megabytes are fewer. */
  readonly batch?: number
  /** Told after each batch. `total` is the number of rows that hold a sealed config. What it throws ends the rotation between two batches. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** What a rotation did, or would do. */
export interface RotateReport {
  readonly dryRun: boolean
  /** The keyring's first key: what everything is to be sealed with. */
  readonly keyId: string
  /** The tokens there are, by the key they were found sealed with. */
  readonly found: readonly KeyTokens[]
  /** Tokens that this run re-sealed; with `dryRun` those that it would. */
  readonly resealed: TokenCounts
  /** Whether the key check was re-sealed, or would be. */
  readonly keyCheck: boolean
  /** Tokens that can't be opened. They are left as they are. */
  readonly failed: number
  /** The first 1,000 of them. */
  readonly failures: readonly TokenFailure[]
  /** Tokens that others replaced each time this run came to them: run it again. */
  readonly contested: number
  /** With `dryRun`: living processes that lack the key, for which a rotation is refused. Otherwise empty. */
  readonly waitingFor: KeyNotEverywhereError['processes']
}

/** Looks at all tokens: others may have written while we did. More than so many, and they never stop. */
const mostPasses = 5

/** Counts of one look at all tokens. */
interface Pass {
  readonly failures: TokenFailure[]
  failed: number
  contested: number
  /** Writes of ours; whatever else raised the revision was somebody else's. */
  writes: number
}

/**
 * Re-seals with the keyring's first key every config that another key sealed: of live and removed instances and of the history, and at the end the key
 * check. It goes in batches, each one write, and compares what it replaces with what it has read, so that an edit meanwhile wins. No instance's revision
 * changes and no object is rebuilt. Stopped anywhere, it goes on when it is run again. What can't be opened is left as it is and told.
 *
 * @throws KeyNotEverywhereError while a living process lacks the key; KeysMissingError, WrongKeyError, InvalidInputError, ActorRequiredError
 */
export async function rotateKeys(scope: OperationScope, input: RotateInput, options: { readonly actor: Actor }): Promise<RotateReport> {
  const actor = checkActor(options)
  const batch = checkCount('batch', input.batch ?? usualBatch, 1, 5_000)
  const dryRun = input.dryRun === true
  await scope.runtime.load()
  const keyring = await keyringOf(scope)
  const { meta, processes, counts } = await scope.store.read(async (reader) => ({
    meta: await reader.meta(),
    processes: await reader.processes(),
    counts: await reader.sealedCounts(),
  }))
  // A keyring that does not fit the database seals nothing in it.
  if (meta.keyCheck !== null) await verifyKeyCheck(keyring, meta.keyCheck)
  if (!dryRun) refuseWhileLacking(scope, keyring, processes)

  const tally = new KeyTally()
  const resealed = noTokens()
  const total = counts.instances + counts.history
  let pass: Pass
  for (let passes = 1; ; passes++) {
    pass = { failures: [], failed: 0, contested: 0, writes: 0 }
    const { revision } = await scope.store.head()
    let done = 0
    for await (const page of tokenPages(scope, batch)) {
      if (passes === 1) for (const stored of page.tokens) tally.add(stored)
      const changes = await resealPage(scope, keyring, page.tokens, pass)
      if (dryRun) for (const { kind } of changes) resealed[kind]++
      else if (changes.length > 0) await replace(scope, keyring, changes, { pass, resealed })
      done += page.rows
      if (passes === 1) input.onProgress?.({ done, total: Math.max(done, total) })
    }
    const isQuiet = (await scope.store.head()).revision === revision + pass.writes
    if (dryRun || isQuiet || passes === mostPasses) break
  }

  const isCheckDue = keyIdOf(meta.keyCheck ?? '') !== keyring.primary && (meta.keyCheck !== null || sumOf(tally.total) > 0)
  const { failed, failures, contested } = pass
  if (!dryRun && (isCheckDue || sumOf(resealed) > 0)) {
    const keyCheck = await sealKeyCheck(keyring)
    await scope.store.write(async (writer) => {
      refuseWhileLacking(scope, keyring, await writer.processes())
      if (isCheckDue) await writer.setKeyCheck(keyCheck)
      await writer.appendHistory([
        historyOf(actor, 'rotate', { changed: ['keys'], after: { keyId: keyring.primary, ...resealed, failed } }),
      ])
    })
    await serve(scope)
  }
  return {
    dryRun,
    keyId: keyring.primary,
    found: tally.keyIds.map((keyId) => tally.of(keyId)),
    resealed,
    keyCheck: isCheckDue,
    failed,
    failures,
    contested,
    waitingFor: dryRun ? lacking(scope, keyring, processes) : [],
  }
}

interface Change extends Resealing {
  readonly kind: TokenKind
  readonly place: TokenPlace
}

/** Opens what other keys sealed, and seals it anew, outside any write: nobody waits for it. */
async function resealPage(scope: OperationScope, keyring: Keyring, tokens: readonly StoredToken[], pass: Pass): Promise<readonly Change[]> {
  const keyId = keyring.primary
  const results = await Promise.all(
    tokens.map(async (stored): Promise<Change | TokenFailure | undefined> => {
      const { kind, place, rowId: id, token: was, instanceId, pluginId } = stored
      if (keyIdOf(was) === keyId) return undefined
      const opened = await openStored(scope, keyring, stored)
      if (!('value' in opened)) return opened
      // A row's own token that an edit kept in the history because it could not be opened then becomes one of the history (docs/decisions/0007).
      const purpose = kind === 'history' ? 'history' : 'live'
      const token = await seal(keyring, opened.value, { purpose, instanceId: instanceId ?? '', pluginId: pluginId ?? '' })
      return { kind, place, id, was, token, keyId }
    }),
  )
  const failures = results.filter((result) => result !== undefined && 'reason' in result)
  pass.failed += failures.length
  pass.failures.push(...failures.slice(0, mostFailures - pass.failures.length))
  return results.filter((result) => result !== undefined && 'was' in result)
}

/** One write. */
async function replace(
  scope: OperationScope,
  keyring: Keyring,
  changes: readonly Change[],
  { pass, resealed }: { readonly pass: Pass; readonly resealed: Record<TokenKind, number> },
): Promise<void> {
  const replaced = await scope.store.write(async (writer) => {
    // One may have started since the last batch.
    refuseWhileLacking(scope, keyring, await writer.processes())
    const put = (place: TokenPlace, is: (change: Change) => boolean): Promise<number> => writer.reseal(place, changes.filter(is))
    const live = await put('instance', ({ kind }) => kind === 'live')
    const removed = await put('instance', ({ kind }) => kind === 'removed')
    const before = await put('history-before', ({ place }) => place === 'history-before')
    const after = await put('history-after', ({ place }) => place === 'history-after')
    return { live, removed, history: before + after }
  })
  pass.writes++
  pass.contested += changes.length - sumOf(replaced)
  for (const kind of ['live', 'removed', 'history'] as const) resealed[kind] += replaced[kind]
}

/** Living processes that could not open what the key seals, this board's own apart. One without any key opens nothing as it is. */
function lacking(scope: OperationScope, keyring: Keyring, processes: readonly ProcessRow[]): KeyNotEverywhereError['processes'] {
  return livingProcesses(processes, scope.now())
    .filter(({ id, keyIds }) => id !== scope.runtime.processId && keyIds.length > 0 && !keyIds.includes(keyring.primary))
    .map(({ host, pid, keyIds, seenAt }) => ({ host, pid, keyIds, seenAt }))
}

/** @throws KeyNotEverywhereError */
function refuseWhileLacking(scope: OperationScope, keyring: Keyring, processes: readonly ProcessRow[]): void {
  const found = lacking(scope, keyring, processes)
  if (found.length > 0) throw new KeyNotEverywhereError(keyring.primary, found)
}
