import type { Contract, Handle, Hooks, MethodName } from '../../contract/index.ts'
import { messageOf } from '../../errors/index.ts'
import { createPlugin } from '../create-plugin.ts'
import { late, within, type PluginBench } from './bench.ts'
import { HangingServer, type HangingProvider } from './hanging-provider.ts'
import { checkThrown } from './hidden-secrets.ts'

/** Calls to a provider that never answers. */
export interface HangingCalls<T extends Hooks> {
  /** A config that points the plugin at it. Default: the config of the test, for a plugin that waits without one. */
  readonly config?: (provider: HangingProvider) => unknown
  /** By method: how to call it. Each is begun, and then its caller gives up. */
  readonly calls: { readonly [K in MethodName<T>]?: (plugin: Handle<T>) => unknown }
}

/** Milliseconds that a call is given to reach its provider. */
const reach = 250

/** A call that nobody waits for any more comes to an end. */
export async function checkGivenUpCalls<T extends Hooks>(
  bench: PluginBench<T>,
  { config, calls }: HangingCalls<T>,
  grace: number,
): Promise<void> {
  await using server = await HangingServer.start()
  let object: T
  try {
    object = await createPlugin(bench.class, { config: config === undefined ? bench.config : config(server.provider) })
  } catch (error) {
    return bench.report('deadline', `The config that \`hanging\` gives does not fit: ${messageOf(error)}`)
  }
  // Each of them is a method of the contract.
  const named = Object.entries(calls) as [string, ((plugin: Handle<T>) => unknown) | undefined][]
  for (const [method, call] of named) if (call !== undefined) await checkCall(bench, object, method, call, server, grace)
  await within(() => object.onDispose?.(), bench.deadline).catch(() => {})
}

async function checkCall<T extends Hooks>(
  bench: PluginBench<T>,
  object: T,
  method: string,
  call: (plugin: Handle<T>) => unknown,
  server: HangingServer,
  grace: number,
): Promise<void> {
  const { board, plugin, type, report } = bench
  const abort = new AbortController()
  const watched = new Watched(object, [...plugin.type.methods.keys()])
  const before = server.connections
  const restore = board.internals.runtime.slot(plugin.type.key).standIn(watched.object)
  try {
    // The contract was registered with the methods that the calls are typed by, and no selector is asked for a context.
    const handle = board.use(type as Contract<Hooks, undefined>, { signal: abort.signal }) as unknown as Handle<T>
    const running = within(() => call(handle), bench.deadline)
    running.catch(() => {})
    for (let waited = 0; waited < reach && server.connections === before && !watched.hasEnded; waited += 10)
      await new Promise((resolve) => setTimeout(resolve, 10))
    if (watched.work === undefined) return report('deadline', `The call given for ${method}() does not call ${method}(). Let it.`)
    if (watched.hasEnded) {
      return report(
        'deadline',
        `${method}() ended (${await watched.how()}) before its caller gave up. Let \`hanging\` point the plugin at the provider it is given, so that the call waits.`,
      )
    }
    abort.abort(new DOMException('The caller gave up.', 'AbortError'))
    if ((await within(() => watched.how(), grace)) === late) {
      report(
        'deadline',
        `${method}() went on for more than ${grace} ms after its caller had given up. Take callSignal() at its beginning, before the first await, and hand it to what it waits for: fetch(url, { signal }).`,
      )
    } else checkThrown(bench, method, watched.thrown)
  } finally {
    restore()
  }
}

/** An object whose methods pass to another one's, and that knows when the last call has ended. */
class Watched {
  readonly object: Hooks
  work: Promise<unknown> | undefined
  thrown: unknown
  hasEnded = false

  constructor(target: Hooks, methods: readonly string[]) {
    const all = target as unknown as Record<string, (...args: unknown[]) => unknown>
    this.object = Object.fromEntries(methods.map((name) => [name, (...args: unknown[]) => this.#seen(all[name]?.apply(target, args))]))
  }

  /** How it ended, once it has. */
  async how(): Promise<string> {
    await this.work
    return this.thrown === undefined ? 'it answered' : messageOf(this.thrown)
  }

  #seen(result: unknown): unknown {
    if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result) || 'then' in result) return this.#follow(result)
    const iterator = (result as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    const next = (): Promise<IteratorResult<unknown>> => this.#follow(iterator.next()) as Promise<IteratorResult<unknown>>
    return { next, return: () => iterator.return?.(), [Symbol.asyncIterator]: () => ({ next, return: () => iterator.return?.() }) }
  }

  #follow(result: unknown): unknown {
    this.hasEnded = false
    this.work = Promise.resolve(result).then(
      () => {
        this.hasEnded = true
      },
      (error: unknown) => {
        this.hasEnded = true
        this.thrown = error
      },
    )
    return result
  }
}
