import { subscribe, tracingChannel, unsubscribe, type TracingChannelSubscribers } from 'node:diagnostics_channel'
import type { BoardEvents, EventName, TracedMessages } from '../../src/index.ts'

export type Stage = 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error'
export const stages: readonly Stage[] = ['start', 'end', 'asyncStart', 'asyncEnd', 'error']
/** In the order of docs/reference/channels.md; the compiler holds that none is missing. */
export const tracedNames: readonly (keyof TracedMessages)[] = Object.keys({
  'plugboard.call': 1,
  'plugboard.attempt': 1,
  'plugboard.build': 1,
  'plugboard.dispose': 1,
  'plugboard.sync': 1,
  'plugboard.refresh': 1,
} satisfies Record<keyof TracedMessages, 1>) as never
export const eventNames: readonly EventName[] = Object.keys({
  change: 1,
  selected: 1,
  failover: 1,
  unloadable: 1,
  ejected: 1,
  recovered: 1,
  stale: 1,
  fresh: 1,
  health: 1,
  disposalFailed: 1,
} satisfies Record<EventName, 1>) as never

/** One message heard: at which stage, and the message as it was just then. */
export interface Heard<M> {
  readonly stage: Stage
  readonly message: M
  readonly asItWas: M
}

/** Listens to a tracing channel until the end of the block. */
export function listen<N extends keyof TracedMessages>(
  name: N,
  only: readonly Stage[] = stages,
): Disposable & { readonly heard: Heard<TracedMessages[N]>[] } {
  const heard: Heard<TracedMessages[N]>[] = []
  const each = Object.fromEntries(
    only.map((stage) => [stage, (message: TracedMessages[N]) => void heard.push({ stage, message, asItWas: Object.assign({}, message) })]),
  ) as never as TracingChannelSubscribers<TracedMessages[N]>
  const traced = tracingChannel<unknown, TracedMessages[N]>(name)
  traced.subscribe(each)
  return { heard, [Symbol.dispose]: () => traced.unsubscribe(each) }
}

/** Listens to the channel of an event until the end of the block. */
export function listenTo<N extends EventName>(name: N, told: (event: BoardEvents[N]) => void): Disposable {
  const listener = (message: unknown): void => told(message as BoardEvents[N])
  const own = `plugboard.${name}`
  subscribe(own, listener)
  return {
    [Symbol.dispose]: () => {
      unsubscribe(own, listener)
    },
  }
}
