import {
  isObject,
  mergeSecrets,
  reentryRequired,
  referencesIn,
  sameJson,
  valueAt,
  versionOf,
  type ConfigModel,
  type Json,
} from '../config/index.ts'
import {
  ConfigInvalidError,
  ConfigMigrationError,
  ConfigNewerError,
  DeadlineError,
  InstanceUnloadableError,
  messageOf,
  PlugboardError,
  SecretReferenceError,
  TrialBuildError,
  type FileIssue,
} from '../errors/index.ts'
import { failureText, migrateConfig, type IndexedInstance } from '../runtime/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import type { SealedConfig } from '../store/index.ts'
import { checkConfigInput } from './check-input.ts'
import { configIssues, type Wanted } from './instances-document.ts'
import type { Match } from './match-instances.ts'
import type { Prepared, WantedConfig } from './plan-instances.ts'
import { mayComeOf, prepareConfig } from './prepare-config.ts'
import type { OperationScope } from './scope.ts'

export interface PrepareOptions {
  /** Takes references that give nothing now, too. */
  readonly force: boolean
  /** Takes secrets that stand in the file in plain text, too. */
  readonly plainSecrets: boolean
}

/** So many configs are opened and validated at a time. */
const batch = 50

/**
 * Joins what a file wants to the configs that are stored: opens, merges, and validates them. It writes nothing.
 *
 * @param issues Gets one entry for each thing that is wrong.
 */
export async function prepareInstances(
  scope: OperationScope,
  matches: readonly Match[],
  options: PrepareOptions,
  issues: FileIssue[],
): Promise<readonly Prepared[]> {
  const prepared: Prepared[] = []
  for (let done = 0; done < matches.length; done += batch) {
    const some = matches.slice(done, done + batch)
    const ids = some.flatMap(({ instance, hold }) => (instance?.row.hasConfig === true && hold === undefined ? [instance.row.id] : []))
    const sealed = new Map((await scope.store.read((reader) => reader.configs(ids))).map((each) => [each.id, each]))
    const results = await Promise.all(some.map((match) => prepare(scope, match, sealed, options)))
    for (const each of results) {
      if ('wanted' in each) prepared.push(each)
      else issues.push(...each)
    }
  }
  return prepared
}

async function prepare(
  scope: OperationScope,
  match: Match,
  sealed: ReadonlyMap<string, SealedConfig>,
  options: PrepareOptions,
): Promise<Prepared | readonly FileIssue[]> {
  const { wanted, instance, hold } = match
  const id = instance?.row.id ?? scope.store.newId()
  try {
    const model = hold === undefined ? wanted.plugin.config : undefined
    const found = model === undefined ? { config: undefined, needs: [] } : await configFor(scope, match, model, sealed.get(id), options)
    return { ...match, id, ...found }
  } catch (error) {
    return issuesOf(wanted, error)
  }
}

async function configFor(
  scope: OperationScope,
  { wanted, instance }: Match,
  model: ConfigModel,
  sealed: SealedConfig | undefined,
  options: PrepareOptions,
): Promise<Pick<Prepared, 'config' | 'needs'>> {
  const { plugin } = wanted
  const typed = checkConfigInput(model, await inThisVersion(scope, wanted))
  if (!options.plainSecrets) refusePlain(model, typed)
  const { raw, stored } = await storedOf(scope, plugin, instance, sealed)
  const merged = mergeSecrets(model, stored, typed)
  refuseReentry(model, stored, merged)
  const blank = model.secrets.filter((field) => isBlank(valueAt(merged.config, field.path))).map((field) => field.name)
  const named = wanted.needs.filter((each) => blank.includes(each))
  const { resolved, missing } = await validated(scope, plugin, merged.config, { blank, force: options.force })
  const needs = [...new Set([...named, ...missing])]
  const { current } = plugin.versions
  const rawVersion = sealed?.configVersion ?? 0
  const isSame = stored !== undefined && versionOf(rawVersion) === current && sameJson(stored, merged.config)
  const config: WantedConfig = { raw, rawVersion, stored, config: merged.config, resolved, changes: !isSame, token: sealed?.config ?? null }
  return { config, needs }
}

/** What the file says, brought to the version of the code where it is of an older one. */
async function inThisVersion(scope: OperationScope, { plugin, config, configVersion }: Wanted): Promise<Json> {
  const { current } = plugin.versions
  if (configVersion === undefined || configVersion === current) return config
  if (configVersion > current) throw new ConfigNewerError(plugin.key, configVersion, current)
  return migrateConfig(plugin, config, configVersion, scope.validateDeadline)
}

