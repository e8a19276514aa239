import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { createBoard, type Handle, type Methods } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { createPlugin } from '../../src/testing/index.ts'
import {
  BasePluginItem,
  BasePluginType,
  getActivePlugins,
  getPluginInstance,
  getPluginInstanceById,
  PluginConfiguration,
  registered,
  registerPluginItem,
  registerPluginType,
} from '../../src/legacy/index.ts'

abstract class PaymentGatewayType extends BasePluginType {
  static override readonly name = 'payment_gateway'
  static readonly methods: Methods<PaymentGatewayType> = { createPayment: 'once' }
  abstract createPayment(amount: number): Promise<string>
}

class ZarinpalConfiguration extends PluginConfiguration {
  static override readonly formClass = z.object({ merchantId: z.string(), sandbox: z.boolean().default(false) })
}

class ZarinpalGateway extends BasePluginItem<typeof ZarinpalConfiguration> implements PaymentGatewayType {
  static override readonly name = 'zarinpal'
  static override readonly pluginType = PaymentGatewayType
  static override readonly configuration = ZarinpalConfiguration
  async createPayment(amount: number): Promise<string> {
    expectTypeOf(this.config.merchantId).toEqualTypeOf<string>()
    expectTypeOf(this.config.sandbox).toEqualTypeOf<boolean>()
    // @ts-expect-error -- no field of the schema.
    void this.config.merchant
    return String(amount)
  }
}

// @ts-expect-error -- a method of the contract is missing.
export class Incomplete extends BasePluginItem implements PaymentGatewayType {
  static override readonly name = 'incomplete'
}

registerPluginType({ interface: PaymentGatewayType })
registerPluginItem({ pluginClass: ZarinpalGateway })
// @ts-expect-error -- a text is no class.
registerPluginType({ interface: 'PaymentGatewayType' })
// @ts-expect-error -- a method's kind.
registerPluginType({ interface: PaymentGatewayType, methods: { createPayment: 'twice' } })

expectTypeOf(getPluginInstance(PaymentGatewayType)).toEqualTypeOf<PaymentGatewayType | null>()
expectTypeOf(getPluginInstance('payment_gateway', 'apps.payments')).toEqualTypeOf<unknown>()
expectTypeOf(getPluginInstanceById(PaymentGatewayType, 'id')).toEqualTypeOf<Promise<PaymentGatewayType | null>>()
expectTypeOf(getActivePlugins(PaymentGatewayType)[0]!.loadInstance()).toEqualTypeOf<Promise<PaymentGatewayType>>()

expectTypeOf(createPlugin(ZarinpalGateway, { config: {} })).toEqualTypeOf<Promise<ZarinpalGateway>>()

class Hooked extends BasePluginItem {
  static override readonly name = 'hooked'
  override onTest(): void {}
}
createPlugin(Hooked)
export class Misused extends BasePluginItem {
  static override readonly name = 'misused'
  // @ts-expect-error -- a hook takes nothing.
  override onDispose(when: Date): void {
    void when
  }
}

// The new way takes the old classes.
const board = createBoard({ ...registered(), store: sqlite(':memory:') })
expectTypeOf(board.get(PaymentGatewayType)).toEqualTypeOf<PaymentGatewayType>()
expectTypeOf(board.use(PaymentGatewayType)).toEqualTypeOf<Handle<PaymentGatewayType>>()
createBoard({ plugins: [ZarinpalGateway], store: sqlite(':memory:') })
