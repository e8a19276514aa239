import { DeadlineError, NoInstanceError, Rejected, Unavailable, type Board } from 'plugboard'
import { fakeClock, testPlugin } from 'plugboard/testing'
import { expect, test } from 'vitest'
import { runExample } from '../../test/support/run-example.ts'
import { openBoard } from './board.ts'
import { Carrier } from './carrier.ts'
import { HttpCarrier } from './http-carrier.ts'
import { OwnVan } from './own-van.ts'
import { askAll, patience, ship, type Answers, type Booking } from './shipping.ts'
import { startStandIn, type StandIn } from './stand-in.ts'

const by = { actor: { id: 'u1', name: 'Ada' } }
const parcel = { country: 'DE', grams: 1_200 }

async function connect(
  board: Board,
  name: string,
  { url }: StandIn,
  status: 'active' | 'reserved' | 'disabled' = 'active',
): Promise<string> {
  const config = { baseUrl: url, apiKey: `key-of-${name}` }
  return (await board.admin.create({ type: Carrier, plugin: 'http', name, status, config }, by)).id
}

const order = async (board: Board, id: string): Promise<Booking> => ship(board, await askAll(board, parcel), { parcel, order: id })

/** A promise that is kept from outside. */
function signal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

const reasons = ({ silent }: Answers): object => Object.fromEntries(silent.map(({ name, reason }) => [name, reason]))

test('all active carriers are asked at once, and the cheapest gets the parcel', async () => {
  await using swift = await startStandIn({ price: 1_290, days: 1 })
  await using donkey = await startStandIn({ price: 490, days: 9 })
  await using idle = await startStandIn({ price: 1, days: 1 })
  await using board = await openBoard({ clock: fakeClock() })
  await connect(board, 'Swift', swift)
  await connect(board, 'Donkey', donkey)
  await connect(board, 'Stand-by', idle, 'reserved')
  await connect(board, 'Gone', idle, 'disabled')
  // Neither answers before both were asked: one after the other they never would.
  const asked = [signal(), signal()]
  for (const [n, standIn] of [swift, donkey].entries()) {
    standIn.onQuote = async () => {
      asked[n]?.resolve()
      await Promise.all(asked.map(({ promise }) => promise))
    }
  }
  expect(await order(board, 'o-1')).toMatchObject({ name: 'Donkey', price: 490, days: 9, tracking: 'T-o-1' })
  expect([swift.booked, donkey.booked, idle.asked]).toStrictEqual([[], ['o-1'], 0])
})

test('one that hangs keeps nobody waiting, has its connection closed, and is not asked any more after five times', async () => {
  const clock = fakeClock()
  await using swift = await startStandIn({ price: 1_290, days: 1 })
  await using lost = await startStandIn({ price: 100, days: 1 })
  await using board = await openBoard({ clock })
  await connect(board, 'Swift', swift)
  await connect(board, 'Lost', lost)
  lost.behaviour = 'hangs'

  const ask = async (): Promise<Answers> => {
    const [answered, reached, closed] = [signal(), signal(), signal()]
    lost.onQuote = (gone) => {
      reached.resolve()
      void gone.then(closed.resolve)
    }
    const asking = askAll(board, parcel, { onAnswer: ({ name }) => name === 'Swift' && answered.resolve() })
    await Promise.all([answered.promise, reached.promise])
    await clock.advance(patience)
    await closed.promise
    return asking
  }
  for (let n = 0; n < 5; n++) {
    const answers = await ask()
    expect(answers.offers.map(({ name }) => name)).toStrictEqual(['Swift'])
    expect(reasons(answers)).toStrictEqual({ Lost: expect.any(DeadlineError) })
  }
  const answers = await askAll(board, parcel)
  expect(answers.offers).toHaveLength(1)
  expect(reasons(answers)).toStrictEqual({ Lost: expect.any(NoInstanceError) })
  expect(lost.asked).toBe(5)
})

test('what a carrier refuses, cannot do now, or is not there to answer is no offer; with no offer at all, all reasons are told', async () => {
  await using closed = await startStandIn({ price: 100, days: 1 })
  const away = await startStandIn({ price: 100, days: 1 })
  await using board = await openBoard({ clock: fakeClock() })
  await connect(board, 'Closed', closed)
  await connect(board, 'Away', away)
  await board.admin.create({ type: Carrier, plugin: 'own-van', name: 'Van', status: 'active', config: { country: 'FR', price: 1 } }, by)
  closed.behaviour = 'is closed'
  await away[Symbol.asyncDispose]()
  expect(reasons(await askAll(board, parcel))).toStrictEqual({
    Closed: expect.any(Unavailable),
    Away: expect.any(Unavailable),
    Van: expect.any(Rejected),
  })
  await expect(order(board, 'o-1')).rejects.toMatchObject({ message: 'No carrier takes order o-1.', errors: { length: 3 } })
})

test('an operator’s switch counts from the next parcel on', async () => {
  await using donkey = await startStandIn({ price: 490, days: 9 })
  await using swift = await startStandIn({ price: 1_290, days: 1 })
  await using board = await openBoard({ clock: fakeClock() })
  await connect(board, 'Swift', swift)
  const id = await connect(board, 'Donkey', donkey, 'disabled')
  expect((await order(board, 'o-1')).name).toBe('Swift')
  await board.admin.setStatus(id, 'active', by)
  expect((await order(board, 'o-2')).name).toBe('Donkey')
})

test('the next cheapest books where the cheapest certainly did not; where it may have, nobody else does', async () => {
  await using donkey = await startStandIn({ price: 490, days: 9 })
  await using swift = await startStandIn({ price: 1_290, days: 1 })
  await using board = await openBoard({ clock: fakeClock() })
  await connect(board, 'Donkey', donkey)
  await connect(board, 'Swift', swift)
  donkey.behaviour = 'quotes, then is closed'
  expect(await order(board, 'o-1')).toMatchObject({ name: 'Swift', tracking: 'T-o-1' })
  donkey.behaviour = 'books, then breaks off'
  await expect(order(board, 'o-2')).rejects.toThrow('fetch failed')
  expect([donkey.booked, swift.booked]).toStrictEqual([['o-2'], ['o-1']])
})

test('both plugins are good ones: secrets hidden, configs kept, calls given up', async () => {
  await testPlugin(HttpCarrier, {
    config: { baseUrl: 'http://127.0.0.1:9', apiKey: 'the-key-of-the-test' },
    hanging: {
      config: ({ url }) => ({ baseUrl: url, apiKey: 'the-key-of-the-test' }),
      calls: { quote: (plugin) => plugin.quote(parcel), book: (plugin) => plugin.book(parcel, 'o-1') },
    },
    grace: 30_000,
  })
  await testPlugin(OwnVan, { config: { country: 'DE', price: 900 } })
})

test('it runs with one command', { timeout: 180_000 }, async () => {
  const { code, stdout, stderr } = await runExample('shipping')
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: '' })
  expect(stdout).toMatch(/- {2}Lost: DeadlineError/)
  expect(stdout).toMatch(/order-2 goes with /)
  expect(stdout).not.toContain('key-of')
})
