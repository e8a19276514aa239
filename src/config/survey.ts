import { inspect } from 'node:util'
import type { Scrub } from './scrub.ts'

/** So much is looked at of what one call throws; an error that holds more (a socket, a whole client) is shown without what was not looked at. */
const limits = { parts: 50_000, characters: 4_000_000 }

/** What is left of the limits. */
export interface Budget {
  parts: number
  characters: number
}

export function newBudget(): Budget {
  return { ...limits }
}

/** What a look at something thrown found. */
export interface Survey {
  /** The objects in which, or below which, a secret can be read, and those that could not be looked at. */
  readonly dirty: ReadonlySet<object>
  /** Those of them that could not be looked at, or not to the end. */
  readonly refused: ReadonlySet<object>
  /** Every object that was met. Of others nothing is known. */
  readonly met: { has(value: object): boolean }
}

/**
 * Finds the objects in which a secret can be read, there or anywhere below, each object looked at once. What can't be looked at, or not within the budget,
 * counts as holding one.
 */
export function surveySecrets(scrub: Scrub, values: readonly object[], budget: Budget): Survey {
  const above = new Map(values.map((value): [object, object[]] => [value, []]))
  const dirty = new Set<object>()
  const refused = new Set<object>()
  const meet = (value: object, parent: object): void => {
    const parents = above.get(value)
    if (parents === undefined) above.set(value, [parent])
    else parents.push(parent)
  }
  // A map is gone through in the order of its entries, those too that come meanwhile. So it is breadth first: what stands near the top is what people read.
  for (const node of above.keys()) {
    try {
      for (const part of partsOf(node)) {
        budget.parts--
        if (budget.parts < 0) throw new TooMuch()
        if (isThing(part)) meet(part, node)
        else if (showsSecret(scrub, part, budget)) dirty.add(node)
      }
    } catch {
      dirty.add(node)
      refused.add(node)
    }
  }
  const left = [...dirty]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    for (const parent of above.get(node) ?? []) {
      if (dirty.has(parent)) continue
      dirty.add(parent)
      left.push(parent)
    }
  }
  return { dirty, refused, met: above }
}

class TooMuch extends Error {}

export function isThing(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** Whether a value that is no object shows a secret. */
export function showsSecret(scrub: Scrub, value: unknown, budget: Budget): boolean {
  const text = textOf(value)
  if (text === undefined) return false
  budget.characters -= text.length
  return budget.characters < 0 || scrub(text) !== text
}

/** A value that is no object as a text, `undefined` where it can show nothing. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return typeof value === 'symbol' ? value.description : undefined
}

/** Everything that a console, a JSON logger or an error reporter would show of an object. */
function* partsOf(value: object): Generator {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    const [buffer, from, length] = ArrayBuffer.isView(value)
      ? ([value.buffer, value.byteOffset, value.byteLength] as const)
      : ([value, 0, value.byteLength] as const)
    if (length > limits.characters) throw new TooMuch()
    const bytes = Buffer.from(buffer, from, length)
    // What is no UTF-8 all the way through is read as single characters.
    yield bytes.toString()
    yield bytes.toString('latin1')
    return
  }
  if (Array.isArray(value) && value.length > limits.parts) throw new TooMuch()
  if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams) for (const pair of value) yield* pair
  if (value instanceof Set) yield* value
  if (value instanceof Error) yield* [value.message, value.name, value.stack, value.cause]
  for (const key of Reflect.ownKeys(value)) {
    yield key
    const property = Reflect.getOwnPropertyDescriptor(value, key)
    if (property === undefined) continue
    if ('value' in property) yield property.value
    // What is enumerable is read by JSON.stringify; other accessors are the object's own code.
    else if (property.enumerable === true) yield Reflect.get(value, key)
  }
  yield* ownWords(value)
}

/** What every object inherits says no more than its fields do. */
const ordinary: ReadonlySet<unknown> = new Set(
  [Object, Error, Array, Function].map(({ prototype }) => Reflect.getOwnPropertyDescriptor(prototype, 'toString')?.value as unknown),
)

/** What an object says of itself where it is asked: `toJSON()`, its own `toString()`, what `console.log` asks. */
export function* ownWords(value: object): Generator {
  const asked = value as { toJSON?: unknown; toString?: unknown; [inspect.custom]?: unknown }
  const say = (method: unknown, ...given: readonly unknown[]): unknown => {
    if (typeof method !== 'function' || ordinary.has(method)) return undefined
    try {
      return Reflect.apply(method, value, given) as unknown
    } catch {
      // It says nothing to others either.
      return undefined
    }
  }
  yield say(asked.toString)
  yield say(asked.toJSON, '')
  yield say(asked[inspect.custom], 2, { depth: 2, stylize: String }, inspect)
}
