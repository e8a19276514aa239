import type { Json, JsonSchema } from '../contract/index.ts'
import { pythonLiteral } from './python-literal.ts'

/** A value with its type again, or what is wrong with its text. The text is never quoted: it may be a secret. */
export type TypedValue = { readonly value: Json } | { readonly problem: string }

const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
/** As both languages write one: `0123` is none, so where a field takes text too it stays text. */
const plainNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i
const moment = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?$/
const names: Readonly<Record<string, string>> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'True or False',
  null: 'None',
  object: 'a dictionary',
  array: 'a list',
}

/**
 * Gives a text that Python's `str` made of a value its type again, by what the plugin's schema takes at its place: text stays text, whatever it looks like,
 * unless the schema takes something else there.
 */
export function typedValue(text: string, schemas: readonly JsonSchema[]): TypedValue {
  const literal = schemas
    .flatMap((schema) => [...(schema.enum ?? []), ...('const' in schema ? [schema.const] : [])])
    .find((each) => pythonText(each) === text)
  if (literal !== undefined) return { value: literal as Json }
  const kinds = new Set(schemas.flatMap(kindsOf))
  const takesText = kinds.has('string')
  // The schema says nothing: what reads as something else than text is that.
  if (kinds.size === 0) return { value: scalar(text) ?? (/^[[({]/.test(text) ? pythonLiteral(text) : undefined) ?? text }
  if (kinds.has('null') && text === 'None') return { value: null }
  if (kinds.has('boolean') && /^(?:True|False|true|false)$/.test(text)) return { value: text.toLowerCase() === 'true' }
  if ((kinds.has('number') || kinds.has('integer')) && (takesText ? plainNumber : number).test(text.trim())) {
    const value = Number(text)
    const isExact = Number.isFinite(value) && (!/^[+-]?\d+$/.test(text.trim()) || Number.isSafeInteger(value))
    if (isExact) return { value }
    if (!takesText) return { problem: 'is a number too large to be kept exactly' }
  }
  if (kinds.has('object') || kinds.has('array')) {
    const value = pythonLiteral(text) ?? fromJson(text)
    if (typeof value === 'object' && value !== null && kinds.has(Array.isArray(value) ? 'array' : 'object')) return { value }
  }
  if (takesText) return { value: asMoment(text, schemas) }
  return { problem: `takes ${[...kinds].map((kind) => names[kind] ?? kind).join(' or ')}, and what is stored is none` }
}

/** Whether a schema takes null or text, so that `None` may be said by it. */
export function kindsAt(schemas: readonly JsonSchema[]): ReadonlySet<string> {
  return new Set(schemas.flatMap(kindsOf))
}

function kindsOf({ type, enum: listed, ...schema }: JsonSchema): readonly string[] {
  if (type !== undefined) return typeof type === 'string' ? [type] : type
  const literals = [...(listed ?? []), ...('const' in schema ? [schema.const] : [])]
  return literals.map((value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value))
}

function pythonText(value: unknown): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function scalar(text: string): Json | undefined {
  if (text === 'True' || text === 'False') return text === 'True'
  const value = plainNumber.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !/^-?\d+$/.test(text)) ? value : undefined
}

/** Python writes a blank where a date-time has a T, and `+00:00` for Z. */
function asMoment(text: string, schemas: readonly JsonSchema[]): string {
  const [, day, time, zone] = moment.exec(text) ?? []
  if (day === undefined || !schemas.some(({ format }) => format === 'date-time')) return text
  return `${day}T${time ?? ''}${zone === '+00:00' ? 'Z' : (zone ?? '')}`
}

function fromJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
