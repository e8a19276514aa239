import { InvalidInputError } from '../../errors/index.ts'

/** The longest time that a timer of Node and a setting of PostgreSQL both take. */
const longest = 2_147_483_647

/** A time to wait, checked: it goes into SQL as it is. */
export function milliseconds(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0 && value <= longest) return value
  throw new InvalidInputError([
    { pointer: `/${option}`, message: `${String(value)} is no time to wait. Give whole milliseconds from 1 to ${longest}` },
  ])
}