async function storedOf(
  scope: OperationScope,
  plugin: RegisteredPlugin,
  instance: IndexedInstance | undefined,
  sealed: SealedConfig | undefined,
): Promise<{ readonly raw: Json | undefined; readonly stored: Json | undefined }> {
  if (instance === undefined || sealed === undefined || sealed.config === null) return { raw: undefined, stored: undefined }
  const { builder } = scope.runtime
  await builder.checkVersion(instance, plugin, sealed)
  const raw = await builder.openStored(instance, plugin, sealed)
  const stored = await builder.migrate(instance, plugin, raw, sealed.configVersion)
  return { raw, stored: isObject(stored) ? stored : undefined }
}

/** A secret in plain text is in the file's history and in everybody's copy of it. */
function refusePlain(model: ConfigModel, typed: Json): void {
  const references = new Set(referencesIn(model, typed).map(({ field }) => field.name))
  const plain = model.secrets.filter((field) => !references.has(field.name) && !isBlank(valueAt(typed, field.path)))
  if (plain.length === 0) return
  throw new ConfigInvalidError(
    model.plugin,
    plain.map((field) => ({
      pointer: pointerTo(field.path),
      message:
        'is a secret in plain text. Write a reference, { $ref: env:VARIABLE } or { $ref: file:/path }; or leave it out and enter it with ' +
        'plugboard instance set --set-env. With --allow-plain-secrets it is taken as it is',
    })),
  )
}

/** A stored secret is never combined with another address, whoever writes the file. */
function refuseReentry(model: ConfigModel, stored: Json | undefined, merged: ReturnType<typeof mergeSecrets>): void {
  const again = stored === undefined ? [] : reentryRequired(model, stored, merged)
  if (again.length === 0) return
  throw new ConfigInvalidError(
    model.plugin,
    again.map(({ secret, changed }) => ({
      pointer: changed[0] === undefined || changed[0].startsWith('(') ? '' : pointerTo(changed[0].split('.')),
      message:
        `can't change while the stored secret '${secret}' is kept: it could be sent to another place. Write a reference for '${secret}' ` +
        'in the file; or take the instance over, change both by hand, and apply the file with --adopt',
    })),
  )
}

/** Validates a config; secrets that are not there yet are no reason to refuse it. */
async function validated(
  scope: OperationScope,
  plugin: RegisteredPlugin,
  config: Json,
  { blank, force }: { readonly blank: readonly string[]; readonly force: boolean },
): Promise<{ readonly resolved: Json; readonly missing: readonly string[] }> {
  try {
    return { resolved: await prepareConfig(scope, plugin, config, { force }), missing: [] }
  } catch (error) {
    if (!(error instanceof ConfigInvalidError) || blank.length === 0) throw error
    const others = error.issues.filter(({ pointer }) => !mayComeOf(pointer, plugin, blank))
    if (others.length > 0) throw new ConfigInvalidError(plugin.key, others)
    const missing = blank.filter((each) => error.issues.some(({ pointer }) => mayComeOf(pointer, plugin, [each])))
    return { resolved: config, missing }
  }
}

/** What is wrong with one instance of the file. @throws What is no fault of the file. */
export function issuesOf({ pointer, plugin }: Wanted, error: unknown): readonly FileIssue[] {
  if (error instanceof ConfigInvalidError) return configIssues(pointer, error)
  if (error instanceof SecretReferenceError) {
    return error.problems.map(({ secret, message }) => {
      const field = plugin.config?.secrets.find((each) => each.name === secret)
      return { pointer: `${pointer}/config${pointerTo(field?.path ?? [])}`, message }
    })
  }
  if (error instanceof InstanceUnloadableError) {
    const text =
      `what is stored can't be compared: ${failureText(error)} Mend that first; or take the instance over, enter its config anew with ` +
      'plugboard instance set --replace-config, and apply the file with --adopt'
    return [{ pointer, message: text }]
  }
  const isOurs = [ConfigNewerError, ConfigMigrationError, DeadlineError, TrialBuildError].some((kind) => error instanceof kind)
  if (isOurs && error instanceof PlugboardError) return [{ pointer: `${pointer}/config`, message: messageOf(error) }]
  throw error
}

function pointerTo(path: readonly string[]): string {
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || value === ''
}
