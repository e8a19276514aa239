import { InvalidInputError } from '../errors/index.ts'

/** @throws InvalidInputError where it is not a whole number within the bounds. */
export function checkCount(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new InvalidInputError([{ pointer: `/${name}`, message: `${String(value)} is not a whole number from ${least} to ${most}` }])
}
