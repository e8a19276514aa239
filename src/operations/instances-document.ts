import type { InstanceStatus, Json } from '../contract/index.ts'
import {
  type ConfigInvalidError,
  InvalidInputError,
  quote,
  UnknownPluginError,
  UnknownTypeError,
  type ConfigIssue,
  type FileIssue,
} from '../errors/index.ts'
import { escapePointer, isObject, toJson, type JsonObject } from '../config/index.ts'
import type { RegisteredPlugin, Registry } from '../registry/index.ts'
import { checkMetadata, type InstanceMetadata } from './check-input.ts'

/** One instance as a file says it. What is absent is the default: the file decides about the whole instance, but for secrets that it can't hold. */
export interface DocumentInstance {
  /** Key of the type. */
  readonly type: string
  /** Key of one of its plugins. */
  readonly plugin: string
  readonly name: string
  /** The name it had before: the instance of that name is renamed, with its secrets and its history. Stays harmless once that is done. */
  readonly was?: string
  /** Default `disabled`. */
  readonly status?: InstanceStatus
  /** Default: the plugin's. */
  readonly priority?: number
  /** Default 1. */
  readonly weight?: number
  readonly tags?: readonly string[]
  /** A secret is a reference, `{ $ref: env:STRIPE_KEY }`, or left out: then it is entered by hand, and kept. */
  readonly config?: unknown
  /** The version of the plugin's config that this is. Default: that of the code. */
  readonly configVersion?: number
  /** Paths of secrets that the instance needs and the file does not have: it stays disabled until somebody has entered them. */
  readonly needs?: readonly string[]
}

/** Instances as a file says them. */
export interface InstancesDocument {
  /** The version of this format. */
  readonly plugboard: 1
  /** What the file is called wherever an instance is shown that it manages. Default: its path. */
  readonly name?: string
  readonly instances: readonly DocumentInstance[]
}

/** What a file wants of one instance, checked as far as that needs no database. */
export interface Wanted {
  /** Where it stands. */
  readonly pointer: string
  readonly plugin: RegisteredPlugin
  readonly metadata: InstanceMetadata
  readonly was: string | undefined
  /** As written, in the version of `configVersion`. */
  readonly config: JsonObject
  /** `undefined`: that of the code. */
  readonly configVersion: number | undefined
  readonly needs: readonly string[]
}

const fields = ['type', 'plugin', 'name', 'was', 'status', 'priority', 'weight', 'tags', 'config', 'configVersion', 'needs']
export const longestSource = 255

/**
 * Reads a document into what it wants.
 *
 * @param issues Gets one entry for each thing that is wrong.
 */
export function readDocument(registry: Registry, document: unknown, issues: FileIssue[]): readonly Wanted[] {
  const unfit: ConfigIssue[] = []
  const json = toJson(document, unfit)
  // No further than to the config: a name in it may have been typed into a secret.
  issues.push(...unfit.map(({ pointer, message }) => ({ pointer: pointer.split('/').slice(0, 4).join('/'), message })))
  if (issues.length > 0) return []
  if (!isObject(json)) {
    issues.push({ pointer: '', message: 'must be an object with plugboard: 1 and a list of instances' })
    return []
  }
  refuseUnknown(json, ['plugboard', 'name', 'instances'], '', issues)
  if (json['plugboard'] !== 1) {
    const found = json['plugboard'] === undefined ? 'is missing' : `is ${quote(json['plugboard'])}`
    issues.push({
      pointer: json['plugboard'] === undefined ? '' : '/plugboard',
      message: `the version of the format ${found}. Write plugboard: 1`,
    })
  }
  const { name, instances } = json
  if (name !== undefined && !isSource(name))
    issues.push({ pointer: '/name', message: `must be a line of 1 to ${longestSource} characters: it is shown at each instance` })
  if (!Array.isArray(instances)) {
    issues.push({ pointer: instances === undefined ? '' : '/instances', message: 'a list of instances is needed. An empty one is []' })
    return []
  }
  const list: readonly Json[] = instances
  const wanted = list.flatMap((item, index) => readInstance(registry, item, `/instances/${index}`, issues) ?? [])
  refuseDoubles(wanted, issues)
  return wanted
}

/** Whether a text may stand at an instance as what manages it. */
export function isSource(value: unknown): value is string {
  return typeof value === 'string' && value.trim() === value && value !== '' && value.length <= longestSource && !/\p{Control}/u.test(value)
}

