import { expectTypeOf, vi } from 'vitest'
import { Plugin, PluginType, type Board, type BoardOptions, type Methods } from '../../src/index.ts'
import { fakeClock, override, testPlugin, type FakeClock, type Override, type PluginTestReport } from '../../src/testing/index.ts'

declare const board: Board
interface Receipt {
  readonly id: string
}
abstract class PaymentGateway extends PluginType<{ region: string }>('payment-gateway', { select: () => null }) {
  static readonly methods: Methods<PaymentGateway> = { charge: 'once', refund: 'repeatable' }
  abstract charge(total: number): Promise<Receipt>
  abstract refund(receipt: Receipt): Promise<void>
}

export function fakes(): void {
  using whole = override(board, PaymentGateway, {
    charge: async (total) => ({ id: total.toFixed() }),
    refund: async () => {},
    // More than the contract is the fake's own, and stays reachable.
    charged: 0,
  })
  expectTypeOf(whole.fake.charged).toEqualTypeOf<number>()
  using mocked = override(board, PaymentGateway, { charge: vi.fn<PaymentGateway['charge']>(), refund: vi.fn<PaymentGateway['refund']>() })
  expectTypeOf(mocked.fake.charge.mock.calls).toBeArray()
  expectTypeOf(mocked).toExtend<Override<PaymentGateway>>()
  // @ts-expect-error no refund
  override(board, PaymentGateway, { charge: async () => ({ id: '' }) })
  // @ts-expect-error gives a number
  override(board, PaymentGateway, { charge: async () => 1, refund: async () => {} })
  // @ts-expect-error takes a text
  override(board, PaymentGateway, { charge: async (total: string) => ({ id: total }), refund: async () => {} })
  // @ts-expect-error the type comes before the fake
  override(board, { charge: async () => ({ id: '' }), refund: async () => {} })
}

class CardApi extends Plugin(PaymentGateway, { key: 'card-api' }) {
  async charge(total: number): Promise<Receipt> {
    return { id: total.toFixed() }
  }
  async refund(): Promise<void> {}
}

export async function plugins(): Promise<void> {
  expectTypeOf(await testPlugin(CardApi)).toEqualTypeOf<PluginTestReport>()
  await testPlugin(CardApi, {
    config: {},
    hanging: { config: ({ url, host, port }) => ({ url, host, port: port.toFixed() }), calls: { charge: (gateway) => gateway.charge(1) } },
  })
  // @ts-expect-error no method of the contract
  await testPlugin(CardApi, { hanging: { calls: { pay: () => {} } } })
  // @ts-expect-error charge takes a number
  await testPlugin(CardApi, { hanging: { calls: { charge: (gateway) => gateway.charge('1') } } })
  // @ts-expect-error a contract is no plugin
  await testPlugin(PaymentGateway)
  // @ts-expect-error a misspelt option
  await testPlugin(CardApi, { configs: [] })
}

export const options: Pick<BoardOptions, 'clock'> = { clock: fakeClock({ now: new Date(0) }) }
expectTypeOf(fakeClock()).toEqualTypeOf<FakeClock>()
expectTypeOf(fakeClock().advance(5)).toEqualTypeOf<Promise<void>>()
// @ts-expect-error no text
void fakeClock({ now: '2030-01-01' })
// @ts-expect-error a clock that sets no timers
export const half: Pick<BoardOptions, 'clock'> = { clock: { now: () => 0, elapsed: () => 0 } }
