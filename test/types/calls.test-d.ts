import { expectTypeOf } from 'vitest'
import { callSignal, PluginType, type Board, type InstanceMetrics, type Methods } from '../../src/index.ts'

declare const board: Board
const actor = { id: 'u1', name: 'Ada' }

export abstract class Slow extends PluginType('slow', {
  deadline: 5_000,
  attemptDeadline: 1_000,
  ejection: { consecutiveFailures: 3, baseTime: 1_000, maxTime: 5_000, jitter: 0, maxShare: 1 },
}) {
  static readonly methods: Methods<Slow> = { go: 'repeatable' }
  abstract go(): Promise<number>
}
export abstract class Regional extends PluginType<{ region: string }>('regional', { select: () => null, ejection: false }) {
  static readonly methods: Methods<Regional> = { go: 'repeatable' }
  abstract go(): Promise<number>
}

export async function uses(): Promise<void> {
  expectTypeOf(callSignal()).toEqualTypeOf<AbortSignal>()
  expectTypeOf(board.use(Slow, { deadline: 1_000, attemptDeadline: 500, signal: callSignal() }).go()).toEqualTypeOf<Promise<number>>()
  void board.use(Slow, { signal: () => undefined })
  void board.use(Regional, { context: { region: 'eu' }, deadline: Number.POSITIVE_INFINITY })
  expectTypeOf(await board.run(Slow, (slow) => slow.go(), { deadline: 5, repeatable: true })).toEqualTypeOf<number>()
  expectTypeOf(await board.resolve(Slow, { deadline: 5 })).toEqualTypeOf<Slow>()
  await using lease = await board.lease(Regional, { context: { region: 'eu' }, signal: callSignal() })
  expectTypeOf(lease.object).toEqualTypeOf<Regional>()
  // @ts-expect-error the contract itself knows no deadlines
  void board.use(Slow, { failover: false, deadline: 5 })
  // @ts-expect-error a deadline does not stand in for the context
  void board.use(Regional, { deadline: 5 })
  // @ts-expect-error no number
  void board.use(Slow, { deadline: '5s' })
  // @ts-expect-error no signal
  void board.use(Slow, { signal: new AbortController() })
  expectTypeOf(await board.admin.eject('id', { actor, for: 5_000 })).toEqualTypeOf<InstanceMetrics>()
  expectTypeOf(await board.admin.metrics(Slow)).toEqualTypeOf<readonly InstanceMetrics[]>()
  // @ts-expect-error nobody who acts
  await board.admin.reinstate('id', {})
  for (const { health } of await board.admin.metrics()) {
    if (health.state === 'ejected') expectTypeOf(health.backIn).toEqualTypeOf<number | null>()
    // @ts-expect-error only what is ejected comes back
    void health.backIn
  }
}

// @ts-expect-error a misspelt option
void PluginType('x', { ejection: { failures: 3 } })
// @ts-expect-error `true` says nothing
void PluginType('x', { ejection: true })
