import { createBoard, Plugin, PluginType, type Board, type Methods } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'
import { benchActor } from './filled-board.ts'

/** A contract whose calls are spread by weight. */
export abstract class Weighted extends PluginType('weighted', { select: 'weighted' }) {
  static readonly methods: Methods<Weighted> = { add: 'repeatable' }
  abstract add(value: number): number
}

class Plain extends Plugin(Weighted, { key: 'plain' }) {
  add(value: number): number {
    return value + 1
  }
}

/** A board with so many candidates of different weights, all built. */
export async function weightedBoard(
  candidates: number,
): Promise<{ readonly board: Board; readonly type: typeof Weighted } & AsyncDisposable> {
  const board = createBoard({ plugins: [Plain], store: sqlite(':memory:'), migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  for (const info of board.instances(Weighted)) await board.admin.remove(info.id, { actor: benchActor })
  for (let index = 0; index < candidates; index++) {
    await board.admin.create(
      { type: Weighted, plugin: 'plain', name: `Plain ${index}`, status: 'active', priority: index, weight: 1 + ((index * 7) % 10) },
      { actor: benchActor },
    )
  }
  return { board, type: Weighted, [Symbol.asyncDispose]: () => board.close() }
}
