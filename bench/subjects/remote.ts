import { createBoard, Plugin, PluginType, Unavailable, type Board, type Methods } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'

/** A contract whose one method is asynchronous and costs nothing: what is left is the cost of the call. */
export abstract class Remote extends PluginType('remote') {
  static readonly methods: Methods<Remote> = { ask: 'repeatable' }
  abstract ask(value: number): Promise<number>
}

/** The same, of which no failure ever takes an instance out: the first one goes on failing. */
export abstract class Insistent extends PluginType('insistent', { ejection: { consecutiveFailures: Number.MAX_SAFE_INTEGER } }) {
  static readonly methods: Methods<Insistent> = { ask: 'repeatable' }
  abstract ask(value: number): Promise<number>
}

export class Answering extends Plugin(Remote, { key: 'answering' }) {
  async ask(value: number): Promise<number> {
    return value + 1
  }
}

/** Always down, and says so in the cheapest way there is: an error made ahead. */
export class Down extends Plugin(Remote, { key: 'down' }) {
  static readonly error = new Unavailable('down')
  async ask(_value: number): Promise<number> {
    throw Down.error
  }
}

class InsistentAnswering extends Plugin(Insistent, { key: 'answering' }) {
  async ask(value: number): Promise<number> {
    return value + 1
  }
}

class InsistentDown extends Plugin(Insistent, { key: 'down' }) {
  async ask(_value: number): Promise<number> {
    throw Down.error
  }
}

/** Gives no answer, ever. */
export class Hanging extends Plugin(Remote, { key: 'hanging' }) {
  async ask(_value: number): Promise<number> {
    return never
  }
}

const never = new Promise<number>(() => {})

/** The same without any library. */
export class PlainAnswering {
  async ask(value: number): Promise<number> {
    return value + 1
  }
}

export class PlainDown {
  static readonly error = new Error('down')
  async ask(_value: number): Promise<number> {
    throw PlainDown.error
  }
}

export class PlainHanging {
  async ask(_value: number): Promise<number> {
    return never
  }
}

const actor = { id: 'bench', name: 'Bench' }

const plugins = [Answering, Down, Hanging, InsistentAnswering, InsistentDown]

/** A board with these instances of a contract, Remote unless told otherwise, all active, in this order. */
export async function remoteBoard(
  names: readonly ('answering' | 'down' | 'hanging')[],
  type: typeof Remote | typeof Insistent = Remote,
): Promise<Board> {
  const board = createBoard({ plugins, store: sqlite(':memory:'), migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  for (const info of board.instances(type)) await board.admin.remove(info.id, { actor })
  for (const [index, plugin] of names.entries()) {
    await board.admin.create({ type, plugin, name: `${plugin} ${index}`, status: 'active', priority: index }, { actor })
  }
  return board
}
