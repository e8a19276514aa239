/** One thing wrong in an orders file. */
export interface OrderProblem {
  /** Where: `line 12`, `order 3`, `the file`. */
  readonly where: string
  readonly message: string
}

/** Thrown when an orders file can't be used; lists every problem. Nothing was sent. */
export class OrdersFileError extends Error {
  readonly code = 'orders_file'
  readonly problems: readonly OrderProblem[]
  constructor(file: string, problems: readonly OrderProblem[]) {
    const lines = problems.map((problem) => `\n  ${problem.where}: ${problem.message}`)
    super(`${file}: ${problems.length === 1 ? 'one problem' : `${problems.length} problems`}, so nothing was sent.${lines.join('')}`)
    this.name = 'OrdersFileError'
    this.problems = problems
  }
}
