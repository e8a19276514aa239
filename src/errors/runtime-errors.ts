import { PlugboardError } from './plugboard-error.ts'
import { messageOf } from './selection-errors.ts'

/** Why an instance can't be built. */
export type UnloadableReason =
  | 'code_missing'
  | 'needs_config'
  | 'config_invalid'
  | 'config_newer'
  | 'migration_failed'
  | 'cannot_decrypt'
  | 'reference_unresolved'
  | 'build_failed'
  | 'deadline'

/** Thrown when one instance can't be built; selection passes it over. `cause` is what went wrong. */
export class InstanceUnloadableError extends PlugboardError {
  static override readonly code: string = 'unloadable'
  readonly instanceId: string
  readonly reason: UnloadableReason
  constructor(instance: { readonly id: string; readonly name: string }, reason: UnloadableReason, cause: unknown) {
    const said = cause === undefined ? '' : ` ${messageOf(cause)}`
    super(
      `The instance '${instance.name}' can't be used: ${
        {
          code_missing: 'its plugin is not registered in this process. Deploy the code, or remove the instance.',
          needs_config: 'it has no config yet. Fill it in.',
          config_invalid: 'its config does not fit its schema any more.',
          config_newer: 'its config is of a newer release.',
          migration_failed: 'its config is of an older release, and a step to this one failed.',
          cannot_decrypt: 'its config can not be opened.',
          reference_unresolved: 'what one of its secrets refers to can not be had.',
          build_failed: 'building it failed.',
          deadline: 'building it took too long.',
        }[reason]
      }${said}`,
      { cause },
    )
    this.instanceId = instance.id
    this.reason = reason
  }
}

/** Thrown when something of a plugin's did not end in its time. */
export class DeadlineError extends PlugboardError {
  static override readonly code: string = 'deadline'
  /** Milliseconds it was given. */
  readonly deadline: number
  constructor(what: string, deadline: number) {
    super(`${what} did not end within ${deadline} ms.`)
    this.deadline = deadline
  }
}

/** Thrown where the library is used in a way that can't work, whatever the data: a plugin constructed by hand, a method iterated that gives no stream. */
export class MisuseError extends PlugboardError {
  static override readonly code: string = 'misuse'
}
