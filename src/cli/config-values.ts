import type { Json, JsonObject } from '../index.ts'
import type { ConfigModel } from './board-inside.ts'
import { ConfigOptionError, UsageError } from './cli-errors.ts'
import type { ConfigSource } from './config-source.ts'
import { nearest } from './nearest.ts'
import { valueFromText } from './value-from-text.ts'

/** What is typed of a config. */
export interface ConfigOptions {
  readonly set?: readonly string[]
  readonly setEnv?: readonly string[]
  readonly setFile?: readonly string[]
  readonly setRef?: readonly string[]
  readonly from?: string
  readonly unset?: readonly string[]
}

/** A config put together from options. */
export interface TypedConfig {
  readonly config: JsonObject
  /** Texts that must not be shown: what stands at secret paths, and what came from the environment or a file. */
  readonly concealed: readonly string[]
  /** Secret paths whose value stood in the command line. */
  readonly exposed: readonly string[]
}

/**
 * Puts a config together: `--from`, or else `base`; then `--unset`; then `--set`, `--set-env`, `--set-file` and `--set-ref`.
 *
 * @throws ConfigOptionError, UsageError. They quote no value, and of paths only those of the plugin.
 */
export async function configFrom(model: ConfigModel, base: JsonObject, options: ConfigOptions, source: ConfigSource): Promise<TypedConfig> {
  const concealed: string[] = []
  const exposed: string[] = []
  const seen = new Set<string>()
  let config = options.from === undefined ? base : await fromFile(model, options.from, source)
  for (const secret of model.secrets) {
    const value = valueAt(config, secret.path)
    if (!isReference(value)) concealed.push(...textsIn(value))
  }
  for (const typed of options.unset ?? []) {
    const { path, name } = knownPath(model, '--unset', typed)
    if (secretAround(model, name) !== undefined)
      throw new ConfigOptionError(`--unset ${name}: this is a secret. Use --clear-secret ${name}.`)
    config = without(config, path)
  }
  const given = [
    ...(options.set ?? []).map((text) => ({ option: '--set', text, read: (_label: string, value: string) => value })),
    ...(options.setEnv ?? []).map((text) => ({ option: '--set-env', text, read: source.variable })),
    ...(options.setFile ?? []).map((text) => ({ option: '--set-file', text, read: source.file })),
    ...(options.setRef ?? []).map((text) => ({ option: '--set-ref', text, read: (_label: string, value: string) => value })),
  ]
  for (const { option, text, read } of given) {
    const equals = text.indexOf('=')
    if (equals < 1) throw new UsageError(`${option} takes path=${taken[option] ?? 'value'}.`)
    const { path, name, schemas } = knownPath(model, option, text.slice(0, equals))
    const label = `${option} ${name}`
    const secret = secretAround(model, name)
    if (secret !== undefined && secret !== name) {
      throw new ConfigOptionError(
        option === '--set-ref'
          ? `${label}: '${secret}' is one secret. Refer to it whole: --set-ref ${secret}=SCHEME:NAME.`
          : `${label}: '${secret}' is one secret. Give it whole, as JSON: --set-file ${secret}=FILE.`,
      )
    }
    if (option === '--set-ref' && secret === undefined) {
      const names = model.secrets.map((field) => field.name).join(', ')
      throw new ConfigOptionError(
        `${label}: only a secret can be a reference. ${names === '' ? 'This plugin has none' : `Secrets: ${names}`}.`,
      )
    }
    if (seen.has(name)) throw new UsageError(`${label}: '${name}' is given twice.`)
    seen.add(name)
    const said = read(label, text.slice(equals + 1))
    const value = option === '--set-ref' ? { $ref: said } : valueFromText(label, said, schemas)
    // What a reference says is shown later. It is not yet known to be one: the secret itself may have been typed, or written there by the shell.
    if (secret !== undefined || option !== '--set') concealed.push(...textsIn(value))
    if (secret !== undefined && option === '--set') exposed.push(name)
    config = withValue(label, config, path, value)
  }
  return { config, concealed, exposed }
}

const taken: Readonly<Record<string, string>> = { '--set-env': 'VARIABLE', '--set-file': 'FILE', '--set-ref': 'SCHEME:NAME' }

