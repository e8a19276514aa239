import type { BoardEvents, EventInstance, EventName, Logger } from './events.ts'

type Line = readonly [level: 'debug' | 'info' | 'warn' | 'error', text: string]

const lines: { readonly [N in EventName]: (event: BoardEvents[N]) => Line } = {
  change: ({ revision }) => ['debug', `revision ${revision} is served`],
  selected: ({ type, to }) => ['info', to === null ? `nobody answers ${type} any more` : `${quoted(to)} answers ${type} from now on`],
  failover: ({ type, method, from, to }) => [
    'warn',
    `${type}.${method}() failed at ${quoted(from)}; ${to === null ? 'nobody is left to try' : `${quoted(to)} is tried`}`,
  ],
  unloadable: ({ type, instance }) => ['error', `${quoted(instance)} of ${type} can not be built`],
  ejected: ({ type, instance, by, time }) => [
    'warn',
    `${quoted(instance)} of ${type} is passed over ${time === null ? 'until it is put back' : `for ${time} ms`}: ${
      by === 'operator' ? 'an operator said so' : 'its calls failed'
    }`,
  ],
  recovered: ({ type, instance }) => ['info', `${quoted(instance)} of ${type} is back in service`],
  stale: () => ['warn', 'the database can not be read; the last snapshot serves on'],
  fresh: () => ['info', 'the database can be read again'],
  health: ({ type, instance, ok, message }) => [ok ? 'info' : 'warn', `the test of ${quoted(instance)} of ${type}: ${message}`],
  disposalFailed: ({ type, instance }) => ['warn', `${quoted(instance)} of ${type} could not be disposed`],
}

/** Writes an event to the log: its fields, and a line for people. */
export function logEvent<N extends EventName>(logger: Logger, name: N, event: BoardEvents[N]): void {
  const [level, text] = lines[name](event)
  const { error, ...fields }: BoardEvents[N] & { readonly error?: unknown } = event
  logger[level](error === undefined ? { event: name, ...fields } : { event: name, ...fields, err: error }, text)
}

function quoted({ name }: EventInstance): string {
  return `'${name}'`
}
