import type { Board } from '../board.ts'

/** What is needed of Fastify 5 to hold a board. */
export interface FastifyHost {
  decorate(name: string, value: unknown): unknown
  addHook(name: 'onReady' | 'onClose', hook: () => Promise<void>): unknown
}

/** A plugin of Fastify whose decorations the whole application sees. */
export type FastifyBoard = (host: FastifyHost, options: object, done: (error?: Error) => void) => void

/**
 * Decorates a Fastify application with its board: `app.board`. The board is ready before the application listens, and closed after its last request.
 *
 * @param name What it is called. Default `board`.
 * @example
 * declare module 'fastify' {
 *   interface FastifyInstance {
 *     board: Board
 *   }
 * }
 * await app.register(fastifyBoard(board))
 * const payments = app.board.use(PaymentGateway)
 */
export function fastifyBoard(board: Board, { name = 'board' }: { readonly name?: string } = {}): FastifyBoard {
  const plugin: FastifyBoard = (host, _options, done) => {
    host.decorate(name, board)
    host.addHook('onReady', async () => board.ready())
    host.addHook('onClose', async () => board.close())
    done()
  }
  // Not encapsulated, as the package fastify-plugin has it.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'plugboard' })
}
