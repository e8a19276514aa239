import { messageOf } from '../../errors/index.ts'
import type { Hooks, PluginClass } from '../../contract/index.ts'
import { createPlugin } from '../create-plugin.ts'
import { late, within, type PluginBench } from './bench.ts'

/** Each object that was made of a plugin, and how often it was disposed. */
export class Disposals {
  readonly #counts = new Map<Hooks, number>()

  /** The same plugin, watched. */
  watch<T extends Hooks>(plugin: PluginClass<T>): PluginClass<T> {
    const counts = this.#counts
    // The board's own cast: what it constructs takes the context.
    const Base = plugin as unknown as new (context: unknown) => Hooks
    const { onDispose } = plugin.prototype as { readonly onDispose?: (this: Hooks) => void | Promise<void> }
    const hasHook = typeof onDispose === 'function'
    class Watched extends Base {
      constructor(context: unknown) {
        super(context)
        if (hasHook) counts.set(this, 0)
      }
    }
    if (hasHook)
      Watched.prototype.onDispose = function (this: Hooks) {
        counts.set(this, (counts.get(this) ?? 0) + 1)
        return onDispose?.call(this)
      }
    Object.defineProperty(Watched, 'name', { value: plugin.name })
    return Watched as unknown as PluginClass<T>
  }

  get counts(): ReadonlyMap<Hooks, number> {
    return this.#counts
  }
}

/** What the board does at the end of an object is done once, may be done where nothing was started, and again. */
export async function checkDisposal(bench: PluginBench, disposals: Disposals, failed: readonly unknown[]): Promise<void> {
  const { report, deadline } = bench
  if (disposals.counts.size === 0) return bench.skip('dispose', 'the plugin has no onDispose')
  const most = Math.max(...disposals.counts.values())
  if (most > 1)
    report(
      'dispose',
      `onDispose ran ${most} times for one object. The board calls it once, also after this.signal aborts: don't call it yourself.`,
    )
  if (failed.length > 0) {
    report('dispose', `onDispose failed: ${messageOf(failed[0])} Close what is open, and swallow what closing it throws.`)
    return
  }
  const [object] = disposals.counts.keys()
  const again = await outcome(() => object?.onDispose?.(), deadline)
  if (again !== undefined) report('dispose', `A second onDispose ${again}. Let it do nothing where nothing is open any more.`)
  const fresh = await createPlugin(bench.class, { config: bench.config })
  const unstarted = await outcome(() => fresh.onDispose?.(), deadline)
  if (unstarted !== undefined)
    report('dispose', `onDispose ${unstarted} where onStart has not run. The board calls it too after an onStart that failed.`)
}

async function outcome(work: () => unknown, deadline: number): Promise<string | undefined> {
  try {
    return (await within(work, deadline)) === late ? `did not end within ${deadline} ms` : undefined
  } catch (error) {
    return `throws: ${messageOf(error)}`
  }
}