function readInstance(registry: Registry, item: Json, pointer: string, issues: FileIssue[]): Wanted | undefined {
  const known = issues.length
  const refuse = (field: string, message: string): void => void issues.push({ pointer: `${pointer}/${field}`, message })
  if (!isObject(item)) {
    issues.push({ pointer, message: 'must be an object with type, plugin and name' })
    return undefined
  }
  refuseUnknown(item, fields, pointer, issues)
  for (const field of ['type', 'plugin', 'name'])
    if (typeof item[field] !== 'string')
      issues.push({ pointer: Object.hasOwn(item, field) ? `${pointer}/${field}` : pointer, message: `${field} is needed, as text` })
  const { type, plugin: key, name, was, status, priority, weight, tags, config = {}, configVersion, needs = [] } = item
  if (was !== undefined && (typeof was !== 'string' || was.trim() === '')) refuse('was', 'must be the name it had before')
  if (!isObject(config)) refuse('config', "must be an object with the config's fields")
  if (configVersion !== undefined && (!Number.isInteger(configVersion) || Number(configVersion) < 1))
    refuse('configVersion', 'must be a whole number from 1 on')
  if (!Array.isArray(needs) || needs.some((each) => typeof each !== 'string')) refuse('needs', 'must be a list of paths of secrets')
  const plugin = typeof type === 'string' && typeof key === 'string' ? pluginOf(registry, type, key, refuse) : undefined
  const metadata = metadataIn({ name, status, priority, weight, tags }, refuse)
  if (plugin === undefined || metadata === undefined || issues.length > known) return undefined
  const secrets = (plugin.config?.secrets ?? []).map((field) => field.name)
  const asked = needs as readonly string[]
  const strange = asked.filter((each) => !secrets.includes(each))
  if (strange.length > 0) {
    const there = secrets.length === 0 ? 'It has none' : `Its secrets: ${secrets.join(', ')}`
    refuse('needs', `${strange.map(quote).join(', ')}: no secret of '${plugin.key}'. ${there}`)
  }
  if (!isObject(config) || issues.length > known) return undefined
  if (plugin.config === undefined && Object.keys(config).length > 0) refuse('config', `'${plugin.key}' has no config. Leave it out`)
  if (issues.length > known) return undefined
  return {
    pointer,
    plugin,
    metadata: { status: 'disabled', priority: plugin.priority, weight: 1, tags: [], name: '', ...metadata },
    was: typeof was === 'string' ? was.trim() : undefined,
    config,
    configVersion: configVersion as number | undefined,
    needs: asked,
  }
}

function pluginOf(
  registry: Registry,
  type: string,
  key: string,
  refuse: (field: string, message: string) => void,
): RegisteredPlugin | undefined {
  try {
    return registry.plugin(registry.type(type), key)
  } catch (error) {
    if (error instanceof UnknownTypeError) refuse('type', error.message)
    else if (error instanceof UnknownPluginError) refuse('plugin', error.message)
    else throw error
    return undefined
  }
}

function metadataIn(
  given: Readonly<Record<keyof InstanceMetadata, Json | undefined>>,
  refuse: (field: string, message: string) => void,
): Partial<InstanceMetadata> | undefined {
  try {
    return checkMetadata(given)
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    for (const { pointer, message } of error.issues) refuse(pointer.slice(1), message)
    return undefined
  }
}

/** A misspelt field would be a silent default. */
function refuseUnknown(item: JsonObject, names: readonly string[], pointer: string, issues: FileIssue[]): void {
  for (const field of Object.keys(item)) {
    if (!names.includes(field))
      issues.push({ pointer: `${pointer}/${escapePointer(field)}`, message: `is no field here. There are ${names.join(', ')}` })
  }
}

function refuseDoubles(wanted: readonly Wanted[], issues: FileIssue[]): void {
  const seen = new Map<RegisteredPlugin, Map<string, Wanted>>()
  for (const each of wanted) {
    const names = seen.get(each.plugin) ?? new Map<string, Wanted>()
    seen.set(each.plugin, names)
    const first = names.get(each.metadata.name)
    if (first === undefined) names.set(each.metadata.name, each)
    else
      issues.push({
        pointer: `${each.pointer}/name`,
        message: `'${each.plugin.key}' has an instance of this name already. A name stands once for each plugin`,
        other: `${first.pointer}/name`,
      })
  }
  for (const each of wanted) {
    const other = each.was === undefined || each.was === each.metadata.name ? undefined : seen.get(each.plugin)?.get(each.was)
    if (other !== undefined)
      issues.push({
        pointer: `${each.pointer}/was`,
        message: 'is the name of another instance of the file. Once everything is renamed, take was out',
        other: `${other.pointer}/name`,
      })
  }
}

/** Issues of a config, at its place in the document. */
export function configIssues(pointer: string, error: ConfigInvalidError): readonly FileIssue[] {
  return error.issues.map((issue) => ({ pointer: `${pointer}/config${issue.pointer}`, message: issue.message }))
}
