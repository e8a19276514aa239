import { typeBrand, type Hooks, type TypeDefinition } from '../contract/index.ts'
import { typeOf } from './class-form.ts'

/**
 * What a contract extended in django-plugin-system. `static name` is its key, `static description` is for people, and `static methods` says what failover
 * may do, as for `PluginType()`.
 *
 * @deprecated Extend `PluginType(key, { label, description })`.
 * @example
 * abstract class PaymentGatewayType extends BasePluginType {
 *   static override readonly name = 'payment_gateway'
 *   static readonly methods: Methods<PaymentGatewayType> = { createPayment: 'once' }
 *   abstract createPayment(amount: number): Promise<string>
 * }
 */
export abstract class BasePluginType implements Hooks {
  static readonly description: string = ''

  static get key(): string {
    return this.contract.key
  }
  static get label(): string {
    return this.contract.label ?? this.contract.key
  }
  static get contract(): TypeDefinition {
    return typeOf(this)
  }
  /** @internal What `PluginType()` writes on a class: the board takes one that extends this for a contract too. */
  static get [typeBrand](): TypeDefinition | undefined {
    return this === BasePluginType ? undefined : typeOf(this)
  }

  // Plugins may add them; nothing of them is here at run time.
  onStart?(): void | Promise<void>
  onTest?(): void | Promise<void>
  onDispose?(): void | Promise<void>
}
