import { side, type Side } from './side.ts'

/**
 * A side that goes through `keys` in turn. Its loop is compiled anew for each side: a loop that sides shared would be slowed for one by the types of another.
 *
 * @param call One iteration, as the text of an expression over `keys[i % count]`, `i` and `use`.
 * @param use Whatever the expression needs beside the keys.
 */
export function freshLoop(name: string, call: string, keys: readonly unknown[], use?: unknown): Side {
  // eslint-disable-next-line typescript/no-implied-eval -- the text stands in this folder, and only so does each side get code of its own.
  const make = new Function(
    'keys',
    'use',
    'count',
    `return (times) => { let sum = 0; for (let i = 0; i < times; i++) sum += ${call}; return sum }`,
  )
  return side(name, make(keys, use, keys.length) as (times: number) => number)
}

/** The same for work that is awaited. */
export function freshAsyncLoop(name: string, call: string, keys: readonly unknown[], use?: unknown): Side {
  // eslint-disable-next-line typescript/no-implied-eval -- as above.
  const make = new Function(
    'keys',
    'use',
    'count',
    `return async (times) => { let sum = 0; for (let i = 0; i < times; i++) sum += await ${call}; return sum }`,
  )
  return side(name, make(keys, use, keys.length) as (times: number) => Promise<number>)
}
