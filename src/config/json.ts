import type { Json, JsonObject } from '../contract/index.ts'
import { quote, type ConfigIssue } from '../errors/index.ts'

export type { Json, JsonObject } from '../contract/index.ts'

const deepest = 100

/**
 * Copies a value, collecting what JSON can't carry instead of changing it silently.
 * Properties that are `undefined` are left out, as JSON does; everything else that would be lost is an issue.
 *
 * @param value What somebody typed.
 * @param issues Gets one entry for each thing that can't be stored.
 */
export function toJson(value: unknown, issues: ConfigIssue[], pointer: string = '', depth: number = 0): Json {
  const refuse = (message: string): null => {
    issues.push({ pointer, message })
    return null
  }
  if (depth > deepest) return refuse(`is nested deeper than ${deepest} levels, or refers to itself`)
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      // JSON has no -0; it is the same number.
      return Number.isFinite(value) ? value + 0 : refuse(`is ${value}, which JSON can't carry`)
    case 'object':
      break
    default:
      return refuse(`is ${value === undefined ? 'undefined' : `a ${typeof value}`}, which JSON can't carry`)
  }
  if (value === null) return null
  // Its description may be anything, a secret too: it is not quoted.
  if (Object.getOwnPropertySymbols(value).length > 0) refuse("has a property named by a symbol, which JSON can't carry")
  if (Array.isArray(value)) return listToJson(value, issues, pointer, depth)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const name = (value as { constructor?: { name?: unknown } }).constructor?.name
    return refuse(
      `is ${typeof name === 'string' && name !== '' ? `a ${name}` : quote(value)}, which JSON can't carry: write it as text or number`,
    )
  }
  const copy: Record<string, Json> = {}
  for (const [key, item] of Object.entries(value)) {
    const at = `${pointer}/${escapePointer(key)}`
    if (key === '__proto__') issues.push({ pointer: at, message: "can't be a name: '__proto__' is refused" })
    else if (item !== undefined) copy[key] = toJson(item, issues, at, depth + 1)
  }
  return copy
}

function listToJson(list: readonly unknown[], issues: ConfigIssue[], pointer: string, depth: number): Json {
  for (let index = 0; index < list.length; index++) {
    if (Object.hasOwn(list, index)) continue
    issues.push({ pointer: `${pointer}/${index}`, message: "is a hole in an array, which JSON can't carry" })
    return null
  }
  for (const name of Object.keys(list).slice(list.length)) {
    issues.push({ pointer: `${pointer}/${escapePointer(name)}`, message: "is a property of an array, which JSON can't carry" })
  }
  return list.map((item, index) => toJson(item, issues, `${pointer}/${index}`, depth + 1))
}

/** One step of an RFC 6901 pointer. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** The value at a path, `undefined` where there is none. */
export function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  let current = value
  for (const step of path) {
    if (!isObject(current) || !Object.hasOwn(current, step)) return undefined
    current = current[step]
  }
  return current
}

/** A copy with another value at `path`; `undefined` takes the property out. Missing parents are left missing. */
export function withValueAt(value: Json, path: readonly string[], replacement: Json | undefined): Json {
  const [step, ...rest] = path
  if (step === undefined) return replacement ?? null
  if (!isObject(value)) return value
  const copy: Record<string, Json> = { ...value }
  if (rest.length === 0) {
    if (replacement === undefined) delete copy[step]
    else copy[step] = replacement
    return copy
  }
  if (!Object.hasOwn(value, step)) return value
  copy[step] = withValueAt(copy[step] as Json, rest, replacement)
  return copy
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (isArray(a) && isArray(b)) return a.length === b.length && a.every((item, index) => sameJson(item, b[index]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
}
