import { randomBytes } from 'node:crypto'
import { createBoard, generateKey, Plugin, PluginType, type Board, type Methods, type StoreFactory } from 'plugboard'
import { z } from 'zod'

/** A contract with a plugin that is configured as real ones are: an address, a key, a few options. */
export abstract class Gateway extends PluginType('gateway') {
  static readonly methods: Methods<Gateway> = { charge: 'once' }
  abstract charge(amount: number): number
}

export const gatewayConfig = z.object({
  baseUrl: z.url(),
  apiKey: z.string(),
  merchantId: z.string(),
  timeout: z.int().default(10_000),
  sandbox: z.boolean().default(false),
})

export class CardGateway extends Plugin(Gateway, { key: 'card', config: gatewayConfig, secrets: { apiKey: {} } }) {
  charge(amount: number): number {
    return amount + this.config.merchantId.length
  }
}

export const benchActor = { id: 'bench', name: 'Bench' } as const

export function sampleConfig(index: number): z.input<typeof gatewayConfig> {
  return {
    baseUrl: `https://pay-${index}.example`,
    apiKey: randomBytes(16).toString('hex'),
    merchantId: `m-${index}`,
    sandbox: index % 2 === 0,
  }
}

/** A board with so many configured instances of one type, the first of them selected. */
export async function gatewayBoard(store: StoreFactory, instances: number): Promise<{ readonly board: Board; readonly keys: string }> {
  const keys = generateKey('k1')
  const board = createBoard({ plugins: [CardGateway], store, keys, migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  for (let index = 0; index < instances; index++) {
    await board.admin.create(
      { type: Gateway, plugin: 'card', name: `Gateway ${index}`, status: 'active', priority: index, config: sampleConfig(index) },
      { actor: benchActor, force: true },
    )
  }
  return { board, keys }
}
