/**
 * What failover may do with a method.
 *
 * - `once`: it has an effect that must not happen twice. It goes to another instance only when the first certainly did not act,
 *   which its plugin says by throwing `Unavailable`.
 * - `repeatable`: it may be tried again elsewhere after any error but `Rejected`.
 */
export type MethodKind = 'once' | 'repeatable'

/** The names of the methods that `T` requires; optional ones (the hooks) and plain properties are left out. */
export type MethodName<T> = {
  [K in keyof T]-?: undefined extends T[K] ? never : T[K] extends (...args: never) => unknown ? K : never
}[keyof T]

/** The names that belong to the library: a contract that declares one is refused. */
export type HookName = 'onStart' | 'onTest' | 'onDispose'
/** What every plugin has of its own. */
type PluginMember = 'config' | 'instance' | 'signal'
type Reserved<T> = Extract<MethodName<T>, HookName | PluginMember>

/**
 * Says for every method of the contract `T` what failover may do with it. Complete and exact: a missing or misspelt name is a compile error,
 * and so is a contract that declares what belongs to plugins (`onStart`, `onTest`, `onDispose`, `config`, `instance`, `signal`).
 *
 * @example
 * static readonly methods: Methods<PaymentGateway> = { charge: 'once', refund: 'repeatable' }
 */
export type Methods<T> = [Reserved<T>] extends [never]
  ? { readonly [K in MethodName<T>]: MethodKind }
  : { readonly 'a contract must not declare what belongs to plugins': Reserved<T> }

/** A contract's methods as they are: synchronous ones stay synchronous. What is optional or no method may be missing on a plugin, so it is left out. */
export type DirectHandle<T> = { readonly [K in MethodName<T>]: T[K] }

/**
 * A contract's methods, each call of which goes to what is selected now. A method that gives a promise or an async iterable keeps its exact type,
 * generics included; any other gives a promise of its result.
 */
export type Handle<T> = {
  // Asked of the result alone: a generic `<V>(value: V) => V` would count as one that gives a promise otherwise.
  readonly [K in MethodName<T>]: T[K] extends (...args: infer A) => infer R
    ? [R] extends [Promise<unknown> | AsyncIterable<unknown>]
      ? T[K]
      : (...args: A) => Promise<Awaited<R>>
    : never
}
