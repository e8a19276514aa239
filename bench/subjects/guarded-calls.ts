import assert from 'node:assert/strict'
import { circuitBreaker, ConsecutiveBreaker, handleAll, retry, timeout, TimeoutStrategy, wrap } from 'cockatiel'
import { Effect } from 'effect'
import CircuitBreaker from 'opossum'
import { LoopByHand } from './loop-by-hand.ts'
import { PlainDown, PlainHanging, Remote, remoteBoard } from './remote.ts'

/** Something that is asked far away. */
export interface Target {
  ask(value: number): Promise<number>
}

/** A way of calling the first of some targets, or the next one where that fails: under a deadline, with a breaker, given up when the signal aborts. */
export interface GuardedCall {
  call(value: number): Promise<number>
  close(): void
}

export interface GuardOptions {
  readonly targets: readonly Target[]
  /** Milliseconds. */
  readonly deadline: number
  readonly signal: AbortSignal
}

/** Failures in a row after which a breaker opens, and milliseconds until it lets one call through. */
const failuresToOpen = 5
const openFor = 60_000

export const byHand = (options: GuardOptions): GuardedCall => {
  const loop = new LoopByHand({ ...options, failuresToOpen, openFor })
  return { call: (value) => loop.call(value), close: () => {} }
}

/** It knows one action and a fallback, and no signal of the caller. */
export const byOpossum = ({ targets, deadline }: GuardOptions): GuardedCall => {
  const [first, second] = targets
  const breaker = new CircuitBreaker((value: number) => (first as Target).ask(value), {
    timeout: deadline,
    resetTimeout: openFor,
    volumeThreshold: failuresToOpen,
  })
  if (second !== undefined) breaker.fallback((value: number) => second.ask(value))
  return { call: (value) => breaker.fire(value), close: () => breaker.shutdown() }
}

export const byCockatiel = ({ targets, deadline, signal }: GuardOptions): GuardedCall => {
  const policies = targets.map(() =>
    wrap(
      retry(handleAll, { maxAttempts: 1 }),
      circuitBreaker(handleAll, { halfOpenAfter: openFor, breaker: new ConsecutiveBreaker(failuresToOpen) }),
      timeout(deadline, TimeoutStrategy.Aggressive),
    ),
  )
  const [policy] = policies
  return { call: async (value) => policy?.execute(() => (targets[0] as Target).ask(value), signal) ?? 0, close: () => {} }
}

/** It has deadlines, signals and what to do then; the breaker is three lines of one's own. */
export const byEffect = ({ targets, deadline, signal }: GuardOptions): GuardedCall => {
  const failures = targets.map(() => 0)
  const openUntil = targets.map(() => 0)
  const attempt = (index: number, value: number): Effect.Effect<number, unknown> =>
    Effect.suspend((): Effect.Effect<number, unknown> => {
      if ((openUntil[index] ?? 0) > performance.now()) return Effect.fail(new Error('open'))
      return Effect.tryPromise({ try: () => (targets[index] as Target).ask(value), catch: (error) => error }).pipe(
        Effect.timeout(deadline),
        Effect.tap(() => Effect.sync(() => (failures[index] = 0))),
        Effect.tapError(() =>
          Effect.sync(() => {
            failures[index] = (failures[index] ?? 0) + 1
            if (failures[index] >= failuresToOpen) openUntil[index] = performance.now() + openFor
          }),
        ),
      )
    })
  const through = (index: number, value: number): Effect.Effect<number, unknown> =>
    index === targets.length - 1 ? attempt(index, value) : attempt(index, value).pipe(Effect.catch(() => through(index + 1, value)))
  return { call: (value) => Effect.runPromise(through(0, value), { signal }), close: () => {} }
}

/** Fails unless a call that hangs is ended by the deadline, one that is given up by its signal, and a target that keeps failing is not asked any more. */
export async function assertGuards(name: string, make: (options: GuardOptions) => GuardedCall, hasSignal: boolean = true): Promise<void> {
  const never = new AbortController().signal
  await assertDeadline(name, make({ targets: [new PlainHanging()], deadline: 50, signal: never }))
  if (hasSignal) {
    const given = new AbortController()
    const call = make({ targets: [new PlainHanging()], deadline: 60_000, signal: given.signal })
    setTimeout(() => given.abort(), 20)
    await assert.rejects(call.call(1), `${name}: a call whose caller has given up must end`)
    call.close()
  }
  const down = new CountedDown()
  const call = make({ targets: [down], deadline: 60_000, signal: never })
  for (let time = 0; time < 50; time++) await call.call(time).catch(() => {})
  call.close()
  assert.ok(down.asked > 0 && down.asked < 25, `${name}: the breaker must open; the target was asked ${down.asked} times of 50`)
}

/** The same of the board. Its last instance is never taken out, so the failing one has another behind it. */
export async function assertBoardGuards(): Promise<void> {
  {
    await using board = await remoteBoard(['hanging'])
    await assertDeadline('Plugboard', {
      call: (value) => board.use(Remote, { deadline: 50, signal: new AbortController().signal }).ask(value),
      close: () => {},
    })
    const given = new AbortController()
    setTimeout(() => given.abort(), 20)
    await assert.rejects(board.use(Remote, { deadline: 60_000, signal: given.signal }).ask(1))
  }
  await using board = await remoteBoard(['down', 'answering'])
  const handle = board.use(Remote, { deadline: 60_000 })
  for (let time = 0; time < 50; time++) await handle.ask(time)
  const first = (await board.admin.metrics()).find((each) => each.name.startsWith('down'))
  const asked = first?.calls ?? 50
  assert.ok(asked > 0 && asked < 25, `Plugboard: the failing instance was asked ${asked} times of 50`)
}

async function assertDeadline(name: string, guarded: GuardedCall): Promise<void> {
  const started = performance.now()
  await assert.rejects(guarded.call(1), `${name}: a call that hangs must end by its deadline`)
  const took = performance.now() - started
  guarded.close()
  assert.ok(took >= 45 && took < 10_000, `${name}: a deadline of 50 ms must strike after 50 ms, not ${took}`)
}

class CountedDown extends PlainDown {
  asked = 0
  override async ask(value: number): Promise<number> {
    this.asked++
    return super.ask(value)
  }
}