/** What to say where secrets stood in the command line. */
export function exposureWarning(exposed: readonly string[]): string {
  return (
    `${exposed.join(', ')}: a secret in the command line shows in the list of processes and in the shell's history. ` +
    'Better: --set-env path=VARIABLE, --set-file path=FILE, or --from - with JSON on stdin.'
  )
}

/** The name of the secret that is at a path, or around it. */
export function secretAround(model: ConfigModel, name: string): string | undefined {
  return model.secrets.find((field) => name === field.name || name.startsWith(`${field.name}.`))?.name
}

/** @throws ConfigOptionError that names the fields there are, but not what was typed: it may be a value without its path. */
function knownPath(
  model: ConfigModel,
  option: string,
  typed: string,
): { readonly path: readonly string[]; readonly name: string; readonly schemas: ReturnType<ConfigModel['schemasAt']> } {
  const path = typed.split('.')
  const schemas = path.includes('') ? [] : model.schemasAt(path)
  if (schemas.length > 0) return { path, name: typed, schemas }
  throw unknownField(model, option, typed)
}

function unknownField(model: ConfigModel, label: string, typed: string): ConfigOptionError {
  const names = fieldNames(model)
  const near = nearest(typed, names)
  const meant = near === undefined ? '' : ` Did you mean '${near}'?`
  return new ConfigOptionError(`${label} names no field of the config of '${model.plugin}'.${meant} Its fields: ${names.join(', ')}.`)
}

/** Dotted paths of the fields, groups opened two levels deep. */
function fieldNames(model: ConfigModel): readonly string[] {
  const below = (path: readonly string[]): string[] => {
    const own = model.schemasAt(path).flatMap((schema) => Object.keys(schema.properties ?? {}))
    return [...new Set(own)].flatMap((name) => {
      const deeper = path.length < 2 ? below([...path, name]) : []
      return deeper.length > 0 ? deeper : [[...path, name].join('.')]
    })
  }
  return below([])
}

async function fromFile(model: ConfigModel, from: string, source: ConfigSource): Promise<JsonObject> {
  const label = '--from'
  const text = from === '-' ? await source.stdin(label) : source.file(label, from)
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    // V8 quotes the text around the mistake, which may be a secret: only the place is told.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
    const before = text.slice(0, Number(position ?? 0)).split('\n')
    const place = position === undefined ? '' : `, at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
    throw new ConfigOptionError(`${label}: it is not JSON${place}. Give one object with the config's fields.`)
  }
  if (!isObject(value)) throw new ConfigOptionError(`${label}: it is not a JSON object. Give one with the config's fields.`)
  refuseStrangers(model, label, value, [])
  return value
}

/** A misspelt field would be stored, and what it holds shown: nobody would know that it was meant as a secret. */
function refuseStrangers(model: ConfigModel, label: string, group: JsonObject, path: readonly string[]): void {
  const schemas = model.schemasAt(path)
  if (!schemas.some((schema) => schema.properties !== undefined)) return
  if (schemas.some((schema) => schema.additionalProperties === true || schema['patternProperties'] !== undefined)) return
  for (const [name, value] of Object.entries(group)) {
    const inner = [...path, name]
    if (model.schemasAt(inner).length === 0) throw unknownField(model, label, inner.join('.'))
    if (isObject(value) && !isReference(value)) refuseStrangers(model, label, value, inner)
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isReference(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).join() === '$ref'
}

function textsIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function valueAt(config: JsonObject, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined), config)
}

/** A copy with a value at a path; groups on the way are made. */
function withValue(label: string, config: JsonObject, [step, ...rest]: readonly string[], value: Json): JsonObject {
  if (step === undefined) return config
  if (rest.length === 0) return { ...config, [step]: value }
  const child = Object.hasOwn(config, step) ? config[step] : {}
  if (!isObject(child)) throw new ConfigOptionError(`${label}: '${step}' is no group of fields as the config stands. Set it as a whole.`)
  return { ...config, [step]: withValue(label, child, rest, value) }
}

function without(config: JsonObject, [step, ...rest]: readonly string[]): JsonObject {
  if (step === undefined || !Object.hasOwn(config, step)) return config
  const child = config[step]
  if (rest.length === 0) return Object.fromEntries(Object.entries(config).filter(([name]) => name !== step))
  return isObject(child) ? { ...config, [step]: without(child, rest) } : config
}
