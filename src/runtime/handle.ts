import type { Hooks, MethodKind } from '../contract/index.ts'
import { MisuseError } from '../errors/index.ts'
import { callWithFailover, type Call, type CallScope } from './call.ts'
import { HandleStream, isStream, leaveWhenForgotten, OpenedStream } from './stream.ts'
import type { TypeSlot } from './type-slot.ts'

type Method = (...args: readonly unknown[]) => unknown
type MethodsByName = Record<string, Method>

const asyncGenerator: unknown = Object.getPrototypeOf(async function* () {})

/**
 * An object with a contract's methods, each call of which goes to what is selected at that moment, with failover.
 * Made of closures from `methods`: no Proxy, so that a misspelt name stays undefined and a call is cheap.
 *
 * @param context For the type's selector; a function is asked at each call.
 */
export function makeHandle(scope: CallScope, methods: ReadonlyMap<string, MethodKind>, context: unknown): object {
  const handle: MethodsByName = {}
  for (const [name, kind] of methods) handle[name] = makeMethod(scope, name, kind, context)
  return Object.freeze(handle)
}

/**
 * Whether a method streams shows in its first result, or where it is an async generator. Until then a call gives what is both: awaited it is the promise,
 * iterated it is the stream. Once it is known, a stream begins when its first item is asked for, as a generator does.
 */
function makeMethod(scope: CallScope, name: string, kind: MethodKind, context: unknown): Method {
  let streams: boolean | undefined

  return (...args) => {
    let call: Call
    try {
      call = { method: name, kind, context: typeof context === 'function' ? (context as () => unknown)() : context }
    } catch (error) {
      // A method that gives a promise fails by rejecting it, with what the application threw.
      // eslint-disable-next-line typescript/prefer-promise-reject-errors -- it is the application's own, whatever it is.
      return eitherOf(Promise.reject(error))
    }
    const run = (): Promise<unknown> =>
      callWithFailover(scope, call, (object, built) => {
        const result = methodOf(object, name).apply(object, args as unknown[])
        const isOne = isStream(result)
        streams ??= isOne
        return isOne ? OpenedStream.open(result, built) : result
      })
    const { current } = scope.slot
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
  for (const name of methods.keys()) {
    handle[name] = (...args) => {
      const built = slot.find()
      if (built === undefined) throw slot.none()
      const result = methodOf(built.object, name).apply(built.object, args as unknown[])
      if (isThenable(result)) {
        built.acquire()
        void settled(result).then(() => built.release())
      }
      return result
    }
  }
  return Object.freeze(handle)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** Ends when a promise does, whichever way. Its rejection stays the caller's to handle. */
async function settled(promise: PromiseLike<unknown>): Promise<void> {
  await Promise.allSettled([promise])
}

function methodOf(object: Hooks, name: string): Method {
  // Registration has seen that every plugin has every method of its contract.
  return (object as unknown as MethodsByName)[name] as Method
}
