import { PlugboardError } from './plugboard-error.ts'

/** One thing wrong with a value, at an RFC 6901 pointer into it. */
export interface ConfigIssue {
  /** RFC 6901, `''` for the whole: `/baseUrl`, `/servers/0/host`. */
  readonly pointer: string
  readonly message: string
}

/** Thrown when a config does not fit its plugin's schema, or can't be carried by JSON. Nothing was written. */
export class ConfigInvalidError extends PlugboardError {
  static override readonly code: string = 'config_invalid'
  readonly plugin: string
  readonly issues: readonly ConfigIssue[]
  constructor(plugin: string, issues: readonly ConfigIssue[]) {
    const lines = issues.map((issue) => `\n  - ${issue.pointer || '(whole config)'}: ${issue.message}`)
    super(`The config of '${plugin}' is not valid: ${issues.length} to mend.${lines.join('')}`)
    this.plugin = plugin
    this.issues = issues
  }
}

/** Thrown when something other than a config is out of bounds: a name, a priority, a status, tags. Nothing was written. */
export class InvalidInputError extends PlugboardError {
  static override readonly code: string = 'invalid_input'
  readonly issues: readonly ConfigIssue[]
  constructor(issues: readonly ConfigIssue[]) {
    const lines = issues.map((issue) => `${issue.pointer}: ${issue.message}`)
    super(`Not accepted: ${lines.join('; ')}`)
    this.issues = issues
  }
}
