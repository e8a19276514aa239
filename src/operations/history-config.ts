import { changedFields, isObject, isWithin, mask, sameJson, valueAt, type ConfigModel, type Json } from '../config/index.ts'
import { open } from '../crypto/index.ts'
import { ConfigMigrationError, ConfigNewerError, DecryptionError, KeysMissingError, messageOf } from '../errors/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import { migrateConfig } from '../runtime/index.ts'
import type { HistoryRow } from '../store/index.ts'
import type { OperationScope } from './scope.ts'

/** One field of a config that a write changed. A secret shows that it changed, never what it was or is. */
export interface FieldDiff {
  /** Dotted path; of a map or what the schema does not know, that of the group around it, `''` for the whole config. */
  readonly path: string
  readonly secret: boolean
  /** `undefined` where there was nothing, where it is a secret, or where the schema does not know the field any more. */
  readonly before: Json | undefined
  readonly after: Json | undefined
  /** Of a secret that was, or is, a reference: what that said, `null` where there was a value or nothing. Absent elsewhere. */
  readonly reference?: { readonly before: string | null; readonly after: string | null }
}

/** What a write did to a config, as far as it may be shown. */
export type ConfigDiff =
  | { readonly readable: true; readonly fields: readonly FieldDiff[] }
  /** The tokens can't be opened, or the plugin's code is not here, or is of another version, and can't say what is secret. */
  | { readonly readable: false; readonly text: string }

/**
 * Computes the masked diff of a history row; `null` where the write left the config alone. Configs of older versions are brought to this code's version first,
 * in memory: what is secret is known of that one only, and a name may have stood for a secret before.
 */
export async function configDiff(scope: OperationScope, row: HistoryRow, plugin: RegisteredPlugin | undefined): Promise<ConfigDiff | null> {
  if (row.sealedBefore === null && row.sealedAfter === null) return null
  const model = plugin?.config
  if (plugin === undefined || model === undefined)
    return { readable: false, text: 'Its plugin is not registered in this process, so nothing is known of its secrets.' }
  try {
    const read = async (token: string | null, version: number | null): Promise<Json | undefined> => {
      const config = await openHistoric(scope, row, token)
      return config === undefined ? undefined : migrateConfig(plugin, config, version ?? 0, scope.validateDeadline)
    }
    const before = await read(row.sealedBefore, row.configVersionBefore)
    const after = await read(row.sealedAfter, row.configVersionAfter)
    return { readable: true, fields: configChanges(model, before, after) }
  } catch (error) {
    if (unreadable.some((kind) => error instanceof kind)) return { readable: false, text: messageOf(error) }
    throw error
  }
}

const unreadable = [DecryptionError, KeysMissingError, ConfigNewerError, ConfigMigrationError] as const

/**
 * Opens a token of the history. One that could not be opened when it was replaced was kept as it stood in the row.
 *
 * @throws DecryptionError, KeysMissingError
 */
export async function openHistoric(
  scope: Pick<OperationScope, 'keyring'>,
  row: Pick<HistoryRow, 'instanceId' | 'pluginId'>,
  token: string | null,
): Promise<Json | undefined> {
  if (token === null || row.instanceId === null || row.pluginId === null) return undefined
  if (scope.keyring === undefined) throw new KeysMissingError({ plugins: [row.pluginId] })
  const binding = { instanceId: row.instanceId, pluginId: row.pluginId }
  try {
    return await open(scope.keyring, token, { ...binding, purpose: 'history' })
  } catch (error) {
    if (!(error instanceof DecryptionError) || error.reason !== 'not_authentic') throw error
    return open(scope.keyring, token, { ...binding, purpose: 'live' })
  }
}

/** The fields in which two configs differ, secrets masked. */
export function configChanges(model: ConfigModel, before: Json | undefined, after: Json | undefined): FieldDiff[] {
  const shown = [before, after].map((config) => (isObject(config) ? mask(model, config).config : undefined))
  return changedFields(model, before, after).map((path) => {
    const secret = model.secrets.some(
      (field) =>
        isWithin(path, field.path) || (isWithin(field.path, path) && !sameJson(valueAt(before, field.path), valueAt(after, field.path))),
    )
    const reference = { before: referenceAt(model, before, path), after: referenceAt(model, after, path) }
    const [was, is] = shown.map((config) => (secret ? undefined : valueAt(config, path)))
    // What differs is not shown, and the rest of the group says nothing.
    const hidden = sameJson(was, is)
    const diff: FieldDiff = { path: path.join('.'), secret, before: hidden ? undefined : was, after: hidden ? undefined : is }
    return reference.before === null && reference.after === null ? diff : Object.assign(diff, { reference })
  })
}

function referenceAt(model: ConfigModel, config: Json | undefined, path: readonly string[]): string | null {
  const name = path.join('.')
  return (isObject(config) ? mask(model, config).secrets.find((each) => each.path === name)?.reference : undefined) ?? null
}
