import type { MeterProvider, TracerProvider } from '@opentelemetry/api'
import { pino, type Logger as PinoLogger } from 'pino'
import { expectTypeOf } from 'vitest'
import type { AttemptMessage, BoardOptions, CallMessage, Logger, TracedMessages } from '../../src/index.ts'
import { instrument, type Instrumentation } from '../../src/integrations/otel.ts'

// A real pino, its children, one with levels of its own, and the console fit.
export const loggers: readonly Logger[] = [
  pino(),
  pino().child({ module: 'plugboard' }),
  pino({ customLevels: { audit: 35 } }),
  console,
  {} as PinoLogger,
]
export const options: Pick<BoardOptions, 'logger'> = { logger: pino() }
// @ts-expect-error the line comes first: fields would be lost
export const wrongOrder: Logger = { ...pino(), warn: (line: string, fields: object): void => void [line, fields] }
// @ts-expect-error no warn
export const half: Logger = { debug: () => {}, info: () => {}, error: () => {} }

expectTypeOf<TracedMessages['plugboard.call']>().toEqualTypeOf<CallMessage>()
expectTypeOf<AttemptMessage['call']>().toEqualTypeOf<CallMessage>()
export function reads(message: CallMessage): void {
  // @ts-expect-error it is ours to fill in
  message.outcome = 'ok'
  // @ts-expect-error no arguments are told
  void message.args
  // @ts-expect-error no results either
  void message.result
}

declare const tracerProvider: TracerProvider
declare const meterProvider: MeterProvider
expectTypeOf(instrument()).toEqualTypeOf<Instrumentation>()
expectTypeOf(instrument({ tracerProvider, meterProvider: false })).toEqualTypeOf<Instrumentation>()
export function uses(): void {
  using _ = instrument({ tracerProvider: false, meterProvider })
}
// @ts-expect-error `true` says nothing
void instrument({ tracerProvider: true })
