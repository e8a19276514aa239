import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { Plugin, PluginType, type Methods, type Contract, type Handle, type Hooks, type PluginClass } from '../../src/contract/index.ts'
interface Order { id: string; total: number }
interface Receipt { id: string }
abstract class PaymentGateway extends PluginType('payment-gateway', { label: 'x' }) {
  static readonly methods: Methods<PaymentGateway> = { charge: 'once', refund: 'repeatable' }
  abstract charge(order: Order): Promise<Receipt>
  abstract refund(receipt: Receipt): Promise<void>
}
class Zarinpal extends Plugin(PaymentGateway, {
  key: 'zarinpal',
  label: 'Zarinpal',
  config: z.object({
    merchantId: z.string().meta({ title: 'Merchant ID' }),
    apiKey: z.string(),
    baseUrl: z.url().default('https://api.zarinpal.com'),
    sandbox: z.boolean().default(false),
  }),
  secrets: { apiKey: { boundTo: ['baseUrl'] } },
}) {
  readonly #client = { ping: async () => {}, url: this.config.baseUrl }
  async charge(order: Order) { expectTypeOf(this.config.sandbox).toEqualTypeOf<boolean>(); return { id: order.id + this.config.merchantId } }
  async refund(receipt: Receipt) { void receipt }
  async onTest() { await this.#client.ping() }
}
declare function get<T extends Hooks>(t: Contract<T>): T
declare function resolve<T extends Hooks, C>(t: Contract<T, C>, ...o: undefined extends C ? [{ context?: C }?] : [{ context: C }]): Promise<T>
declare function use<T extends Hooks>(t: Contract<T>): Handle<T>
declare function createBoard(o: { plugins: readonly PluginClass[] }): void
createBoard({ plugins: [Zarinpal] })
expectTypeOf(get(PaymentGateway)).toEqualTypeOf<PaymentGateway>()
use(PaymentGateway).charge({ id: '', total: 1 })
resolve(PaymentGateway)
abstract class Regional extends PluginType('r', { select: ({ candidates, context }: { candidates: readonly import('../../src/contract/index.ts').Candidate[]; context: { region: string } }) => candidates.find((c) => c.tags.includes(context.region)) ?? null }) {
  static readonly methods: Methods<Regional> = { go: 'once' }
  abstract go(): Promise<void>
}
resolve(Regional, { context: { region: 'eu' } })
// @ts-expect-error context is required
resolve(Regional)
