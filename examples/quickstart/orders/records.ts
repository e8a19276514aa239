import type { OrderProblem } from './orders-file-error.ts'

/** One entry of a file before it is known to be an order. */
export interface OrderRecord {
  /** `line 12` of a CSV file, `order 3` of a JSON one. */
  readonly where: string
  readonly value: unknown
}

/** What a file holds, in its order; what can't even be read as an entry is a problem. */
export type Records = readonly (OrderRecord | OrderProblem)[]
