import type { Keyring } from '../crypto/index.ts'
import { ActorRequiredError } from '../errors/index.ts'
import type { References } from '../references/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Clock, Runtime } from '../runtime/index.ts'
import type { InstanceRow, Store } from '../store/index.ts'

/** Who acts; each write's history names them. */
export interface Actor {
  /** Stable, as the application knows them: a user id, `cli:ada`. */
  readonly id: string
  /** For people. */
  readonly name: string
}

/** What an operation works with. */
export interface OperationScope {
  readonly registry: Registry
  readonly store: Store
  readonly keyring: Keyring | undefined
  readonly references: References
  readonly runtime: Runtime
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Monotonic milliseconds, for durations. */
  readonly elapsed: () => number
  readonly after: Clock['after']
  /** Milliseconds that validating a config may take. */
  readonly validateDeadline: number
  /** Milliseconds a test may take where the caller names no other deadline. */
  readonly testDeadline: number
}

/** @throws ActorRequiredError */
export function checkActor(options: { readonly actor?: Actor } | undefined): Actor {
  const actor: { readonly id?: unknown; readonly name?: unknown } | undefined = options?.actor
  const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '' && value.length <= 255
  if (!isText(actor?.id) || !isText(actor.name)) throw new ActorRequiredError()
  return { id: actor.id, name: actor.name }
}

/** What the history says of an instance beside its config. */
export function metadataOf(row: Pick<InstanceRow, 'name' | 'status' | 'priority' | 'weight' | 'tags'>): Record<string, unknown> {
  const { name, status, priority, weight, tags } = row
  return { name, status, priority, weight, tags }
}

export { historyOf } from '../store/index.ts'
