import { isObject, mask, valueAt, withValueAt, type ConfigModel, type Json } from '../config/index.ts'
import { InstanceUnloadableError } from '../errors/index.ts'
import { failureText, type IndexedInstance } from '../runtime/index.ts'
import type { RegisteredPlugin, TypeReference } from '../registry/index.ts'
import type { SealedConfig } from '../store/index.ts'
import type { DocumentInstance, InstancesDocument } from './instances-document.ts'
import type { OperationScope } from './scope.ts'

export interface ExportOptions {
  /** Classes or keys. Default: all that the code registers. */
  readonly types?: readonly TypeReference[]
}

/** Instances as a file says them, and those that could not be told. */
export interface ExportedInstances {
  readonly document: InstancesDocument
  readonly skipped: readonly {
    readonly id: string
    readonly type: string
    readonly plugin: string
    readonly name: string
    readonly reason: string
  }[]
}

/** So many configs are opened at a time. */
const batch = 100

/**
 * Writes instances as a file says them, in selection order. It holds no secret: of a reference what it says, of a value that it is needed. What this code can't
 * open, or does not know, is skipped and told.
 *
 * @throws UnknownTypeError, StoreError
 */
export async function exportInstances(scope: OperationScope, options: ExportOptions = {}): Promise<ExportedInstances> {
  await scope.runtime.loadRows()
  await scope.runtime.look()
  const { index } = scope.runtime
  const types = options.types?.map((type) => scope.registry.type(type)) ?? [...scope.registry.types.values()]
  const all = types.flatMap((type) => index.ordered(type))
  const strangers = options.types === undefined ? index.strangers() : []
  const instances: DocumentInstance[] = []
  const skipped: ExportedInstances['skipped'][number][] = []
  for (let done = 0; done < all.length; done += batch) {
    const some = all.slice(done, done + batch)
    const ids = some.filter(({ row, plugin }) => row.hasConfig && plugin?.config !== undefined).map(({ row }) => row.id)
    const sealed = new Map((await scope.store.read((reader) => reader.configs(ids))).map((each) => [each.id, each]))
    for (const instance of some) {
      try {
        instances.push(await entryOf(scope, instance, sealed.get(instance.row.id)))
      } catch (error) {
        if (!(error instanceof InstanceUnloadableError)) throw error
        skipped.push({ ...namesOf(instance), reason: failureText(error) })
      }
    }
  }
  for (const instance of strangers)
    skipped.push({ ...namesOf(instance), reason: failureText(new InstanceUnloadableError(instance.row, 'code_missing', undefined)) })
  return { document: { plugboard: 1, instances }, skipped }
}

function namesOf({ row, typeKey, pluginKey }: IndexedInstance): Omit<ExportedInstances['skipped'][number], 'reason'> {
  return { id: row.id, type: typeKey, plugin: pluginKey, name: row.name }
}

/** @throws InstanceUnloadableError */
async function entryOf(scope: OperationScope, instance: IndexedInstance, sealed: SealedConfig | undefined): Promise<DocumentInstance> {
  const { row, plugin } = instance
  if (plugin === undefined) throw new InstanceUnloadableError(row, 'code_missing', undefined)
  const { name, status, priority, weight, tags } = row
  return {
    type: plugin.type.key,
    plugin: plugin.key,
    name,
    status,
    priority,
    ...(weight === 1 ? {} : { weight }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(plugin.config === undefined ? {} : await configOf(scope, instance, plugin, plugin.config, sealed)),
  }
}

async function configOf(
  scope: OperationScope,
  instance: IndexedInstance,
  plugin: RegisteredPlugin,
  model: ConfigModel,
  sealed: SealedConfig | undefined,
): Promise<Pick<DocumentInstance, 'config' | 'configVersion' | 'needs'>> {
  // Became configurable, and nobody has entered a config yet.
  if (sealed === undefined) return { config: {} }
  const opened = await scope.runtime.builder.openConfig(instance, plugin, sealed)
  const masked = mask(model, opened)
  const config = masked.secrets.reduce<Json>((rest, { path, reference }) => {
    const field = model.secrets.find((each) => each.name === path)
    if (field === undefined) return rest
    if (reference !== undefined) return withValueAt(rest, field.path, { $ref: reference })
    return valueAt(opened, field.path) === null ? withValueAt(rest, field.path, null) : rest
  }, masked.config)
  const needs = masked.secrets.filter(({ set, reference }) => set && reference === undefined).map(({ path }) => path)
  const { current } = plugin.versions
  return {
    config: isObject(config) ? config : {},
    ...(current === 1 ? {} : { configVersion: current }),
    ...(needs.length === 0 ? {} : { needs }),
  }
}
