import { expect, test } from 'vitest'
import { AllInstancesFailedError, BoardClosedError, DeadlineError, NoInstanceError, Rejected, Unavailable } from '../errors/index.ts'
import type { Built } from './built.ts'
import { Failover, type Call, type FailoverScope } from './failover.ts'
import type { IndexedInstance } from './instance-index.ts'

const call: Call = { method: 'send', kind: 'repeatable', isWork: false, context: 'ada' }

/** Failover over instances named so, in this order; whoever is in `broken` can't be built. */
function failingOver(
  names: readonly string[],
  { broken = {}, over = {} }: { broken?: Readonly<Record<string, Error>>; over?: Partial<Call> } = {},
) {
  const events: object[] = []
  const done: string[] = []
  let clock = 0
  const asked: unknown[] = []
  const instances = names.map((id) => ({ row: { id, name: id.toUpperCase() }, pluginKey: 'p' }) as unknown as IndexedInstance)
  const built = (instance: IndexedInstance): Built => {
    const { id } = instance.row
    const record = { id, counters: { error: () => void done.push(`error ${id}`) } }
    return { instance, record } as unknown as Built
  }
  const told = (what: string) => (record: { readonly id: string }) => void done.push(`${what} ${record.id}`)
  const scope = {
    slot: {
      type: { key: 'mail' },
      select: async (context: unknown, tried: ReadonlySet<string>, how: string) => {
        asked.push([context, [...tried], how])
        return instances.find(({ row }) => !tried.has(row.id))
      },
      unclaim: (id: string) => void done.push(`unclaim ${id}`),
      noInstance: () => new NoInstanceError('mail', []),
      acquire: async (instance: IndexedInstance) => {
        clock += 7
        const problem = broken[instance.row.id]
        if (problem !== undefined) throw problem
        return built(instance)
      },
      ejection: { succeeded: told('succeeded'), failed: told('failed'), release: told('release') },
    },
    events: { emit: (name: string, event: object) => void events.push({ name, ...event }) },
    elapsed: () => clock,
    whenServing: () => undefined,
  }
  // It asks no more of slot and events than stands above.
  const it = new Failover(scope as unknown as FailoverScope, { ...call, ...over })
  return { it, events, done, asked, scope }
}
const eventOf = (from: string, error: unknown, durationMs: number, to: string | null): object => ({
  name: 'failover',
  type: 'mail',
  method: 'send',
  from: { id: from, name: from.toUpperCase(), plugin: 'p' },
  error,
  durationMs,
  to: to === null ? null : { id: to, name: to.toUpperCase(), plugin: 'p' },
})

test('[38] who failed is not asked again, and each step is told once it is known where the call goes on', async () => {
  const { it, events, done, asked } = failingOver(['a', 'b', 'c'])
  const [down, slow] = [new Unavailable('down'), new DeadlineError('send', 5)]
  const a = await it.next()
  expect(a.instance.row.id).toBe('a')
  it.failed(a, down, 3)
  expect(events).toStrictEqual([])
  const b = await it.next()
  expect(events).toStrictEqual([eventOf('a', down, 3, 'b')])
  it.failed(b, slow, 5)
  expect((await it.next()).instance.row.id).toBe('c')
  expect(events).toStrictEqual([eventOf('a', down, 3, 'b'), eventOf('b', slow, 5, 'c')])
  expect(asked).toStrictEqual([
    ['ada', [], 'claim'],
    ['ada', ['a'], 'claim'],
    ['ada', ['a', 'b'], 'claim'],
  ])
  expect(done).toStrictEqual(['error a', 'failed a', 'error b', 'failed b'])
})

test('[38] when nobody is left the error names every attempt, and the last step is told as leading nowhere', async () => {
  const { it, events } = failingOver(['a'])
  const down = new Unavailable('down')
  it.failed(await it.next(), down, 3)
  const error = await it.next().catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(AllInstancesFailedError)
  expect(error).toMatchObject({
    type: 'mail',
    method: 'send',
    attempts: [{ instanceId: 'a', instanceName: 'A', plugin: 'p', error: down, durationMs: 3 }],
  })
  expect(events).toStrictEqual([eventOf('a', down, 3, null)])
})

test('where there was nothing to try, it is that, and no failure of anybody', async () => {
  const { it, events } = failingOver([])
  await expect(it.next()).rejects.toBeInstanceOf(NoInstanceError)
  expect(events).toStrictEqual([])
})

test('[38] one that can not be built was never asked: a once call goes on too, its claim is given back, and nothing speaks against it', async () => {
  const broken = { a: new Error('can not start'), b: new Error('nor this') }
  const { it, events, done } = failingOver(['a', 'b', 'c'], { broken, over: { kind: 'once' } })
  expect((await it.next()).instance.row.id).toBe('c')
  expect(done).toStrictEqual(['unclaim a', 'unclaim b'])
  expect(events).toStrictEqual([eventOf('a', broken.a, 7, null), eventOf('b', broken.b, 7, 'c')])
})

test('a board that closes ends the call as it is', async () => {
  const broken = { a: new BoardClosedError() }
  const { it, events, done } = failingOver(['a', 'b'], { broken })
  await expect(it.next()).rejects.toBe(broken.a)
  expect([events, done]).toStrictEqual([[], ['unclaim a']])
})

test('[38] an answer of no goes to the caller and speaks for the instance; any other error of a once call goes there too, and speaks against it', async () => {
  const rejected = failingOver(['a', 'b'])
  const no = new Rejected('no')
  const first = await rejected.it.next()
  expect(() => rejected.it.failed(first, no, 1)).toThrow(no)
  expect(rejected.done).toStrictEqual(['succeeded a'])
  const once = failingOver(['a', 'b'], { over: { kind: 'once' } })
  const bug = new TypeError('a bug')
  const again = await once.it.next()
  expect(() => once.it.failed(again, bug, 1)).toThrow(bug)
  expect(once.done).toStrictEqual(['error a', 'failed a'])
  expect([rejected.events, once.events]).toStrictEqual([[], []])
})

test('of any work of the application’s, only what is the provider’s speaks against the instance', async () => {
  const { it, done } = failingOver(['a', 'b', 'c'], { over: { isWork: true } })
  it.failed(await it.next(), new TypeError('a bug'), 1)
  it.failed(await it.next(), new Unavailable('down'), 1)
  expect(done).toStrictEqual(['error a', 'release a', 'error b', 'failed b'])
})

test('an attempt is traced where somebody listens: it is made within its trace, and told there where it was never made', async () => {
  const traced: string[] = []
  const trace = {
    begin: ({ name }: { readonly name: string }) => ({
      within: (work: () => unknown) => {
        traced.push(`within ${name}`)
        return work()
      },
      failedAs: (failure: string) => void traced.push(`${name} ${failure}`),
    }),
  }
  const { it } = failingOver(['a', 'b'], { broken: { a: new Error('can not start') }, over: { trace } as never })
  expect((await it.next()).instance.row.id).toBe('b')
  expect(traced).toStrictEqual(['within A', 'A not_asked', 'within B'])
})

test('nobody is asked before calls can be answered', async () => {
  const { it, asked, scope } = failingOver(['a'])
  let serve = (): void => {}
  Object.assign(scope, { whenServing: () => new Promise<void>((resolve) => (serve = resolve)) })
  const next = it.next()
  await Promise.resolve()
  expect(asked).toStrictEqual([])
  serve()
  expect((await next).instance.row.id).toBe('a')
})
