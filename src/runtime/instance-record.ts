import type { Timer } from './clock.ts'
import type { EventInstance } from './events.ts'
import { newHealth, type Health } from './health.ts'
import { CallCounters } from './latency.ts'

/** What this process knows of an instance from its calls. It outlives the objects built for it. */
export class InstanceRecord {
  readonly id: string
  readonly counters: CallCounters = new CallCounters()
  #health: Health
  /** Healthy, and the last call succeeded: another success changes nothing. */
  isSteady = true
  /** Ends the time it is out of service. */
  timer: Timer | undefined
  /** For events: what it was called when it was last built. */
  named: EventInstance

  constructor(named: EventInstance, now: number) {
    this.id = named.id
    this.named = named
    this.#health = newHealth(now)
  }

  /** Begins anew: it is not served any more. What was counted stays. */
  forget(now: number): void {
    this.timer?.cancel()
    this.health = newHealth(now)
  }

  get health(): Health {
    return this.#health
  }

  set health(health: Health) {
    this.#health = health
    this.isSteady = health.state === 'healthy' && health.failures === 0
  }
}
