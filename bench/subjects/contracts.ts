import { createBoard, Plugin, PluginType, type Board, type Methods } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'

/** What every contract of the benches can do: cheap, and its result depends on what goes in. */
export interface Adder {
  add(value: number): number
}

export interface Contracts {
  readonly board: Board
  readonly types: readonly AdderType[]
}

abstract class AdderContract extends PluginType('never-registered') {
  static readonly methods: Methods<AdderContract> = { add: 'repeatable' }
  abstract add(value: number): number
}
export type AdderType = typeof AdderContract

/** So many contracts, each a class of its own with one plugin, as an application has them. */
export function adderTypes(count: number): { readonly types: readonly AdderType[]; readonly plugins: ReturnType<typeof pluginOf>[] } {
  const types = Array.from({ length: count }, (_, index) => typeOf(`adder-${index}`))
  return { types, plugins: types.map((type, index) => pluginOf(type, index)) }
}

function typeOf(key: string): AdderType {
  abstract class Contract extends PluginType(key) {
    static readonly methods: Methods<Contract> = { add: 'repeatable' }
    abstract add(value: number): number
  }
  return Contract
}

function pluginOf(type: AdderType, step: number) {
  return class extends Plugin(type, { key: 'plain' }) {
    add(value: number): number {
      return value + step
    }
  }
}

/** A board with so many contracts, ready, changes followed as ever. */
export async function boardOf(count: number): Promise<Contracts & AsyncDisposable> {
  const { types, plugins } = adderTypes(count)
  const board = createBoard({ plugins, store: sqlite(':memory:'), migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  return { board, types, [Symbol.asyncDispose]: () => board.close() }
}

/** The same work in classes of nobody's library. */
export function plainAdders(count: number): readonly (new () => Adder)[] {
  return Array.from(
    { length: count },
    (_, step) =>
      class implements Adder {
        add(value: number): number {
          return value + step
        }
      },
  )
}
