import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Attributes } from '@opentelemetry/api'
import type { BoardEvents, EventInstance, EventName, TracedMessages } from '../runtime/index.ts'
import { attributes } from './otel-names.ts'

/** Listens to a stage of a tracing channel. By name, so that every copy of the library in the process is heard. */
export function onStage<N extends keyof TracedMessages>(
  name: N,
  stage: 'start' | 'asyncEnd',
  listener: (message: TracedMessages[N]) => void,
): () => void {
  // The channel of a name carries messages of one type.
  return listen(`tracing:${name}:${stage}`, (message) => listener(message as TracedMessages[N]))
}

/** Listens to the channel of an event. */
export function onEvent<N extends EventName>(name: N, listener: (event: BoardEvents[N]) => void): () => void {
  return listen(`plugboard.${name}`, (event) => listener(event as BoardEvents[N]))
}

function listen(channel: string, listener: (message: unknown) => void): () => void {
  subscribe(channel, listener)
  return () => {
    unsubscribe(channel, listener)
  }
}

export function instanceAttributes(instance: EventInstance | null | undefined): Attributes {
  if (instance === undefined || instance === null) return {}
  return {
    [attributes.plugin]: instance.plugin,
    [attributes.instanceId]: instance.id,
    [attributes.instanceName]: instance.name,
  }
}

/** The class of what was thrown, as the semantic conventions have it; nothing where nothing was. */
export function errorAttributes(message: { readonly error?: unknown }): Attributes {
  if (!('error' in message)) return {}
  return { [attributes.errorType]: message.error instanceof Error ? message.error.name : '_OTHER' }
}
