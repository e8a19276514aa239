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

/** The name of a PostgreSQL schema, checked: it goes into SQL as it is. */
export function schemaName(schema: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/i.test(schema) && !/^pg_/i.test(schema)) return schema
  throw new InvalidInputError([
    {
      pointer: '/schema',
      message: `'${schema}' can't be the name of a schema. Use 1 to 63 letters, digits and _, not starting with a digit or with pg_`,
    },
  ])
}
