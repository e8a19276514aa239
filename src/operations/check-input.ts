import type { InstanceStatus } from '../contract/index.ts'
import { ConfigInvalidError, InvalidInputError, quote, type ConfigIssue } from '../errors/index.ts'
import {
  checkReferencePlaces,
  isObject,
  knownFields,
  toJson,
  withoutTypedNames,
  type ConfigModel,
  type Json,
  type JsonObject,
} from '../config/index.ts'
import { isPriority, priorityLimit } from '../registry/index.ts'

/** What operators own of an instance, beside its config. */
export interface InstanceMetadata {
  readonly name: string
  readonly status: InstanceStatus
  /** Lower is selected first. An integer from -1,000,000 to 1,000,000. */
  readonly priority: number
  /** Share of the calls, for weighted selection. An integer from 0 to 1,000,000. */
  readonly weight: number
  readonly tags: readonly string[]
}

const statuses: readonly string[] = ['active', 'reserved', 'disabled']
export const longestName = 255
const mostTags = 50
// eslint-disable-next-line no-control-regex -- these are what a name must not hold.
const control = /[\u0000-\u001f\u007f]/

/**
 * Checks what is given of an instance's metadata.
 *
 * @throws InvalidInputError listing everything that is wrong.
 */
export function checkMetadata(input: { readonly [K in keyof InstanceMetadata]?: unknown }): Partial<InstanceMetadata> {
  const issues: ConfigIssue[] = []
  const refuse = (field: string, message: string): void => void issues.push({ pointer: `/${field}`, message })
  const { name, status, priority, weight, tags } = input
  const checked: { -readonly [K in keyof InstanceMetadata]?: InstanceMetadata[K] } = {}
  if (name !== undefined) {
    const trimmed = typeof name === 'string' ? name.trim() : ''
    if (trimmed === '') refuse('name', `a name is needed, and ${quote(name)} is none`)
    else if (trimmed.length > longestName) refuse('name', `is ${trimmed.length} characters long; at most ${longestName} are stored`)
    else if (control.test(trimmed)) refuse('name', 'has a control character (a line break, a tab, a NUL); take it out')
    else if (!isWellFormed(trimmed)) refuse('name', 'has half a surrogate pair, which is no character; take it out')
    else checked.name = trimmed
  }
  if (status !== undefined) {
    if (typeof status === 'string' && statuses.includes(status)) checked.status = status as InstanceStatus
    else refuse('status', `${quote(status)} is no status. Use ${statuses.join(', ')}`)
  }
  if (priority !== undefined) {
    if (isPriority(priority)) checked.priority = priority
    else refuse('priority', `${quote(priority)} is not an integer from ${-priorityLimit} to ${priorityLimit}`)
  }
  if (weight !== undefined) {
    if (isPriority(weight) && weight >= 0) checked.weight = weight
    else refuse('weight', `${quote(weight)} is not an integer from 0 to ${priorityLimit}`)
  }
  if (tags !== undefined) {
    const list: readonly unknown[] = Array.isArray(tags) ? tags : []
    const isTag = (tag: unknown): tag is string =>
      typeof tag === 'string' && tag.trim() === tag && tag !== '' && tag.length <= 100 && !control.test(tag) && isWellFormed(tag)
    if (Array.isArray(tags) && list.length <= mostTags && list.every(isTag)) checked.tags = [...new Set(list)]
    else refuse('tags', `at most ${mostTags} texts of 1 to 100 characters, without control characters or spaces around them`)
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return checked
}

/**
 * A config as JSON carries it.
 *
 * @throws ConfigInvalidError for what is no object, holds what JSON can't carry, a field that the schema does not have, or a reference elsewhere than at a
 *   secret.
 */
export function checkConfigInput(model: ConfigModel, config: unknown): JsonObject {
  const issues: ConfigIssue[] = []
  const json: Json = toJson(config, issues)
  checkReferencePlaces(model, json, issues)
  const misplaced = new Set(issues.map(({ pointer }) => `${pointer}/$ref`))
  const unknown: ConfigIssue[] = []
  knownFields(model, json, unknown)
  issues.push(...unknown.filter(({ pointer }) => !misplaced.has(pointer)))
  if (issues.length === 0 && !isObject(json)) issues.push({ pointer: '', message: `must be an object, and is ${kindOf(config)}` })
  if (issues.length > 0 || !isObject(json)) throw new ConfigInvalidError(model.plugin, withoutTypedNames(model, issues))
  return json
}

/** Never quoted: it may be the whole config as text, with its secrets. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'string' ? 'text: parse it first' : `a ${typeof value}`
}

function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)
}
