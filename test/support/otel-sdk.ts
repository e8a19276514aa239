import type { Attributes } from '@opentelemetry/api'
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { instrument, type Instrumentation } from '../../src/integrations/otel.ts'

/** An SDK whose exporters keep what they get. */
export class Sdk implements Disposable {
  readonly #spans = new InMemorySpanExporter()
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  readonly tracerProvider: BasicTracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.#spans)] })
  readonly meterProvider: MeterProvider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: this.#metrics, exportIntervalMillis: 1_000_000 })],
  })
  readonly instrumentation: Instrumentation = instrument(this)

  get spans(): ReadableSpan[] {
    return this.#spans.getFinishedSpans()
  }
  span(name: string): ReadableSpan {
    const span = this.spans.find((each) => each.name === name)
    if (span === undefined) throw new Error(`no span ${name} among ${this.spans.map((each) => each.name).join(', ')}`)
    return span
  }
  reset(): void {
    this.#spans.reset()
  }
  /** Everything that was counted, as it would be sent. */
  async everything(): Promise<unknown> {
    await this.meterProvider.forceFlush()
    return this.#metrics.getMetrics()
  }
  /** What a metric has counted: its value, or how often a duration was recorded, with the attributes. */
  async counted(name: string): Promise<{ readonly unit: string; readonly points: readonly (readonly [number, Attributes])[] }> {
    await this.meterProvider.forceFlush()
    const all = this.#metrics
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap(({ metrics }) => metrics)
    const metric = all?.find(({ descriptor }) => descriptor.name === name)
    if (metric === undefined) throw new Error(`no metric ${name}`)
    const points = metric.dataPoints.map(({ value, attributes }) => [typeof value === 'number' ? value : value.count, attributes] as const)
    return { unit: metric.descriptor.unit, points }
  }
  [Symbol.dispose](): void {
    this.instrumentation.stop()
    void this.meterProvider.shutdown()
  }
}
