/** Marks every error of this library, so that `instanceof` holds across two copies of it in one process. */
const brand: unique symbol = Symbol.for('plugboard.error') as never

/**
 * The base of every error this library throws. `code` is stable across releases; match on it, or on the class.
 *
 * `instanceof` compares the code, not the prototype, so an error thrown by a second copy of the library
 * (a bundler's, a nested dependency's) is still recognised.
 */
export abstract class PlugboardError extends Error {
  static readonly code: string = 'plugboard'
  readonly code: string

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = new.target.code
    Object.defineProperty(this, brand, { value: codesOf(new.target) })
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    const own = Object.hasOwn(this, 'code')
    if (!own) return Function.prototype[Symbol.hasInstance].call(this, value)
    const codes = typeof value === 'object' && value !== null ? (value as { [brand]?: readonly string[] })[brand] : undefined
    return codes?.includes(this.code) ?? false
  }
}

/** The codes of a class and of those it extends: a subclass of an error is that error too. */
function codesOf(type: object): readonly string[] {
  const codes: string[] = []
  for (let each: object | null = type; each !== null; each = Object.getPrototypeOf(each) as object | null) {
    const code: unknown = Object.hasOwn(each, 'code') ? (each as { code?: unknown }).code : undefined
    if (typeof code === 'string') codes.push(code)
  }
  return codes
}
