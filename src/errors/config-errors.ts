import { PlugboardError } from './plugboard-error.ts'
import { messageOf } from './selection-errors.ts'

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

/** Thrown when a stored config has a higher version than the code here reads. It is neither used nor written over. */
export class ConfigNewerError extends PlugboardError {
  static override readonly code: string = 'config_newer'
  readonly plugin: string
  /** Version it was written with. */
  readonly stored: number
  /** Version that the code here reads. */
  readonly supported: number
  constructor(plugin: string, stored: number, supported: number) {
    super(
      `The config was written with version ${stored} of '${plugin}'; the code here reads up to version ${supported}. ` +
        'Deploy the newer release here; or roll the instance back to an older entry of its history, or enter its config anew with replaceConfig.',
    )
    this.plugin = plugin
    this.stored = stored
    this.supported = supported
  }
}

/** Thrown when a step of a plugin's `migrate` throws, takes too long, or gives what can't be stored. The row is left as it is. */
export class ConfigMigrationError extends PlugboardError {
  static override readonly code: string = 'config_migration'
  readonly plugin: string
  /** The version whose step failed: it leads from there to the next. */
  readonly from: number
  constructor(plugin: string, from: number, cause: unknown) {
    super(
      `Its config is untouched, and stays at the version it has: the step from version ${from} to ${from + 1} of '${plugin}' has to be mended. ` +
        `It failed: ${messageOf(cause)}`,
      { cause },
    )
    this.plugin = plugin
    this.from = from
  }
}

/**
 * Thrown by `migrateConfigs` while a living process has an older version of a plugin whose configs would be brought forward: it could not build them anew.
 * What was brought forward before stays so.
 */
export class OlderCodeRunsError extends PlugboardError {
  static override readonly code: string = 'older_code_runs'
  readonly processes: readonly {
    readonly host: string
    readonly pid: number
    /** Milliseconds since the epoch. */
    readonly seenAt: number
    /** As `type/plugin`, with the version its code reads. */
    readonly plugins: readonly { readonly plugin: string; readonly version: number }[]
  }[]
  constructor(processes: OlderCodeRunsError['processes']) {
    const lines = processes.map(({ host, pid, plugins }) => {
      return `\n  - ${host}, pid ${pid}: ${plugins.map(({ plugin, version }) => `${plugin} reads up to version ${version}`).join(', ')}`
    })
    super(
      `Not migrated: ${processes.length === 1 ? 'a living process has' : `${processes.length} living processes have`} older code, which can't build what is brought forward. ` +
        `Deploy the new release there and run this again, or pass { force: true }: it then serves on with the objects it has. A process that was killed counts as living for 90 seconds.${lines.join('')}`,
    )
    this.processes = processes
  }
}

/**
 * Why a reference gives no secret. `malformed`, `unknown_scheme`, `not_allowed` and `destination` are about the reference and the board's allow-list; the
 * others are about what it names, as it is now.
 */
export type ReferenceReason =
  | 'malformed'
  | 'unknown_scheme'
  | 'not_allowed'
  | 'destination'
  | 'not_found'
  | 'unreadable'
  | 'not_text'
  | 'too_large'
  | 'failed'
  | 'deadline'

/** A secret field whose reference gives no secret. */
export interface ReferenceProblem {
  /** Path of the secret field: `auth.apiKey`. */
  readonly secret: string
  readonly reason: ReferenceReason
  /** What is wrong, and what to do. It quotes neither a value nor a reference that is not allowed: somebody may have typed a secret there. */
  readonly message: string
}

/** Thrown when a secret is given as a reference that may not be used, or gives nothing now. On a save nothing was written, and nothing was sent. */
export class SecretReferenceError extends PlugboardError {
  static override readonly code: string = 'secret_reference'
  readonly plugin: string
  readonly problems: readonly ReferenceProblem[]
  constructor(plugin: string, problems: readonly ReferenceProblem[]) {
    const lines = problems.map((problem) => `\n  - ${problem.secret}: ${problem.message}`)
    super(`A secret of '${plugin}' can't be had by its reference: ${problems.length} to mend.${lines.join('')}`)
    this.plugin = plugin
    this.problems = problems
  }
}
