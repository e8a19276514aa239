import { PlugboardError } from './plugboard-error.ts'

/** One thing that is wrong with what the code registers. */
export interface RegistrationProblem {
  /** Stable, for tools: `duplicate_plugin_key`, `method_missing`, … */
  readonly code: string
  /** The class or key it is about. */
  readonly subject: string
  /** What is wrong, and what to do. */
  readonly message: string
}

/** Thrown by `createBoard` with everything that is wrong with the registered types and plugins, not only the first thing. */
export class RegistrationError extends PlugboardError {
  static override readonly code: string = 'registration'
  readonly problems: readonly RegistrationProblem[]

  constructor(problems: readonly RegistrationProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
    const lines = problems.map((problem) => `  - ${problem.subject}: ${problem.message}`)
    super(`The board can't be created: ${count} in what is registered.\n${lines.join('\n')}`)
    this.problems = problems
  }
}
