import type { Json } from '../config/index.ts'
import { keyIdOf, open, type Keyring } from '../crypto/index.ts'
import { ConflictError, DecryptionError, KeysMissingError, type DecryptionReason } from '../errors/index.ts'
import type { TokenPlace } from '../store/index.ts'
import { openHistoric } from './history-config.ts'
import type { OperationScope } from './scope.ts'

/** Whose config a token holds: a live instance's, a removed one's, or one of the history. */
export type TokenKind = 'live' | 'removed' | 'history'

/** How many tokens of each kind. */
export type TokenCounts = Readonly<Record<TokenKind, number>>

/** How many tokens a key has sealed. */
export interface KeyTokens extends TokenCounts {
  readonly keyId: string
}

/** A sealed config as it stands in the database, and what it is bound to. */
export interface StoredToken {
  readonly kind: TokenKind
  readonly place: TokenPlace
  /** Of the instance, or of the entry of the history. */
  readonly rowId: string
  readonly instanceId: string | null
  readonly pluginId: string | null
  /** Of the instance; `null` where only its history is left. */
  readonly name: string | null
  readonly token: string
}

/** A token that can't be opened. It was left as it is. */
export interface TokenFailure {
  readonly kind: TokenKind
  readonly instance: { readonly id: string; readonly name: string | null } | null
  /** Id of the entry, for a token of the history. */
  readonly entry: string | null
  /** The key id it names; `null` where that can't be read. */
  readonly keyId: string | null
  readonly reason: DecryptionReason
  /** For people. */
  readonly message: string
}

/** Rows read at once, and as many as one page brings forward. */
export interface TokenPage {
  readonly rows: number
  readonly tokens: readonly StoredToken[]
}

/** Failures a report lists; all of them are counted. */
export const mostFailures = 1_000
/** Rows of a page where the caller names no other number. */
export const usualBatch = 200

/** Every token there is, page by page: instances first, then the history. Each page is a read of its own. */
export async function* tokenPages({ store, runtime }: OperationScope, limit: number): AsyncGenerator<TokenPage> {
  for (let after: string | undefined; ;) {
    const page = { limit, ...(after === undefined ? {} : { after }) }
    const rows = await store.read((reader) => reader.sealedInstances(page))
    after = rows.at(-1)?.id
    if (after === undefined) break
    const tokens = rows.map(({ id, pluginId, name, removed, config }): StoredToken => {
      return { kind: removed ? 'removed' : 'live', place: 'instance', rowId: id, instanceId: id, pluginId, name, token: config }
    })
    yield { rows: rows.length, tokens }
  }
  for (let after: string | undefined; ;) {
    const page = { limit, ...(after === undefined ? {} : { after }) }
    const rows = await store.read((reader) => reader.sealedHistory(page))
    after = rows.at(-1)?.id
    if (after === undefined) break
    const tokens = rows.flatMap(({ id: rowId, instanceId, pluginId, sealedBefore, sealedAfter }) => {
      const name = instanceId === null ? null : (runtime.index.instance(instanceId)?.row.name ?? null)
      const both = [['history-before', sealedBefore] as const, ['history-after', sealedAfter] as const]
      return both.flatMap(([place, token]): StoredToken[] =>
        token === null ? [] : [{ kind: 'history', place, rowId, instanceId, pluginId, name, token }],
      )
    })
    yield { rows: rows.length, tokens }
  }
}

/** What a token holds, or why that can't be known. */
export async function openStored(scope: OperationScope, keyring: Keyring, stored: StoredToken): Promise<{ value: Json } | TokenFailure> {
  const { kind, instanceId, pluginId, name, token, rowId } = stored
  try {
    const value =
      kind === 'history'
        ? await openHistoric(scope, { instanceId, pluginId }, token)
        : await open(keyring, token, { purpose: 'live', instanceId: rowId, pluginId: pluginId ?? '' }, name ?? undefined)
    // A token in an entry of no instance belongs to nothing that could be asked for.
    if (value === undefined) throw new DecryptionError('not_authentic', { keyId: keyIdOf(token) })
    return { value }
  } catch (error) {
    if (!(error instanceof DecryptionError)) throw error
    return {
      kind,
      instance: instanceId === null ? null : { id: instanceId, name },
      entry: kind === 'history' ? rowId : null,
      keyId: keyIdOf(token) ?? null,
      reason: error.reason,
      message: error.message,
    }
  }
}

/** Counts by key id and kind. */
export class KeyTally {
  readonly #counts = new Map<string, Record<TokenKind, number>>()
  readonly total: Record<TokenKind, number> = noTokens()

  add({ kind, token }: StoredToken): void {
    this.total[kind]++
    const keyId = keyIdOf(token)
    if (keyId === undefined) return
    const counts = this.#counts.get(keyId) ?? noTokens()
    counts[kind]++
    this.#counts.set(keyId, counts)
  }

  of(keyId: string): KeyTokens {
    return Object.assign({ keyId }, this.#counts.get(keyId) ?? noTokens())
  }

  get keyIds(): readonly string[] {
    return [...this.#counts.keys()]
  }
}

export function noTokens(): Record<TokenKind, number> {
  return { live: 0, removed: 0, history: 0 }
}

export function sumOf({ live, removed, history }: TokenCounts): number {
  return live + removed + history
}

/** @throws KeysMissingError, ConflictError where there is nothing to open either. */
export async function keyringOf({ keyring, store }: OperationScope): Promise<Keyring> {
  if (keyring !== undefined) return keyring
  const { keyCheck } = await store.read((reader) => reader.meta())
  const keyId = keyCheck === null ? undefined : keyIdOf(keyCheck)
  if (keyId !== undefined) throw new KeysMissingError({ keyId })
  throw new ConflictError(
    'There are no keys: PLUGBOARD_KEYS is empty, and the database was never sealed. Run plugboard keys generate to make one.',
  )
}
