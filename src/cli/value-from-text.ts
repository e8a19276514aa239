import type { Json, JsonSchema } from '../index.ts'
import { ConfigOptionError } from './cli-errors.ts'

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
/** As JSON writes it: `0123` and `+5` are none, so where a field takes text too they stay text. */
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i

/**
 * Reads a typed text as the value that a field takes: text where its schema says string, else a number, `true` or `false`, `null`, or JSON for an
 * object or a list. Where it takes text and something else, it is text unless it reads exactly as the other.
 *
 * @param label Names the option and the path, for messages. The text itself is never quoted: it may be a secret.
 * @param schemas What may stand there, as the config model gives it.
 * @throws ConfigOptionError
 */
export function valueFromText(label: string, text: string, schemas: readonly JsonSchema[]): Json {
  const kinds = new Set(schemas.flatMap(kindsOf))
  const literals = schemas.flatMap((schema) => schema.enum ?? []).filter(isScalar)
  const literal = literals.find((value) => String(value) === text)
  if (literal !== undefined) return literal
  // The schema says nothing: JSON where it reads as such, else text.
  if (kinds.size === 0) return orText(parsed(text), text)
  const takesText = kinds.has('string')
  if (kinds.has('null') && text === 'null') return null
  if (kinds.has('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if ((kinds.has('number') || kinds.has('integer')) && (takesText ? jsonNumber : number).test(text.trim()))
    return exactNumber(label, text.trim())
  if (kinds.has('object') || kinds.has('array')) {
    const value = parsed(text)
    if (kinds.has(Array.isArray(value) ? 'array' : typeof value === 'object' && value !== null ? 'object' : '')) return value ?? null
  }
  if (takesText) return text
  throw new ConfigOptionError(
    `${label}: this field takes ${[...kinds].map((kind) => words[kind] ?? kind).join(' or ')}, and what was given is none.`,
  )
}

const words: Readonly<Record<string, string>> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  object: 'an object, written as JSON: {"name": "value"}',
  array: 'a list, written as JSON: ["a", "b"]',
}

function kindsOf(schema: JsonSchema): readonly string[] {
  if (schema.type !== undefined) return typeof schema.type === 'string' ? [schema.type] : schema.type
  const literals = [...(schema.enum ?? []), ...('const' in schema ? [schema.const] : [])]
  return literals.map((value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value))
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function orText(value: Json | undefined, text: string): Json {
  return value === undefined ? text : value
}

/** The value of a JSON text; `undefined` where it is none. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function exactNumber(label: string, text: string): number {
  const value = Number(text)
  if (/^[+-]?\d+$/.test(text) && !Number.isSafeInteger(value)) {
    throw new ConfigOptionError(`${label}: this number is too large to be kept exactly.`)
  }
  return value
}
