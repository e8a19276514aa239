import type { Attributes, Meter } from '@opentelemetry/api'
import type { TracedMessages } from '../runtime/index.ts'
import { errorAttributes, instanceAttributes, onEvent, onStage } from './otel-channels.ts'
import { attributes, instruments } from './otel-names.ts'

/** Seconds; those that the semantic conventions advise for calls over HTTP. */
const explicitBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Counts what the channels tell, until it is told to stop. */
export function followMetrics(meter: Meter): () => void {
  const failovers = meter.createCounter(instruments.failovers, {
    unit: '{failover}',
    description: 'Calls that moved on from an instance that failed.',
  })
  const ejections = meter.createCounter(instruments.ejections, {
    unit: '{ejection}',
    description: 'Instances taken out of service in this process.',
  })
  const unloadable = meter.createCounter(instruments.unloadable, {
    unit: '{instance}',
    description: 'Instances that could not be built.',
  })
  const stale = meter.createUpDownCounter(instruments.stale, {
    unit: '{board}',
    description: 'Boards that serve their last snapshot, since the database can not be read.',
  })
  const stops = [
    durationOf(meter, 'plugboard.call', instruments.callDuration, 'How long calls take, every attempt included.', (message) => ({
      [attributes.method]: message.method,
      [attributes.outcome]: message.outcome,
    })),
    durationOf(meter, 'plugboard.attempt', instruments.attemptDuration, 'How long attempts take.', (message) => ({
      [attributes.method]: message.method,
      [attributes.outcome]: message.outcome,
      ...instanceAttributes(message.instance),
    })),
    durationOf(meter, 'plugboard.build', instruments.buildDuration, 'How long building an object takes.', (message) =>
      instanceAttributes(message.instance),
    ),
    onEvent('failover', ({ type, method, from }) =>
      failovers.add(1, { [attributes.type]: type, [attributes.method]: method, ...instanceAttributes(from) }),
    ),
    onEvent('ejected', ({ type, instance, by }) =>
      ejections.add(1, { [attributes.type]: type, [attributes.ejectedBy]: by, ...instanceAttributes(instance) }),
    ),
    onEvent('unloadable', ({ type, instance, reason }) =>
      unloadable.add(1, { [attributes.type]: type, [attributes.reason]: reason, ...instanceAttributes(instance) }),
    ),
    onEvent('stale', () => stale.add(1)),
    onEvent('fresh', () => stale.add(-1)),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function durationOf<N extends 'plugboard.call' | 'plugboard.attempt' | 'plugboard.build'>(
  meter: Meter,
  channel: N,
  name: string,
  description: string,
  more: (message: TracedMessages[N]) => Attributes,
): () => void {
  const histogram = meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries } })
  const began = new WeakMap<object, number>()
  const stops = [
    onStage(channel, 'start', (message) => void began.set(message, performance.now())),
    onStage(channel, 'asyncEnd', (message) => {
      const start = began.get(message)
      // It began before anybody listened.
      if (start === undefined) return
      const all = { [attributes.type]: message.type, ...more(message), ...errorAttributes(message) }
      histogram.record((performance.now() - start) / 1_000, all)
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
