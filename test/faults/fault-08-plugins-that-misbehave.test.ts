import { expect, test } from 'vitest'
import { z } from 'zod'
import { Plugin, type Board, type BoardEvents, type CreateInput } from '../../src/index.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { openBoard, until } from '../support/open-board.ts'

/** Milliseconds a hook is given here. What is late is late by as much again. */
const deadline = 60
const places = ['constructor', 'onStart', 'onTest', 'onDispose'] as const
const manners = ['throws an error', 'throws a text', 'throws null', 'rejects', 'rejects with null', 'hangs', 'rejects late'] as const
type Place = (typeof places)[number]
type Manner = (typeof manners)[number]

/** A plugin that misbehaves where, and as, its config says. */
class Odd extends Plugin(Gateway, {
  key: 'odd',
  label: 'Odd',
  config: z.object({ at: z.enum([...places, 'nowhere']), how: z.enum(manners), token: z.string().default('') }),
  secrets: { token: {} },
}) {
  static late = 0
  /** Part of its construction. */
  readonly made: unknown = this.config.at === 'constructor' ? this.#misbehave() : undefined
  #misbehave(): Promise<void> {
    const { how, token } = this.config
    // What plugins throw is not always an error.
    if (how === 'throws an error') throw new Error(`misbehaves with ${token}`)
    if (how === 'throws a text') throw `misbehaves with ${token}`
    if (how === 'throws null') throw null
    if (how === 'rejects') return Promise.reject(new Error(`misbehaves with ${token}`))
    if (how === 'rejects with null') return Promise.reject(null)
    if (how === 'hangs') return new Promise(() => {})
    return new Promise((_, reject) => {
      setTimeout(() => {
        Odd.late++
        reject(new Error('too late to matter'))
      }, 2 * deadline)
    })
  }
  onStart(): Promise<void> | void {
    if (this.config.at === 'onStart') return this.#misbehave()
  }
  onTest(): Promise<void> | void {
    if (this.config.at === 'onTest') return this.#misbehave()
  }
  onDispose(): Promise<void> | void {
    if (this.config.at === 'onDispose') return this.#misbehave()
  }
  async charge(): Promise<string> {
    return this.instance.name
  }
  async quote(): Promise<string> {
    return this.instance.name
  }
}

const odd = (at: Place, how: Manner): CreateInput => ({
  type: Gateway,
  plugin: 'odd',
  name: `${at} ${how}`,
  config: { at, how, token: 'canary-token' },
  status: 'active',
  priority: -1,
})
/** A constructor can't wait: what it does not wait for is not its failure. */
const cases = places.flatMap((at) =>
  manners.filter((how) => at !== 'constructor' || how.startsWith('throws')).map((how) => [at, how] as const),
)
const isLate = (how: Manner): boolean => how === 'hangs' || how === 'rejects late'

async function openOdd() {
  const opened = await openBoard({ plugins: [Bank, Cash, Odd], buildDeadline: deadline, closeDeadline: 2_000, disposeAfter: 0 })
  const events: { readonly name: keyof BoardEvents; readonly event: unknown }[] = []
  for (const name of ['unloadable', 'disposalFailed'] as const) opened.board.on(name, (event) => void events.push({ name, event }))
  await opened.board.admin.create(
    { type: Gateway, plugin: 'bank', name: 'Good', config: { apiKey: 'good-key' }, status: 'active', priority: 1 },
    { actor },
  )
  return { ...opened, events, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}

/** Nobody else is affected: the good one answers, the next save and read work. */
async function expectWell(board: Board): Promise<void> {
  expect(await board.use(Gateway).charge('o')).toMatch(/^(?:Good|constructor|onStart|onTest|onDispose)/)
  const good = board.instances(Gateway).find(({ name }) => name === 'Good')
  expect(await (await board.getById(Gateway, good?.id ?? '')).charge('o')).toBe('Good: o')
  await board.admin.update(good?.id ?? '', { config: { note: String(Math.random()) } }, { actor })
}

test.for(cases)('fault 8: %s that %s is bounded, told, and harms nobody else', async ([at, how]) => {
  await using opened = await openOdd()
  const { board, events } = opened
  const breaksBuild = at === 'constructor' || at === 'onStart'

  // Saved with care, what can't be built is refused and not written.
  if (breaksBuild) {
    await expect(board.admin.create(odd(at, how), { actor })).rejects.toMatchObject({ code: 'trial_build_failed' })
    expect(board.instances(Gateway).map(({ name }) => name)).toEqual(['Good', 'Cash'])
  }
  const { id } = await board.admin.create(odd(at, how), { actor, force: true })
  await expectWell(board)
  const tested = await board.admin.test(id, { actor, deadline })
  const mine = (await board.explain(Gateway)).find((each) => each.id === id)
  if (breaksBuild) {
    const reason = isLate(how) ? 'deadline' : 'build_failed'
    expect(mine).toMatchObject({ chosen: false, reason })
    expect(await board.use(Gateway).charge('o')).toBe('Good: o')
    expect(events).toContainEqual({
      name: 'unloadable',
      event: expect.objectContaining({ type: 'gateway', instance: expect.objectContaining({ id }) }),
    })
    expect((await board.status()).unloadable).toMatchObject([{ id, reason }])
    expect((await board.admin.get(id)).state).toMatchObject({ ok: false, reason })
    expect(tested).toMatchObject({ ok: false, failed: 'builds' })
    await expect(board.getById(Gateway, id)).rejects.toMatchObject({ code: 'unloadable', reason })
  } else {
    expect(mine).toMatchObject({ chosen: true })
    expect(tested).toMatchObject(at === 'onTest' ? { ok: false, failed: 'onTest' } : { ok: true, failed: null })
    if (at === 'onTest') {
      const said = isLate(how) ? 'did not end within 60 ms' : how.endsWith('null') ? 'a thrown null' : 'misbehaves with [secret]'
      expect(tested.message).toContain(said)
      const health = await board.internals.store.read((reader) => reader.health([id]))
      expect(health).toMatchObject([{ ok: false, message: tested.message }])
    }
  }

  // It is changed and taken away as any other one.
  await board.admin.setStatus(id, 'disabled', { actor })
  await board.admin.remove(id, { actor })
  if (at === 'onDispose') {
    await until(() => events.some(({ name }) => name === 'disposalFailed'))
    expect(events.find(({ name }) => name === 'disposalFailed')?.event).toMatchObject({
      type: 'gateway',
      instance: { id, name: `${at} ${how}` },
    })
  }
  await expectWell(board)
  // What comes late comes when nobody waits any more. An unhandled rejection would fail the run.
  if (how === 'rejects late' && at !== 'constructor') await until(() => Odd.late > 0)
  expect(JSON.stringify([events, tested, mine], (_, value: unknown) => (value instanceof Error ? value.message : value))).not.toContain(
    'canary-token',
  )
})

test('fault 8: a board closes beside plugins that hang in every hook, within its deadlines', async () => {
  const opened = await openOdd()
  for (const at of ['onStart', 'onDispose', 'onTest'] as const)
    await opened.board.admin.create({ ...odd(at, 'hangs'), name: at }, { actor, force: true })
  await opened.board.use(Gateway).charge('o')
  const another = await opened.another({ buildDeadline: deadline })
  expect(await another.use(Gateway).charge('o')).toMatch(/onDispose|onTest|Good/)
  // It would hang here for ever.
  await opened[Symbol.asyncDispose]()
})
