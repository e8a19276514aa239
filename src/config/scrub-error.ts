import { Rejected, Unavailable } from '../errors/index.ts'
import { scrubNothing, type Scrub } from './scrub.ts'
import { isThing, newBudget, ownWords, showsSecret, surveySecrets, textOf, type Budget, type Survey } from './survey.ts'

/** What is nested deeper is not copied. */
const deepest = 50
/** Longer texts are not looked through. */
const longest = 1_000_000

/**
 * Takes known secrets out of what a plugin threw. An error stays the same object where it can: its message, stack and own fields are cleaned. What hangs from
 * it is never changed, since it may be the plugin's own (its config, a client): plain data is replaced by a clean copy, anything else that holds a secret by
 * a note. It throws nothing itself, and looks at a bounded part.
 *
 * @param scrub From `scrubText`.
 * @returns `thrown` itself where it holds no secret or could be cleaned; otherwise what may be shown instead. An `Unavailable` or a `Rejected` stays one.
 */
export function scrubError(scrub: Scrub, thrown: unknown): unknown {
  if (scrub === scrubNothing) return thrown
  try {
    const budget = newBudget()
    if (!isThing(thrown)) return showsSecret(scrub, thrown, budget) ? scrubbed(scrub, thrown) : thrown
    const survey = surveySecrets(scrub, [thrown], budget)
    return clean({ scrub, survey, done: new Map(), budget: newBudget() }, thrown, 0)
  } catch {
    return notShown(thrown)
  }
}

interface Cleaning {
  readonly scrub: Scrub
  readonly survey: Survey
  readonly done: Map<object, unknown>
  /** For looking once more at what was cleaned. */
  readonly budget: Budget
}

function clean(cleaning: Cleaning, value: unknown, depth: number): unknown {
  const { scrub, survey, done } = cleaning
  if (!isThing(value)) return scrubbed(scrub, value)
  const known = done.get(value)
  if (known !== undefined) return known
  if (!survey.dirty.has(value)) return survey.met.has(value) ? value : note(scrub, value)
  // Not kept: it may stand elsewhere too, less deep.
  if (depth > deepest) return note(scrub, value)
  const result = cleanObject(cleaning, value, depth)
  done.set(value, result)
  return result
}

function cleanObject(cleaning: Cleaning, value: object, depth: number): unknown {
  const { scrub, survey, done } = cleaning
  try {
    if (value instanceof Error) return cleanError(cleaning, value, depth)
    if (survey.refused.has(value) || (!Array.isArray(value) && !isPlain(value))) return note(scrub, value)
    const keys = Reflect.ownKeys(value)
    const copy: object = Array.isArray(value) ? [] : {}
    done.set(value, copy)
    for (const key of keys) {
      const property = Reflect.getOwnPropertyDescriptor(value, key)
      if (property?.enumerable !== true) continue
      const inner = clean(cleaning, Reflect.get(value, key), depth + 1)
      Reflect.defineProperty(copy, scrubbedKey(scrub, key), { value: inner, enumerable: true, writable: true, configurable: true })
    }
    return showsItself(cleaning, copy) ? note(scrub, value) : copy
  } catch {
    return note(scrub, value)
  }
}

/** The error itself, cleaned in place; a clean copy of one that does not let itself be changed; a plain stand-in for one that still shows a secret then. */
function cleanError(cleaning: Cleaning, error: Error, depth: number): Error {
  const { scrub, done } = cleaning
  try {
    for (const target of [error, Object.create(Object.getPrototypeOf(error) as object) as Error]) {
      done.set(error, target)
      if (cleanInto(cleaning, error, target, depth) && !showsItself(cleaning, target) && keepsClass(error, target)) return target
    }
  } catch {
    // It can't be looked at or changed.
  }
  return standIn(scrub, error)
}

