import { PlugboardError } from './plugboard-error.ts'

/** Thrown when the board is asked before `await board.ready()` has finished. */
export class NotReadyError extends PlugboardError {
  static override readonly code: string = 'not_ready'
  constructor() {
    super('The board is not ready. Await board.ready() once at start-up, before the first synchronous call.')
  }
}

/** Thrown when the board is asked after `board.close()`. */
export class BoardClosedError extends PlugboardError {
  static override readonly code: string = 'board_closed'
  constructor() {
    super('The board is closed. Create another one, or close it later.')
  }
}

/** Thrown when no instance of a type can be selected. `passedOver` says why each one was not. */
export class NoInstanceError extends PlugboardError {
  static override readonly code: string = 'no_instance'
  readonly type: string
  readonly passedOver: readonly { readonly id: string; readonly name: string; readonly reason: string }[]

  constructor(type: string, passedOver: NoInstanceError['passedOver'] = [], options?: ErrorOptions) {
    const why = passedOver.map((each) => `\n  - ${each.name}: ${each.reason}`).join('')
    super(
      passedOver.length === 0
        ? `No active instance of '${type}'. Run plugboard sync if it was never synced; to create one, run: plugboard instance create ${type} <plugin> --name <name> --status active`
        : `No instance of '${type}' can be selected. Enable or mend one; plugboard explain ${type} tells more.${why}`,
      options,
    )
    this.type = type
    this.passedOver = passedOver
  }
}

/** Thrown when an id names no instance the caller may have: unknown, malformed, of another type, or disabled. */
export class InstanceNotFoundError extends PlugboardError {
  static override readonly code: string = 'instance_not_found'
  readonly id: string
  readonly reason: 'unknown' | 'malformed' | 'other_type' | 'disabled' | 'removed'

  constructor(id: unknown, reason: InstanceNotFoundError['reason'], type?: string) {
    const of = type === undefined ? '' : ` of '${type}'`
    const quoted = quote(id)
    super(
      {
        unknown: `No instance${of} has the id ${quoted}. Run plugboard list to see the ids.`,
        malformed: `${quoted} is not an instance id: ids are UUIDs. Run plugboard list to see them.`,
        other_type: `The instance ${quoted} exists, but is not one${of}.`,
        disabled: `The instance ${quoted}${of} is disabled. Enable it, or pass { allowDisabled: true }.`,
        removed: `The instance ${quoted}${of} was removed. Restore it first.`,
      }[reason],
    )
    this.id = typeof id === 'string' ? id : quoted
    this.reason = reason
  }
}

/** Thrown when a class or key names no plugin type of this board. */
export class UnknownTypeError extends PlugboardError {
  static override readonly code: string = 'unknown_type'
  readonly type: string
  constructor(type: string, known: readonly string[]) {
    super(
      `The board has no plugin type '${type}'. ${known.length === 0 ? 'It has none at all' : `It has: ${known.join(', ')}`}. ` +
        'Give its plugins to createBoard({ plugins }), or the type itself to createBoard({ types }).',
    )
    this.type = type
  }
}

/** Thrown when a key names no registered plugin of a type. */
export class UnknownPluginError extends PlugboardError {
  static override readonly code: string = 'unknown_plugin'
  readonly type: string
  readonly plugin: string
  constructor(type: string, plugin: string, known: readonly string[]) {
    super(`'${type}' has no plugin '${plugin}'. ${known.length === 0 ? 'It has none' : `It has: ${known.join(', ')}`}.`)
    this.type = type
    this.plugin = plugin
  }
}

/** Thrown by `get` and `find` where the type's selector needs a context or is asynchronous. */
export class SelectionNeedsContextError extends PlugboardError {
  static override readonly code: string = 'selection_needs_context'
  readonly type: string
  constructor(type: string) {
    super(
      `Selection of '${type}' needs a context or is asynchronous, so get() can't answer. ` +
        'Use await board.resolve(Type, { context }), board.use(Type, { context }) or board.run(Type, work, { context }).',
    )
    this.type = type
  }
}

/** Thrown when a selector function returns something that is not one of the candidates it was given. */
export class SelectionRefusedError extends PlugboardError {
  static override readonly code: string = 'selection_refused'
  readonly type: string
  constructor(type: string, returned: unknown) {
    super(
      `The selector of '${type}' returned ${quote(returned)}, which is not one of its candidates. Return one of { candidates }, or null for none.`,
    )
    this.type = type
  }
}

/** One try of a call: which instance, what happened. */
export interface Attempt {
  readonly instanceId: string
  readonly instanceName: string
  readonly plugin: string
  readonly error: unknown
  /** Milliseconds from the start of this attempt to its failure. */
  readonly durationMs: number
}

/** Thrown by a handle or `run` when every instance that could be tried has failed. */
export class AllInstancesFailedError extends PlugboardError {
  static override readonly code: string = 'all_instances_failed'
  readonly type: string
  readonly method: string
  readonly attempts: readonly Attempt[]
  constructor(type: string, method: string, attempts: readonly Attempt[]) {
    const lines = attempts.map((each) => `\n  - ${each.instanceName} (${each.plugin}): ${messageOf(each.error)}`)
    super(`Every instance of '${type}' failed at ${method}(), ${attempts.length} tried.${lines.join('')}`, {
      cause: attempts.at(-1)?.error,
    })
    this.type = type
    this.method = method
    this.attempts = attempts
  }
}

/** What an unknown thrown value says, for a message. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message
  return `a thrown ${quote(error)}`
}

/** A value as it can stand in a message: short, on one line, and never the insides of an object. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 120 ? `${value.slice(0, 117)}...` : value}'`
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}
