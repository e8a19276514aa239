import { quote } from '../errors/index.ts'

/** The longest a timer can wait for, in milliseconds: 24.8 days. One that is set to more strikes at once. */
const longest: number = 2 ** 31 - 1

/** What is wrong with a number of milliseconds that a timer is to count; `undefined` where nothing is. */
export function durationProblem(value: unknown, least: number): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least)
    return `is ${quote(value)}, not a number of milliseconds of at least ${least}`
  return value > longest ? `is ${value}; a timer counts at most ${longest} milliseconds (24.8 days)` : undefined
}