/** @returns Whether every field could be cleaned. */
function cleanInto(cleaning: Cleaning, error: Error, target: Error, depth: number): boolean {
  let all = true
  const write = (key: PropertyKey, value: unknown, enumerable: boolean): void => {
    const done =
      Reflect.defineProperty(target, key, { value, enumerable, writable: true, configurable: true }) || Reflect.set(target, key, value)
    all &&= done && Object.is(Reflect.get(target, key), value)
  }
  for (const key of Reflect.ownKeys(error)) {
    const property = Reflect.getOwnPropertyDescriptor(error, key)
    if (property === undefined) continue
    // An accessor that nobody reads unasked is the error's own code.
    if (!('value' in property) && property.enumerable !== true) continue
    const current: unknown = Reflect.get(error, key)
    const value = clean(cleaning, current, depth + 1)
    const name = scrubbedKey(cleaning.scrub, key)
    if (name !== key && target === error) all &&= Reflect.deleteProperty(error, key)
    if (value !== current || target !== error || name !== key) write(name, value, property.enumerable === true)
  }
  // A getter of its class gives what no field holds, and newer releases of V8 give `stack` an accessor.
  for (const key of ['message', 'name', 'stack'] as const) {
    const current: unknown = Reflect.get(error, key)
    const value = clean(cleaning, current, depth + 1)
    if (target === error ? value !== current : !Object.hasOwn(target, key)) write(key, value, false)
  }
  return all
}

/** Whether what an object says of itself still shows a secret, its fields being clean. */
function showsItself({ scrub, budget }: Cleaning, value: object): boolean {
  // An object that says itself is not asked again.
  const words = [...ownWords(value)].filter((word) => word !== value)
  return surveySecrets(scrub, [words], budget).dirty.has(words)
}

/** A handle goes by these two. */
function keepsClass(error: Error, target: Error): boolean {
  return [Unavailable, Rejected].every((kind) => !(error instanceof kind) || target instanceof kind)
}

/** A plain error with the same texts, scrubbed, of our class where a handle goes by it. */
function standIn(scrub: Scrub, error: unknown): Error {
  const text = (key: string): string => {
    try {
      const value: unknown = Reflect.get(error as object, key)
      return typeof value === 'string' ? scrub(value) : ''
    } catch {
      return ''
    }
  }
  const made = ofSameClass(error, text('message') || '[error not shown: it holds a secret]')
  const own = made instanceof Unavailable || made instanceof Rejected
  for (const key of own ? ['stack', 'name'] : ['stack', 'name', 'code']) {
    const value = text(key)
    if (value !== '') Object.defineProperty(made, key, { value, writable: true, configurable: true, enumerable: key === 'code' })
  }
  return made
}

/** What is shown where scrubbing itself fails. */
function notShown(thrown: unknown): Error {
  return ofSameClass(thrown, "[error not shown: it can't be looked at]")
}

function ofSameClass(thrown: unknown, message: string): Error {
  try {
    if (thrown instanceof Unavailable) return new Unavailable(message)
    if (thrown instanceof Rejected) return new Rejected(message)
  } catch {
    // A revoked proxy is of no class.
  }
  return new Error(message)
}

function note(scrub: Scrub, value: object): string {
  let name = ''
  try {
    const found: unknown = (value.constructor as { name?: unknown }).name
    if (typeof found === 'string') name = scrub(found)
  } catch {
    // It does not say.
  }
  return `[${name || 'object'} not shown: it holds a secret]`
}

function scrubbed(scrub: Scrub, value: unknown): unknown {
  const text = textOf(value)
  if (text === undefined) return value
  if (text.length > longest) return `[text of ${text.length} characters not shown]`
  const shown = scrub(text)
  if (shown === text) return value
  return typeof value === 'symbol' ? Symbol(shown) : shown
}

function scrubbedKey(scrub: Scrub, key: string | symbol): string | symbol {
  if (typeof key === 'string') return scrub(key)
  const shown = scrub(key.description ?? '')
  return shown === (key.description ?? '') ? key : Symbol(shown)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
