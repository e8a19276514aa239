/** Where a class came from, for messages: on the class itself, so that two copies of the library read the same. */
const brand: unique symbol = Symbol.for('plugboard.origin') as never

/** The package a plugin class was loaded from, with its version; `undefined` where it was named in code. */
export function originOf(value: unknown): string | undefined {
  const own = typeof value === 'function' && Object.hasOwn(value, brand) ? (value as { readonly [brand]?: unknown })[brand] : undefined
  return typeof own === 'string' ? own : undefined
}

/** Notes the package a class was loaded from; the first one stays. */
export function setOrigin(value: object, origin: string): void {
  if (!Object.hasOwn(value, brand) && Object.isExtensible(value)) Object.defineProperty(value, brand, { value: origin })
}

/** The name of a class, with the package it was loaded from. */
export function nameWithOrigin(value: { readonly name: string }): string {
  const origin = originOf(value)
  return origin === undefined ? value.name : `${value.name} (of ${origin})`
}
