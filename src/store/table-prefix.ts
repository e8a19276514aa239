import { InvalidInputError } from '../errors/index.ts'

/** A prefix for table names, checked: it goes into SQL as it is, and the longest index name must fit PostgreSQL's 63 bytes. */
export function tablePrefix(prefix: string): string {
  if (/^[a-z][a-z0-9_]{0,29}$/i.test(prefix) && !/^(sqlite|pg)_/i.test(prefix)) return prefix
  throw new InvalidInputError([
    {
      pointer: '/prefix',
      message: `'${prefix}' can't stand before table names. Use 1 to 30 letters, digits and _, starting with a letter, not with sqlite_ or pg_`,
    },
  ])
}
