import { InvalidArgumentError } from 'commander'

/** Reads a whole number from an option; bounds are the library's business. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('It takes a whole number.')
  return value
}
