import { mask, type Json, type MaskedConfig } from '../config/index.ts'
import type { InstanceStatus } from '../contract/index.ts'
import { InstanceNotFoundError, InstanceUnloadableError, type UnloadableReason } from '../errors/index.ts'
import { failureText, type IndexedInstance } from '../runtime/index.ts'
import type { SealedConfig } from '../store/index.ts'
import type { OperationScope } from './scope.ts'

/** Why an instance is not usable, or that nothing is known to be wrong with it. */
export type InstanceState = { readonly ok: true } | { readonly ok: false; readonly reason: UnloadableReason; readonly text: string }

/** An instance as an operator sees it. It holds no secret. */
export interface InstanceDetail {
  readonly id: string
  /** Key of the type. */
  readonly type: string
  /** Key of the plugin. */
  readonly plugin: string
  readonly name: string
  readonly status: InstanceStatus
  readonly priority: number
  readonly weight: number
  readonly tags: readonly string[]
  readonly managedBy: string | null
  /** What a conditional write names. */
  readonly revision: number
  readonly configRevision: number
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly state: InstanceState
  /** The config without its secrets; `null` where there is none or it can't be opened. */
  readonly config: Json | null
  readonly secrets: MaskedConfig['secrets']
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** An id as the database writes it. @throws InstanceNotFoundError where it is malformed. */
export function checkId(id: unknown): string {
  if (typeof id !== 'string' || !uuid.test(id)) throw new InstanceNotFoundError(id, 'malformed')
  return id.toLowerCase()
}

/** @throws InstanceNotFoundError where the id is malformed or unknown. */
export function instanceAt(scope: OperationScope, id: string): IndexedInstance {
  const instance = scope.runtime.index.instance(checkId(id))
  if (instance === undefined) throw new InstanceNotFoundError(id, 'unknown')
  return instance
}

/**
 * Reads one instance with its masked config; whatever is wrong with it is told in `state`.
 *
 * @param known Its sealed config, where that was read already.
 */
export async function detailOf(scope: OperationScope, instance: IndexedInstance, known?: SealedConfig): Promise<InstanceDetail> {
  const { row, plugin } = instance
  const base = {
    id: row.id,
    type: instance.typeKey,
    plugin: instance.pluginKey,
    name: row.name,
    status: row.status,
    priority: row.priority,
    weight: row.weight,
    tags: row.tags,
    managedBy: row.managedBy,
    revision: row.revision,
    configRevision: row.configRevision,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
  const broken = (error: InstanceUnloadableError, config: Json | null, secrets: MaskedConfig['secrets']): InstanceDetail => ({
    ...base,
    state: { ok: false, reason: error.reason, text: failureText(error) },
    config,
    secrets,
  })
  if (plugin === undefined) return broken(new InstanceUnloadableError(row, 'code_missing', undefined), null, [])
  if (plugin.config === undefined) return { ...base, state: stateOf(scope, row.id), config: null, secrets: [] }
  const [sealed] = known === undefined ? await scope.store.read((reader) => reader.configs([row.id])) : [known]
  if (sealed === undefined) throw new InstanceNotFoundError(row.id, 'unknown')
  try {
    const opened = await scope.runtime.builder.openConfig(instance, plugin, sealed)
    const masked = mask(plugin.config, opened)
    try {
      await scope.runtime.builder.validate(instance, plugin, opened)
    } catch (error) {
      if (error instanceof InstanceUnloadableError) return broken(error, masked.config, masked.secrets)
      throw error
    }
    return { ...base, state: stateOf(scope, row.id), ...masked }
  } catch (error) {
    if (error instanceof InstanceUnloadableError) return broken(error, null, [])
    throw error
  }
}

/** What building it last said. */
function stateOf(scope: OperationScope, id: string): InstanceState {
  const failure = scope.runtime.pool.failure(id)
  return failure === undefined ? { ok: true } : { ok: false, reason: failure.error.reason, text: failureText(failure.error) }
}
