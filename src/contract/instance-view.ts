/** What an operator set an instance to. Order matters: ACTIVE is selected before RESERVED, DISABLED never. */
export type InstanceStatus = 'active' | 'reserved' | 'disabled'

/** A plugin's view of the row it was built from. Live: it follows a rename or a change of status without a rebuild. */
export interface InstanceView {
  /** UUID, stable for the life of the row. */
  readonly id: string
  readonly name: string
  readonly status: InstanceStatus
  readonly tags: readonly string[]
}

/** What the board hands to a plugin's constructor. A plugin reads it as `this.config`, `this.instance` and `this.signal`. */
export interface PluginContext<Config = unknown> {
  readonly config: Config
  readonly instance: InstanceView
  /** Aborted when the object is retired: replaced, disabled, removed, or the board closes. */
  readonly signal: AbortSignal
}

/** What a plugin may declare beside its contract's methods. */
export interface Hooks {
  /** Awaited once after construction, before the object is used. Throwing makes the instance unloadable. */
  onStart?(): void | Promise<void>
  /** The operator's "Test": throw to say what is wrong. */
  onTest?(): void | Promise<void>
  /** Called exactly once, when nothing uses the object any more. */
  onDispose?(): void | Promise<void>
}
