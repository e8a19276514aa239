import { keyIdOf, verifyKeyCheck } from '../crypto/index.ts'
import { livingProcesses } from '../store/index.ts'
import type { OperationScope } from './scope.ts'
import {
  keyringOf,
  KeyTally,
  mostFailures,
  openStored,
  sumOf,
  tokenPages,
  usualBatch,
  type KeyTokens,
  type TokenCounts,
  type TokenFailure,
} from './stored-tokens.ts'

export interface VerifyInput {
  /** Told after each batch. `total` is the number of rows that hold a sealed config. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** What a key is still needed for. */
export interface KeyUse extends KeyTokens {
  /** Whether this process's keyring holds it. */
  readonly inKeyring: boolean
  /** Whether the key check is sealed with it. */
  readonly keyCheck: boolean
  /** Whether a living process seals with it, this one included. */
  readonly seals: boolean
  /** Whether it can be taken out of the keyring: no token needs it, and no process seals with it. */
  readonly removable: boolean
}

/** Whether every sealed config opens. */
export interface VerifyReport {
  readonly ok: boolean
  /** Tokens that were looked at. */
  readonly checked: TokenCounts
  /** Tokens that can't be opened. */
  readonly failed: number
  /** The first 1,000 of them. */
  readonly failures: readonly TokenFailure[]
  /** The keyring's keys, then those that tokens name and it does not hold. */
  readonly keys: readonly KeyUse[]
}

/**
 * Opens every sealed config: of live and removed instances and of the history. Tells which key each needs, and which key nothing needs any more.
 *
 * @throws KeysMissingError, WrongKeyError where the keyring does not fit the database at all. What single tokens have is told, not thrown.
 */
export async function verifyKeys(scope: OperationScope, input: VerifyInput = {}): Promise<VerifyReport> {
  await scope.runtime.load()
  const keyring = await keyringOf(scope)
  const { meta, processes, counts } = await scope.store.read(async (reader) => ({
    meta: await reader.meta(),
    processes: await reader.processes(),
    counts: await reader.sealedCounts(),
  }))
  if (meta.keyCheck !== null) await verifyKeyCheck(keyring, meta.keyCheck)
  const tally = new KeyTally()
  const failures: TokenFailure[] = []
  let failed = 0
  let done = 0
  for await (const page of tokenPages(scope, usualBatch)) {
    const opened = await Promise.all(page.tokens.map((stored) => openStored(scope, keyring, stored)))
    for (const stored of page.tokens) tally.add(stored)
    for (const result of opened) {
      if ('value' in result) continue
      failed++
      if (failures.length < mostFailures) failures.push(result)
    }
    done += page.rows
    input.onProgress?.({ done, total: Math.max(done, counts.instances + counts.history) })
  }
  const sealing = new Set(livingProcesses(processes, scope.now()).map(({ keyIds }) => keyIds[0]))
  const checkedWith = meta.keyCheck === null ? undefined : keyIdOf(meta.keyCheck)
  const ids = [...new Set([...keyring.ids, ...tally.keyIds])]
  const keys = ids.map((keyId): KeyUse => {
    const use = tally.of(keyId)
    const inKeyring = keyring.ids.includes(keyId)
    const keyCheck = keyId === checkedWith
    const seals = keyId === keyring.primary || sealing.has(keyId)
    const removable = inKeyring && !seals && !keyCheck && sumOf(use) === 0
    return Object.assign(use, { inKeyring, keyCheck, seals, removable })
  })
  return { ok: failed === 0, checked: tally.total, failed, failures, keys }
}
