import type { MethodKind } from '../contract/index.ts'
import { AllInstancesFailedError, NoInstanceError } from '../errors/index.ts'
import { attemptChannel, callChannel, type AttemptMessage, type CallMessage, type Outcome } from './channels.ts'
import type { EventInstance } from './events.ts'
import { failureOf } from './failover-rule.ts'
import { Trace } from './trace.ts'

/** One call, told to who follows calls. Made only where somebody does. */
export class CallTrace extends Trace<CallMessage> {
  /** The caller's, once it is known. */
  signal: AbortSignal | undefined
  /** The attempt that was begun last. */
  attempt: AttemptTrace | undefined

  constructor(type: string, method: string, kind: MethodKind) {
    super(callChannel, { type, method, kind, attempts: 0, instance: undefined, outcome: undefined })
  }

  /** An instance is tried. */
  begin(instance: EventInstance): AttemptTrace {
    this.message.attempts++
    this.message.instance = instance
    // In the context of the call, from wherever it is tried.
    this.attempt = this.within(() => new AttemptTrace(this.message, instance))
    return this.attempt
  }

  override ended(): void {
    this.message.outcome ??= 'ok'
    super.ended()
  }

  override failed(error: unknown): void {
    this.message.outcome ??= outcomeOf(error, this.signal)
    super.failed(error)
  }
}

/** One attempt of a call. */
export class AttemptTrace extends Trace<AttemptMessage> {
  constructor(call: CallMessage, instance: EventInstance) {
    const { type, method, attempts: number } = call
    super(attemptChannel, { call, type, method, number, instance, outcome: undefined })
  }

  override ended(): void {
    this.message.outcome ??= 'ok'
    super.ended()
  }

  failedAs(outcome: Outcome, error: unknown): void {
    this.message.outcome ??= outcome
    this.failed(error)
  }
}

/** How a call ended that threw. */
function outcomeOf(error: unknown, signal: AbortSignal | undefined): Outcome {
  if (signal?.aborted === true && error === signal.reason) return 'aborted'
  if (error instanceof AllInstancesFailedError || error instanceof NoInstanceError) return 'none_left'
  return failureOf(error)
}
