import { PlugboardError } from './plugboard-error.ts'

/** Thrown when a write names a revision that is no longer the current one. `current` is the row as it stands now. */
export class StaleWriteError<T = unknown> extends PlugboardError {
  static override readonly code: string = 'stale_write'
  readonly expected: number
  readonly actual: number
  readonly current: T
  constructor(what: string, expected: number, actual: number, current: T) {
    super(`${what} was changed by somebody else: you saw revision ${expected}, it is at ${actual}. Read it again, then repeat your change.`)
    this.expected = expected
    this.actual = actual
    this.current = current
  }
}

/** Thrown when a plugin already has a live instance of this name. */
export class DuplicateNameError extends PlugboardError {
  static override readonly code: string = 'duplicate_name'
  constructor(
    readonly plugin: string,
    readonly instanceName: string,
  ) {
    super(`'${plugin}' already has an instance named '${instanceName}'. Choose another name.`)
  }
}

/** Thrown when an operation is called without saying who acts. */
export class ActorRequiredError extends PlugboardError {
  static override readonly code: string = 'actor_required'
  constructor() {
    super("Every change needs an actor for the history: pass { actor: { id: 'u42', name: 'Ada' } }.")
  }
}

/** Thrown when a save was built on trial and that failed. Nothing was written; pass `force` to save all the same. */
export class TrialBuildError extends PlugboardError {
  static override readonly code: string = 'trial_build_failed'
  constructor(instance: string, cause: Error) {
    super(`'${instance}' was not saved: built on trial, it failed. ${cause.message} Mend it, or save with { force: true }.`, { cause })
  }
}

/** Thrown when the named thing is in a state that does not allow the operation. */
export class ConflictError extends PlugboardError {
  static override readonly code: string = 'conflict'
}

/** Thrown when a stored secret would be kept while a value it is bound to changes: it could be sent somewhere else. Nothing was written or sent. */
export class SecretReentryRequiredError extends PlugboardError {
  static override readonly code: string = 'secret_reentry_required'
  readonly secrets: readonly { readonly secret: string; readonly changed: readonly string[] }[]
  constructor(instance: string, secrets: SecretReentryRequiredError['secrets']) {
    const lines = secrets.map((each) => `'${each.secret}' (because ${each.changed.join(', ')} changes)`)
    super(`'${instance}' was not saved: enter ${lines.join(' and ')} again, so that a stored secret is never sent to another place.`)
    this.secrets = secrets
  }
}

/** Thrown by `sync({ prune: true })` where it would remove configured instances and `force` is not set. Nothing was written. */
export class PruneRefusedError extends PlugboardError {
  static override readonly code: string = 'prune_refused'
  /** What holds them, and their names. */
  readonly held: readonly { readonly plugin: string; readonly instances: readonly string[] }[]
  constructor(held: PruneRefusedError['held']) {
    const lines = held.map((each) => `\n  - ${each.plugin}: ${each.instances.join(', ')}`)
    super(
      `Nothing was pruned: configured instances would be removed. Deploy their code, or sync with { prune: true, force: true }; they can be restored.${lines.join('')}`,
    )
    this.held = held
  }
}
