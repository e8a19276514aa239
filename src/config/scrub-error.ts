import type { Scrub } from './scrub.ts'

/** So many values are looked at; an error that holds more (a socket, a whole client) is not shown as it is. */
const mostValues = 20_000

/**
 * Takes known secrets out of what a plugin threw. An error stays the same object: its message, stack and own fields are cleaned. What hangs from it is never
 * changed, since it may be the plugin's own (its config, a client): plain data is replaced by a clean copy, anything else that holds a secret by a note.
 *
 * @param scrub From `scrubText`.
 * @returns `thrown` itself where it holds no secret or could be cleaned; otherwise what may be shown instead.
 */
export function scrubError(scrub: Scrub, thrown: unknown): unknown {
  return holdsSecret(scrub, thrown) ? clean(scrub, thrown, new Map()) : thrown
}

function clean(scrub: Scrub, value: unknown, done: Map<object, unknown>): unknown {
  if (typeof value === 'string') return scrub(value)
  if (typeof value === 'number') return scrub(String(value)) === String(value) ? value : scrub(String(value))
  if (typeof value !== 'object' || value === null) return value
  const known = done.get(value)
  if (known !== undefined) return known
  if (value instanceof Error) return cleanError(scrub, value, done)
  if (!holdsSecret(scrub, value)) return value
  if (Array.isArray(value)) {
    const copy: unknown[] = []
    done.set(value, copy)
    for (const item of value) copy.push(clean(scrub, item, done))
    return copy
  }
  if (!isPlain(value)) return `[${value.constructor.name || 'object'} not shown: it holds a secret]`
  const copy: Record<string, unknown> = {}
  done.set(value, copy)
  for (const [key, item] of Object.entries(value)) copy[scrub(key)] = clean(scrub, item, done)
  return copy
}

/** The error itself, cleaned in place; a clean copy of one that is frozen. */
function cleanError(scrub: Scrub, error: Error, done: Map<object, unknown>): Error {
  const target = Object.isFrozen(error) ? (Object.create(Object.getPrototypeOf(error) as object) as Error) : error
  done.set(error, target)
  for (const key of Reflect.ownKeys(error)) {
    const property = Reflect.getOwnPropertyDescriptor(error, key)
    if (property === undefined) continue
    // V8 gives `stack` an accessor in newer releases; other accessors are the error's own code.
    const isStack = key === 'stack' && !('value' in property)
    if (!('value' in property) && !isStack) continue
    const current: unknown = isStack ? error.stack : property.value
    const value = clean(scrub, current, done)
    if (value === current && target === error) continue
    if (property.configurable === true || target !== error) {
      Reflect.defineProperty(target, key, { value, enumerable: property.enumerable ?? false, writable: true, configurable: true })
    } else Reflect.set(target, key, value)
  }
  return target
}

/** Whether a secret can be read anywhere in a value. What is too large to look through counts as holding one. */
function holdsSecret(scrub: Scrub, value: unknown): boolean {
  const seen = new Set<object>()
  const left: unknown[] = [value]
  for (let looked = 0; left.length > 0; looked++) {
    if (looked > mostValues) return true
    const next = left.pop()
    if (typeof next === 'string' || typeof next === 'number') {
      const text = String(next)
      if (scrub(text) !== text) return true
    } else if (typeof next === 'object' && next !== null && !seen.has(next)) {
      seen.add(next)
      for (const inner of insides(next)) left.push(inner)
    }
  }
  return false
}

function* insides(value: object): Generator<unknown> {
  if (ArrayBuffer.isView(value)) {
    yield Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
    return
  }
  if (value instanceof URL) yield value.href
  if (isIterableOfItsOwn(value)) yield [...value]
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'string') yield key
    const property = Reflect.getOwnPropertyDescriptor(value, key)
    if (property !== undefined && 'value' in property) yield property.value
    else if (key === 'stack') yield (value as Error).stack
  }
}

/** What holds its values where no property shows them. */
function isIterableOfItsOwn(value: object): value is Map<unknown, unknown> | Set<unknown> | Headers | URLSearchParams {
  return value instanceof Map || value instanceof Set || value instanceof Headers || value instanceof URLSearchParams
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
