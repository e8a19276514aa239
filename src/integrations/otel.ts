import { metrics, trace, type MeterProvider, type TracerProvider } from '@opentelemetry/api'
import { release } from '../release.ts'
import { followMetrics } from './otel-metrics.ts'
import { followSpans } from './otel-spans.ts'

/** Where spans and metrics go. */
export interface InstrumentOptions {
  /** Default: the global one. `false`: no spans. */
  readonly tracerProvider?: TracerProvider | false
  /** Default: the global one. `false`: no metrics. */
  readonly meterProvider?: MeterProvider | false
}

/** Spans and metrics being made. */
export interface Instrumentation extends Disposable {
  /** Makes no more of them. A second call does nothing. */
  stop(): void
}

/**
 * Makes OpenTelemetry spans and metrics of what every board in this process does: a span for each call, with one for each attempt beneath it, which is the
 * active one while the plugin's method runs, so that its own requests are nested in it. Call it once, after the SDK has started: a meter that was asked for
 * before it counts nothing.
 *
 * Made of the channels in docs/reference/channels.md, as the instrumentation of undici is.
 *
 * @example
 * new NodeSDK({ … }).start()
 * instrument()
 */
export function instrument({ tracerProvider, meterProvider }: InstrumentOptions = {}): Instrumentation {
  const stops: (() => void)[] = []
  if (tracerProvider !== false) stops.push(followSpans((tracerProvider ?? trace).getTracer('plugboard', release)))
  if (meterProvider !== false) stops.push(followMetrics((meterProvider ?? metrics).getMeter('plugboard', release)))
  const stop = (): void => {
    for (const each of stops.splice(0)) each()
  }
  return { stop, [Symbol.dispose]: stop }
}
