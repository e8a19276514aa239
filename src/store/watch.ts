/** What a word of change claims. It is a hint, whoever sent it: who gets it looks for themselves. */
export interface ChangeHint {
  /** The database's epoch, where the sender says it. */
  readonly epoch?: string
  /** The board revision that was written, where the sender says it. */
  readonly revision?: number
}

/** Takes a word of change. Never throws. */
export type ChangeListener = (hint: ChangeHint) => void

/** Something that listens until it is closed, and mends itself. */
export interface ChangeWatch {
  /** What it listens to, for messages: `redis (127.0.0.1:6379)`. Holds no password. */
  readonly source: string
  /** Why it hears nothing just now; `undefined` while it listens. */
  readonly problem: unknown
  /** Told where a change was found that this should have heard of: it may look whether it still hears. */
  suspect?(): void
  close(): Promise<void>
}

/** Carries word of changes between processes, beside the database. What it loses, the poll finds. */
export interface Notifier {
  /** For messages. Holds no password. */
  readonly description: string
  /**
   * Opens the channel of one database. Connects on first use, and again by itself. Never throws.
   *
   * @param epoch Of the database: boards on another one share no channel.
   */
  open(epoch: string): NotifierChannel
}

export interface NotifierChannel {
  /** Tells the others, as well as it can: ends once that is done or given up, and never rejects. */
  publish(revision: number): Promise<void>
  /** Listens. Tells a hint without a revision whenever something may have been missed, such as after a connection was lost. */
  listen(changed: ChangeListener): ChangeWatch
  /** Ends what was opened, and nothing that the user handed in. */
  close(): Promise<void>
}
