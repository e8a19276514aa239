import type { Hooks, MethodKind } from '../contract/index.ts'
import { MisuseError } from '../errors/index.ts'
import type { Built } from './built.ts'
import { Caller, type CallScope } from './call.ts'
import { areCallsTraced } from './channels.ts'
import type { Limits } from './limits.ts'
import { HandleStream, isStream, leaveWhenForgotten, OpenedStream } from './stream.ts'
import type { TypeSlot } from './type-slot.ts'

type Method = (...args: readonly unknown[]) => unknown
type MethodsByName = Record<string, Method>

const asyncGenerator: unknown = Object.getPrototypeOf(async function* () {})

/** What a handle's calls go by. */
export interface HandleOptions {
  /** For the type's selector; a function is asked at each call. */
  readonly context: unknown
  readonly limits: Limits | undefined
}

/**
 * An object with a contract's methods, each call of which goes to what is selected at that moment, with failover.
 * Made of closures from `methods`: no Proxy, so that a misspelt name stays undefined and a call is cheap.
 */
export function makeHandle(scope: CallScope, methods: ReadonlyMap<string, MethodKind>, options: HandleOptions): object {
  const handle: MethodsByName = {}
  for (const [name, kind] of methods)
    handle[name] = makeMethod(scope, name, new Caller(scope, { method: name, kind, isWork: false, ...options }))
  return Object.freeze(handle)
}

/**
 * Whether a method streams shows in its first result, or where it is an async generator. Until then a call gives what is both: awaited it is the promise,
 * iterated it is the stream. Once it is known, a stream begins when its first item is asked for, as a generator does.
 */
function makeMethod({ slot }: CallScope, name: string, caller: Caller): Method {
  let streams: boolean | undefined

  return (...args) => {
    if (streams === false) {
      const { plain } = slot
      if (plain !== undefined && !areCallsTraced()) return caller.callNow(plain, args)
    }
    const run = (): Promise<unknown> =>
      caller.start((object, built, flight) => {
        const result = methodOf(object, name).apply(object, args as unknown[])
        const isOne = isStream(result)
        streams ??= isOne
        return isOne ? OpenedStream.open(result, built, flight, caller) : result
      })
    const { current } = slot
    if (streams === undefined && current !== undefined && Object.getPrototypeOf(methodOf(current.object, name)) === asyncGenerator)
      streams = true
    if (streams === true) return new HandleStream(async () => opened(await run()), false)
    return streams === false ? run() : eitherOf(run())
  }
}

function opened(value: unknown): OpenedStream {
  if (value instanceof OpenedStream) return value
  throw new MisuseError('This method gives no stream. Await it instead of iterating it.')
}

/** A promise and a stream in one. The promise's own rejection stays the caller's to handle. */
function eitherOf(running: Promise<unknown>): object {
  const stream = new HandleStream(async () => opened(await running), true)
  leaveWhenForgotten(stream, running)
  const value = running.then((result) => (result instanceof OpenedStream ? stream : result))
  // Who takes it for the stream is told of a failure by the stream.
  const asStream = (): HandleStream => {
    value.catch(() => {})
    return stream
  }
  return Object.assign(value, {
    next: (...sent: [] | [unknown]) => asStream().next(...sent),
    return: (result?: unknown) => asStream().return(result),
    throw: (error: unknown) => asStream().throw(error),
    [Symbol.asyncIterator]: asStream,
    [Symbol.asyncDispose]: () => asStream()[Symbol.asyncDispose](),
  })
}

/**
 * The contract itself: calls pass straight to what is selected now, synchronous methods stay synchronous, nothing moves on.
 * A call that returns a promise holds the object until it settles.
 */
export function makeDirectHandle(slot: TypeSlot, methods: ReadonlyMap<string, MethodKind>): object {
  const handle: MethodsByName = {}
  for (const name of methods.keys()) handle[name] = makeDirectMethod(slot, name)
  return Object.freeze(handle)
}

function makeDirectMethod(slot: TypeSlot, name: string): Method {
  return (...args) => {
    const built = slot.current ?? slot.find()
    if (built === undefined) throw slot.none()
    const result = (built.object as unknown as MethodsByName)[name]?.(...args)
    if (typeof result !== 'object' || result === null) return result
    return held(built, result)
  }
}

/** What a direct call gives, its object held until that ends where it is a promise. */
function held(built: Built, result: object): object {
  if ('then' in result && typeof result.then === 'function') {
    built.acquire()
    const release = (): void => built.release()
    Promise.resolve(result).then(release, release)
  } else built.lent = true
  return result
}

function methodOf(object: Hooks, name: string): Method {
  // Registration has seen that every plugin has every method of its contract.
  return (object as unknown as MethodsByName)[name] as Method
}
