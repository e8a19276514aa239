import type { Hooks, PluginContext } from './instance-view.ts'
import type { Methods } from './methods.ts'
import type { Selector, Strategy } from './selector.ts'

/** Marks the class `PluginType()` made, across copies of the library. */
export const typeBrand: unique symbol = Symbol.for('plugboard.type') as never

/** How instances whose calls fail again and again are passed over for a while, in each process by itself. */
export interface EjectionOptions {
  /** So many calls in a row must fail. An integer of at least 1, default 5. */
  readonly consecutiveFailures?: number
  /** Milliseconds of the first ejection; the second takes twice as long, and so on. Default 30,000. */
  readonly baseTime?: number
  /** Milliseconds that none takes longer than, `jitter` aside. Default 300,000. */
  readonly maxTime?: number
  /** Share of the time that is added at random, 0 to 1. Default 0.1. */
  readonly jitter?: number
  /** Share of a type's usable instances that may be out at the same time, 0 to 1; one always may, and never the last one. Default 0.5. */
  readonly maxShare?: number
}

/** What a contract says of itself beside its methods. */
export interface PluginTypeOptions<Context = undefined> {
  /** For people. Default: the key. */
  readonly label?: string
  /** For people: what answers this contract, in a sentence or two. Default `''`. */
  readonly description?: string
  /** Keys this type had in earlier releases. Rows stored under them still match. */
  readonly aliases?: readonly string[]
  /** How instances are selected. Default `'priority'`. */
  readonly select?: Selector<Context>
  /** Among these operators may choose another one than `select`, while the application runs. Default: none. */
  readonly strategies?: readonly Strategy<Context>[]
  /** Milliseconds for a whole call of a handle or `run`, every attempt included. Default: no end. */
  readonly deadline?: number
  /** Milliseconds for each attempt; a `repeatable` call then goes to the next instance. Default: as long as the whole call may take. */
  readonly attemptDeadline?: number
  /** How failing instances are ejected; `false`: by hand alone. */
  readonly ejection?: EjectionOptions | false
}

/** A contract's definition, as the registry reads it. */
export interface TypeDefinition<Context = undefined> extends PluginTypeOptions<Context> {
  readonly key: string
}

/** The static side every contract has. */
export interface TypeStatics<Context = undefined> {
  readonly key: string
  readonly label: string
  readonly contract: TypeDefinition<Context>
}

/** What `PluginType()` gives: a base class to declare abstract methods on. */
export type PluginTypeBase<Context = undefined> = (abstract new (context: PluginContext) => Hooks) & TypeStatics<Context>

/** Any contract class, its methods declared or not. */
export type AnyType<T extends Hooks = Hooks, Context = never> = (abstract new (context: never) => T) & TypeStatics<Context>

/** A contract class the board accepts: with `methods`. */
export type Contract<T extends Hooks = Hooks, Context = never> = AnyType<T, Context> & { readonly methods: Methods<T> }

/** A contract class of any methods. */
export type AnyContract = AnyType & { readonly methods: object }

/**
 * Makes the base class of a contract.
 *
 * @param key Names the type in the database and everywhere else. Stable: moving or renaming the class loses nothing.
 *   1 to 100 of `a-z A-Z 0-9 . _ -`, starting with a letter or digit.
 * @example
 * export abstract class PaymentGateway extends PluginType('payment-gateway', { label: 'Payment gateways' }) {
 *   static readonly methods: Methods<PaymentGateway> = { charge: 'once', refund: 'repeatable' }
 *   abstract charge(order: Order): Promise<Receipt>
 *   abstract refund(receipt: Receipt): Promise<void>
 * }
 */
export function PluginType<Context = undefined>(key: string, options: PluginTypeOptions<Context> = {}): PluginTypeBase<Context> {
  const definition: TypeDefinition<Context> = Object.freeze({ ...options, key })
  abstract class ContractBase {
    static readonly key: string = key
    static readonly label: string = options.label ?? key
    static readonly contract: TypeDefinition<Context> = definition
  }
  Object.defineProperty(ContractBase, typeBrand, { value: definition })
  // The hooks are optional members that plugins add; the class itself declares none, so that it stays structurally empty.
  return ContractBase
}
