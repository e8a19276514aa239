import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { context, SpanKind, SpanStatusCode, trace, type Context, type Span, type SpanOptions, type Tracer } from '@opentelemetry/api'
import type { Outcome, TracedMessages } from '../runtime/index.ts'
import { errorAttributes, instanceAttributes, onStage } from './otel-channels.ts'
import { attributes } from './otel-names.ts'

/** How spans of one channel begin and end. */
interface SpanKindOf<M> {
  readonly name: (message: M) => string
  readonly begin: (message: M) => SpanOptions
  readonly end: (message: M, span: Span) => void
  /** What it is nested in, where that is not what runs. */
  readonly parent?: (message: M) => object
}

const spanKinds: {
  readonly [N in Exclude<keyof TracedMessages, 'plugboard.dispose' | 'plugboard.refresh'>]: SpanKindOf<TracedMessages[N]>
} = {
  'plugboard.call': {
    name: ({ type, method }) => `${type}.${method}`,
    begin: ({ type, method, kind }) => ({
      attributes: { [attributes.type]: type, [attributes.method]: method, [attributes.methodKind]: kind },
    }),
    end: (message, span) => {
      span.setAttributes({ [attributes.attempts]: message.attempts, ...instanceAttributes(message.instance) })
      endAs(message, span)
    },
  },
  'plugboard.attempt': {
    parent: ({ call }) => call,
    name: ({ type, method, instance }) => `${type}/${instance.plugin}.${method}`,
    begin: ({ type, method, number, instance }) => ({
      attributes: {
        [attributes.type]: type,
        [attributes.method]: method,
        [attributes.attempt]: number,
        ...instanceAttributes(instance),
      },
    }),
    end: endAs,
  },
  'plugboard.build': {
    name: () => 'plugboard.build',
    begin: ({ type, instance }) => ({ attributes: { [attributes.type]: type, ...instanceAttributes(instance) } }),
    end: failIfThrown,
  },
  'plugboard.sync': {
    name: () => 'plugboard.sync',
    begin: ({ mode, dryRun }) => ({ attributes: { [attributes.syncMode]: mode, [attributes.syncDryRun]: dryRun } }),
    end: (message, span) => {
      if (message.changed !== undefined) span.setAttribute(attributes.syncChanged, message.changed)
      failIfThrown(message, span)
    },
  },
}

/** Makes spans of what the channels tell, until it is told to stop. */
export function followSpans(tracer: Tracer): () => void {
  const spans = new WeakMap<object, Span>()
  const stops = (Object.keys(spanKinds) as (keyof typeof spanKinds)[]).map((name) => {
    // Each kind belongs to the messages of its own channel.
    const kind = spanKinds[name] as SpanKindOf<object>
    const begin = (message: object): Span => {
      const parent = spans.get(kind.parent?.(message) ?? message)
      const from = parent === undefined ? context.active() : trace.setSpan(context.active(), parent)
      const span = tracer.startSpan(kind.name(message), { kind: SpanKind.INTERNAL, ...kind.begin(message) }, from)
      spans.set(message, span)
      return span
    }
    const store = new ActiveSpan()
    const { start } = tracingChannel<Context, object>(name)
    start.bindStore(store, (message) => trace.setSpan(context.active(), begin(message)))
    const ignore = onStage(name, 'asyncEnd', (message) => {
      const span = spans.get(message)
      if (span === undefined) return
      spans.delete(message)
      kind.end(message, span)
      span.end()
    })
    return () => {
      start.unbindStore(store)
      ignore()
    }
  })
  return () => {
    for (const stop of stops) stop()
  }
}

/** What a channel runs its work in: it makes a span the active one, by whatever context manager the application has. */
class ActiveSpan extends AsyncLocalStorage<Context> {
  override run<R, A extends unknown[]>(active: Context, work: (...args: A) => R, ...args: A): R {
    return context.with(active, work, undefined, ...args)
  }
}

function endAs(message: { readonly outcome: Outcome | undefined; readonly error?: unknown }, span: Span): void {
  if (message.outcome !== undefined) span.setAttribute(attributes.outcome, message.outcome)
  // The provider answered no: nothing is broken.
  if (message.outcome === 'rejected') span.setAttributes(errorAttributes(message))
  else failIfThrown(message, span)
}

function failIfThrown(message: { readonly error?: unknown }, span: Span): void {
  if (!('error' in message)) return
  const { error } = message
  span.setAttributes(errorAttributes(message))
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) })
  span.recordException(error instanceof Error ? error : String(error))
}
