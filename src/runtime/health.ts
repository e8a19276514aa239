/** How an instance's calls have gone lately, in this process. */
export type Health =
  /** In service. `failures` in a row; `ejections` that still count; healthy `since` (monotonic ms). */
  | { readonly state: 'healthy'; readonly failures: number; readonly ejections: number; readonly since: number }
  /** Passed over until `until` (monotonic ms; `Infinity`: until it is put back by hand). */
  | { readonly state: 'ejected'; readonly by: 'failures' | 'operator'; readonly until: number; readonly ejections: number }
  /** Its time is over: the next call that is its own tries it; while that one runs, others pass it over. */
  | { readonly state: 'on_trial'; readonly isRunning: boolean; readonly ejections: number }

/** What happens to it. */
export type HealthEvent =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed' }
  /** Its time out of service is over. */
  | { readonly kind: 'time' }
  /** A call takes it on trial. */
  | { readonly kind: 'claimed' }
  /** The trial call ended without telling anything: its caller gave up, or it was about something else. */
  | { readonly kind: 'released' }
  /** An operator takes it out; `for` milliseconds, `Infinity` until it is put back. */
  | { readonly kind: 'eject'; readonly for: number }
  /** An operator puts it back, or it was configured anew. */
  | { readonly kind: 'reinstate' }

/** How failing instances are taken out of service. */
export interface EjectionRules {
  /** So many calls failed in a row take it out. */
  readonly consecutiveFailures: number
  /** Milliseconds of the first ejection; the second takes twice as long, and so on. */
  readonly baseTime: number
  /** Milliseconds that none takes longer than, `jitter` aside. */
  readonly maxTime: number
  /** Share of the time that is added at random, so that processes do not all come back at once: 0 to 1. */
  readonly jitter: number
  /** Share of a type's usable instances that may be out at the same time; one always may, and never the last one. */
  readonly maxShare: number
}

/** What a step depends on beside the state. */
export interface HealthScope {
  readonly rules: EjectionRules
  /** Monotonic milliseconds. */
  readonly now: number
  /** From 0 up to 1. */
  readonly random: number
  /** Whether the others allow that it goes. */
  readonly maySpare: boolean
}

export function newHealth(now: number): Health {
  return { state: 'healthy', failures: 0, ejections: 0, since: now }
}

/**
 * The next state. After Envoy's outlier detection: consecutive failures eject, each time for longer; then one trial call decides.
 *
 * | state | succeeded | failed | time | claimed | eject | reinstate |
 * | --- | --- | --- | --- | --- | --- | --- |
 * | healthy | no failures | one more; at `consecutiveFailures` ejected, if the others allow it | – | – | ejected | no failures |
 * | ejected | – | – | on trial; back in service where an operator had ejected it | – | ejected anew | healthy |
 * | on trial | healthy | ejected for longer | – | its call runs | ejected | healthy |
 *
 * What is answered while it is ejected was asked before, and says nothing new.
 */
export function nextHealth(health: Health, event: HealthEvent, scope: HealthScope): Health {
  const { now } = scope
  switch (event.kind) {
    case 'eject':
      return { state: 'ejected', by: 'operator', until: now + event.for, ejections: health.ejections }
    case 'reinstate':
      return health.state === 'healthy' ? { ...health, failures: 0 } : { ...newHealth(now), ejections: health.ejections }
    case 'succeeded':
      if (health.state === 'ejected') return health
      return health.state === 'healthy' ? { ...health, failures: 0 } : { ...newHealth(now), ejections: health.ejections }
    case 'failed':
      return failed(health, scope)
    case 'time':
      if (health.state !== 'ejected' || now < health.until) return health
      if (health.by === 'operator') return { ...newHealth(now), ejections: health.ejections }
      return { state: 'on_trial', isRunning: false, ejections: health.ejections }
    case 'claimed':
      return health.state === 'on_trial' ? { ...health, isRunning: true } : health
    case 'released':
      return health.state === 'on_trial' ? { ...health, isRunning: false } : health
  }
}

function failed(health: Health, { now, random, rules, maySpare }: HealthScope): Health {
  if (health.state === 'ejected') return health
  if (health.state === 'healthy') {
    const failures = health.failures + 1
    if (failures < rules.consecutiveFailures || !maySpare) return { ...health, failures }
  }
  // Each stretch of health as long as the first ejection makes one of them forgotten.
  const forgotten = health.state === 'healthy' ? Math.max(Math.floor((now - health.since) / Math.max(rules.baseTime, 1)), 0) : 0
  const ejections = Math.max(health.ejections - forgotten, 0) + 1
  const time = Math.min(rules.baseTime * ejections, rules.maxTime) * (1 + rules.jitter * random)
  return { state: 'ejected', by: 'failures', until: now + time, ejections }
}
