import { createHash } from 'node:crypto'
import { atMost, type IndexedInstance, type Logger, type Timer } from '../runtime/index.ts'
import type { HealthRow } from '../store/index.ts'
import { checkable } from './check-all.ts'
import { Lease } from './lease.ts'
import { recordOutcome } from './record-outcome.ts'
import type { OperationScope } from './scope.ts'
import { testSaved } from './test-instance.ts'

/** What scheduled checks are made of. */
export interface ScheduledChecksOptions {
  readonly scope: OperationScope
  /** Milliseconds between two checks of one instance, a tenth more or less. */
  readonly every: number
  /** Milliseconds that each `onTest` may take. */
  readonly deadline: number
  /** So many at a time. */
  readonly concurrency: number
  /** This process. */
  readonly holder: string
  readonly logger: Logger | undefined
  /** From 0 up to 1. */
  readonly random: () => number
}

interface Planned {
  /** On the monotonic clock. */
  readonly at: number
  /** Its health when that was planned: another one since then, and somebody else has checked it. */
  readonly health: HealthRow | null
}

/** Milliseconds within which instances that are due when this process takes over are spread. */
const spread = 10_000

/**
 * Checks each instance now and then, in one process of all that run the same code: the one that holds the lease. What was checked meanwhile by somebody
 * else (an operator, another application on this database) is not checked again at once. Time is monotonic; what the clock says is only asked
 * for how long ago the last check was, and is not believed beyond `every`.
 */
export class ScheduledChecks {
  readonly #options: ScheduledChecksOptions
  readonly #lease: Lease
  readonly #leaseTime: number
  readonly #planned = new Map<string, Planned>()
  readonly #running = new Map<string, Promise<void>>()
  #timer: Timer | undefined
  #turning: Promise<void> = Promise.resolve()
  #renewAt = -Infinity
  #stopped = false

  constructor(options: ScheduledChecksOptions) {
    const { scope, every, holder } = options
    this.#options = options
    this.#leaseTime = Math.min(Math.max(every, 1_000), 30_000)
    this.#lease = new Lease({ store: scope.store, name: leaseName(scope), holder, ttl: this.#leaseTime, elapsed: scope.elapsed })
  }

  start(): void {
    this.#schedule(this.#options.random())
  }

  /** Begins nothing more; waits for what is under way, and gives the lease back. */
  async stop(patience: number): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await atMost(Promise.all([this.#turning, ...this.#running.values()]), patience)
    await atMost(this.#lease.release(), patience)
  }

  /** Looks often enough to be on time and to keep the lease, and seldom enough to cost nothing. */
  #schedule(share = 1): void {
    if (this.#stopped) return
    const pause = Math.min(Math.max(this.#options.every / 20, 20), 1_000)
    const turn = (): void => {
      this.#turning = this.#turn()
        .catch((error: unknown) => this.#options.logger?.warn({ err: error }, 'the scheduled checks could not go on; they are tried again'))
        .finally(() => this.#schedule())
    }
    this.#timer = this.#options.scope.after(pause * share, turn, { background: true })
  }

  async #turn(): Promise<void> {
    const { elapsed } = this.#options.scope
    if (elapsed() >= this.#renewAt) {
      this.#renewAt = elapsed() + this.#leaseTime / 4
      await this.#lease.hold()
    }
    if (!this.#lease.isHeld) {
      this.#planned.clear()
      return
    }
    const instances = new Map(checkable(this.#options.scope).map((each) => [each.row.id, each]))
    await this.#plan(instances)
    await this.#begin(instances)
  }

  async #plan(instances: ReadonlyMap<string, IndexedInstance>): Promise<void> {
    for (const id of this.#planned.keys()) if (!instances.has(id)) this.#planned.delete(id)
    const unknown = [...instances.keys()].filter((id) => !this.#planned.has(id))
    if (unknown.length === 0) return
    const health = await this.#health(unknown)
    for (const id of unknown) this.#planned.set(id, { at: this.#firstTime(health.get(id)), health: health.get(id) ?? null })
  }

  async #begin(instances: ReadonlyMap<string, IndexedInstance>): Promise<void> {
    const now = this.#options.scope.elapsed()
    const free = this.#options.concurrency - this.#running.size
    const due = [...this.#planned]
      .filter(([id, { at }]) => at <= now && !this.#running.has(id))
      .toSorted(([, a], [, b]) => a.at - b.at)
      .slice(0, Math.max(0, free))
    if (due.length === 0) return
    const health = await this.#health(due.map(([id]) => id))
    for (const [id, planned] of due) {
      const instance = instances.get(id)
      const known = health.get(id) ?? null
      if (known?.at !== planned.health?.at) this.#planned.set(id, { at: this.#nextTime(), health: known })
      else if (instance !== undefined && this.#lease.isHeld && !this.#stopped) {
        const running = this.#check(instance, known).finally(() => this.#running.delete(id))
        this.#running.set(id, running)
      }
    }
  }

  async #check(instance: IndexedInstance, before: HealthRow | null): Promise<void> {
    const { scope, deadline, logger } = this.#options
    let health = before
    try {
      health = await recordOutcome(scope, instance, await testSaved(scope, instance, deadline), before)
    } catch (error) {
      // The database is away: what came out can't be kept.
      logger?.warn({ err: error, instance: instance.row.id }, 'a scheduled check could not be kept')
    }
    this.#planned.set(instance.row.id, { at: this.#nextTime(), health })
  }

  async #health(ids: readonly string[]): Promise<ReadonlyMap<string, HealthRow>> {
    const rows = await this.#options.scope.store.read((reader) => reader.health(ids))
    return new Map(rows.map((row) => [row.instanceId, row]))
  }

  #nextTime(): number {
    const { scope, every, random } = this.#options
    return scope.elapsed() + every * (0.9 + 0.2 * random())
  }

  /** A process that takes over goes on where the one before stopped. */
  #firstTime(health: HealthRow | undefined): number {
    const { scope, every, random } = this.#options
    const soon = random() * Math.min(every, spread)
    if (health === undefined) return scope.elapsed() + soon
    const ago = scope.now() - health.at
    // A time to come: the clock was set. At most one interval is lost by that.
    if (ago < 0) return scope.elapsed() + random() * every
    return scope.elapsed() + (ago >= every ? soon : every - ago)
  }
}

/** Processes that run the same plugins share a lease; another application, or another release with other plugins, has one of its own. */
function leaseName({ registry }: OperationScope): string {
  const plugins = [...registry.types.values()].flatMap((type) => Array.from(type.plugins.keys(), (key) => `${type.key}/${key}`))
  return `checks:${createHash('sha256').update(JSON.stringify(plugins.toSorted())).digest('hex').slice(0, 16)}`
}
