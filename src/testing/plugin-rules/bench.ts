import type { Board } from '../../board.ts'
import type { Json } from '../../config/index.ts'
import type { Contract, Hooks, PluginClass } from '../../contract/index.ts'
import type { PluginRule } from '../../errors/index.ts'
import type { RegisteredPlugin } from '../../registry/index.ts'

/** What every rule works with. */
export interface PluginBench<T extends Hooks = Hooks> {
  readonly class: PluginClass<T>
  readonly plugin: RegisteredPlugin
  readonly type: Contract
  /** The config of the test, as it is stored. */
  readonly config: Json
  /** Texts of it that must never be shown, each with the path it stands at. */
  readonly secrets: readonly { readonly path: string; readonly value: string }[]
  readonly board: Board
  /** Milliseconds for each step of the plugin's own. */
  readonly deadline: number
  readonly report: (rule: PluginRule, message: string) => void
  readonly skip: (rule: PluginRule, reason: string) => void
}

/** Waits for something of the plugin's, but not for ever: `late` where it did not end. */
export async function within<R>(work: () => R | PromiseLike<R>, time: number): Promise<R | typeof late> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, time, late)
  })
  try {
    return await Promise.race([Promise.resolve().then(work), over])
  } finally {
    clearTimeout(timer)
  }
}

export const late: unique symbol = Symbol('late')
