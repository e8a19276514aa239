import { PlugboardError } from './plugboard-error.ts'

/** What a plugin is tested for. */
export type PluginRule = 'registration' | 'config' | 'start' | 'round_trip' | 'secrets' | 'dispose' | 'deadline'

/** One thing that is wrong with a plugin under test. */
export interface PluginProblem {
  readonly rule: PluginRule
  /** What is wrong, and what to do. It shows no secret. */
  readonly message: string
}

/** Thrown by `testPlugin` with everything that is wrong with the plugin, not only the first thing. */
export class PluginTestError extends PlugboardError {
  static override readonly code: string = 'plugin_test'
  readonly problems: readonly PluginProblem[]

  constructor(plugin: string, problems: readonly PluginProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
    super(`The plugin ${plugin} has ${count}.\n${problems.map(({ rule, message }) => `  - ${rule}: ${message}`).join('\n')}`)
    this.problems = problems
  }
}
