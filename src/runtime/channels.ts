import { channel, tracingChannel, type Channel, type TracingChannel } from 'node:diagnostics_channel'
import type { MethodKind } from '../contract/index.ts'
import type { EventInstance, EventName } from './events.ts'
import type { Failure } from './failover-rule.ts'

/** How a call or an attempt ended: `ok`, how it failed, or `none_left` where no instance was left to try. */
export type Outcome = 'ok' | Failure | 'none_left'

/** A call of a handle's method, or a `board.run`: one object from its start to its end. It holds neither arguments nor results. */
export interface CallMessage {
  /** Key of the type. */
  readonly type: string
  /** `run` for `board.run`. */
  readonly method: string
  readonly kind: MethodKind
  /** Attempts begun so far. */
  readonly attempts: number
  /** That was tried last; at the end of a call that succeeded, the one that answered. */
  readonly instance: EventInstance | undefined
  /** Once it has ended. */
  readonly outcome: Outcome | undefined
  /** What was thrown, the secrets of the config taken out. */
  readonly error?: unknown
}

/** One instance tried for a call; building it, where it is not at hand, is a part of it. */
export interface AttemptMessage {
  readonly call: CallMessage
  readonly type: string
  readonly method: string
  /** From 1. */
  readonly number: number
  readonly instance: EventInstance
  readonly outcome: Outcome | undefined
  readonly error?: unknown
}

/** An object being built from a stored instance, or disposed. */
export interface ObjectMessage {
  readonly type: string
  readonly instance: EventInstance
  readonly error?: unknown
}

/** A sync of the database with the code. */
export interface SyncMessage {
  readonly mode: 'create' | 'update'
  readonly dryRun: boolean
  /** Once it has ended: whether anything was, or would be, written. */
  readonly changed: boolean | undefined
  readonly error?: unknown
}

/** A look for what others have written. */
export interface RefreshMessage {
  /** The revision served before; `undefined` at the first load. */
  readonly from: number | undefined
  /** Once it has ended: the revision known now, and the keys of the types it is about. */
  readonly revision: number | undefined
  readonly types: readonly string[]
  readonly error?: unknown
}

/**
 * What the tracing channels of `node:diagnostics_channel` carry, by name. Beside them each event of the board is published on the channel
 * `plugboard.<event>`, with the fields of `BoardEvents`.
 *
 * @example
 * tracingChannel<unknown, TracedMessages['plugboard.call']>('plugboard.call').subscribe({ asyncEnd: ({ method, outcome }) => count(method, outcome) })
 */
export interface TracedMessages {
  readonly 'plugboard.call': CallMessage
  readonly 'plugboard.attempt': AttemptMessage
  readonly 'plugboard.build': ObjectMessage
  readonly 'plugboard.dispose': ObjectMessage
  readonly 'plugboard.sync': SyncMessage
  readonly 'plugboard.refresh': RefreshMessage
}

const traced = <N extends keyof TracedMessages>(name: N): TracingChannel<unknown, TracedMessages[N]> => tracingChannel(name)

// Kept here: Node forgets a channel that nobody holds.
export const callChannel: TracingChannel<unknown, CallMessage> = traced('plugboard.call')
export const attemptChannel: TracingChannel<unknown, AttemptMessage> = traced('plugboard.attempt')
export const buildChannel: TracingChannel<unknown, ObjectMessage> = traced('plugboard.build')
export const disposeChannel: TracingChannel<unknown, ObjectMessage> = traced('plugboard.dispose')
export const syncChannel: TracingChannel<unknown, SyncMessage> = traced('plugboard.sync')
export const refreshChannel: TracingChannel<unknown, RefreshMessage> = traced('plugboard.refresh')

const { start, end, asyncStart, asyncEnd, error } = callChannel
const { start: tries, end: tryEnd, asyncStart: triedStart, asyncEnd: tried, error: tryError } = attemptChannel

/** Whether somebody follows calls or attempts. Asked at each call: it costs no look-up and makes nothing. */
export function areCallsTraced(): boolean {
  return (
    start.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers ||
    tries.hasSubscribers ||
    tried.hasSubscribers ||
    tryError.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers ||
    tryEnd.hasSubscribers ||
    triedStart.hasSubscribers
  )
}

/** The channel of each event. */
export const eventChannels: { readonly [N in EventName]: Channel } = {
  change: channel('plugboard.change'),
  selected: channel('plugboard.selected'),
  failover: channel('plugboard.failover'),
  unloadable: channel('plugboard.unloadable'),
  ejected: channel('plugboard.ejected'),
  recovered: channel('plugboard.recovered'),
  stale: channel('plugboard.stale'),
  fresh: channel('plugboard.fresh'),
  health: channel('plugboard.health'),
  disposalFailed: channel('plugboard.disposalFailed'),
}
