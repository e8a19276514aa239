import { mask, versionOf, type Json, type MaskedSecret } from '../config/index.ts'
import { InstanceNotFoundError, InstanceUnloadableError, SecretReferenceError } from '../errors/index.ts'
import { failureText, type IndexedInstance } from '../runtime/index.ts'
import type { SealedConfig } from '../store/index.ts'
import { isRowId } from './list-cursor.ts'
import type { InstanceSummary } from './instance-summary.ts'
import type { InstanceState } from './row-state.ts'
import type { OperationScope } from './scope.ts'

/** What an operator sees of a secret field. */
export interface SecretState extends MaskedSecret {
  /** Whether its reference gives something now; absent for a value. */
  readonly resolves?: boolean
}

/** An instance as an operator sees it. It holds no secret. */
export interface InstanceDetail extends Omit<InstanceSummary, 'lastTest' | 'health'> {
  /**
   * The version of the stored config, `null` where none is stored; and that of the code here, `null` where it is missing or has no config. An older config is
   * brought to the code's version each time it is read, until it is saved; a newer one is not used.
   */
  readonly configVersion: { readonly stored: number | null; readonly code: number | null }
  /** The config without its secrets; `null` where there is none or it can't be opened. */
  readonly config: Json | null
  readonly secrets: readonly SecretState[]
}

/** An id as the database writes it. @throws InstanceNotFoundError where it is malformed. */
export function checkId(id: unknown): string {
  if (!isRowId(id)) throw new InstanceNotFoundError(id, 'malformed')
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
    configVersion: configVersionsOf(instance),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
  const broken = (error: InstanceUnloadableError, config: Json | null, secrets: readonly SecretState[]): InstanceDetail => ({
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
    const resolved = await scope.references.resolve(plugin.config, opened, scope.validateDeadline)
    const { problems } = resolved
    const secrets = masked.secrets.map((each): SecretState => {
      const refers = resolved.referring.includes(each.path)
      return refers ? { ...each, resolves: !problems.some(({ secret }) => secret === each.path) } : each
    })
    try {
      if (problems.length > 0)
        throw new InstanceUnloadableError(row, 'reference_unresolved', new SecretReferenceError(plugin.key, problems))
      await scope.runtime.builder.validate(instance, plugin, resolved.config)
    } catch (error) {
      if (error instanceof InstanceUnloadableError) return broken(error, masked.config, secrets)
      throw error
    }
    return { ...base, state: stateOf(scope, row.id), config: masked.config, secrets }
  } catch (error) {
    if (error instanceof InstanceUnloadableError) return broken(error, null, [])
    throw error
  }
}

/** The versions of an instance's config: of what is stored, and of the code here. */
export function configVersionsOf({ row, plugin }: Pick<IndexedInstance, 'row' | 'plugin'>): InstanceDetail['configVersion'] {
  return {
    stored: row.hasConfig ? versionOf(row.configVersion) : null,
    code: plugin?.config === undefined ? null : plugin.versions.current,
  }
}

/** What building it last said. */
function stateOf(scope: OperationScope, id: string): InstanceState {
  const failure = scope.runtime.pool.failure(id)
  return failure === undefined ? { ok: true } : { ok: false, reason: failure.error.reason, text: failureText(failure.error) }
}
