import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createBoard, generateKey, Plugin, PluginType, type Methods } from 'plugboard'
import { createAdmin } from 'plugboard/admin'
import { nodeAdmin } from 'plugboard/node'
import { sqlite } from 'plugboard/sqlite'
import { z } from 'zod'

/** Charges a customer. */
abstract class Gateway extends PluginType('gateway', { label: 'Gateways' }) {
  static readonly methods: Methods<Gateway> = { charge: 'once' }
  abstract charge(order: string): Promise<string>
}

class Bank extends Plugin(Gateway, {
  key: 'bank',
  label: 'Bank',
  config: z.object({ apiKey: z.string().min(4), baseUrl: z.url(), note: z.string().default('') }),
  secrets: { apiKey: { boundTo: ['baseUrl'] } },
}) {
  async charge(order: string): Promise<string> {
    return `${this.config.baseUrl} charges ${order}`
  }
}

class Cash extends Plugin(Gateway, { key: 'cash', label: 'Cash' }) {
  async charge(order: string): Promise<string> {
    return `cash for ${order}`
  }
}

export interface ServedAdmin extends AsyncDisposable {
  /** Where its API is. */
  readonly url: string
}

/** An admin on a server of its own, for whoever has the token. */
export async function serveAdmin(token: string): Promise<ServedAdmin> {
  const board = createBoard({
    plugins: [Bank, Cash],
    store: sqlite(':memory:'),
    keys: generateKey('k1'),
    migrate: 'on-start',
    sync: 'on-start',
  })
  await board.ready()
  const admin = createAdmin(board, {
    authorize: (request) =>
      request.headers.get('authorization') === `Bearer ${token}`
        ? { id: 'machine', name: 'A machine', permissions: ['read', 'operate', 'configure'] }
        : null,
  })
  const server = createServer(nodeAdmin(admin, { prefix: '/back/office' })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/back/office/api/v1`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      await board.close()
    },
  }
}
