import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Board } from 'plugboard'
import { testPlugin } from 'plugboard/testing'
import { Stripe } from 'stripe'
import { expect, test } from 'vitest'
import { runExample } from '../../test/support/run-example.ts'
import { shop } from './app.ts'
import { openBoard } from './board.ts'
import { PaymentGateway } from './payment-gateway.ts'
import { SquareGateway } from './square-gateway.ts'
import type { Behaviour, StandIn } from './stand-ins/stand-in.ts'
import { startSquare } from './stand-ins/square.ts'
import { startStripe } from './stand-ins/stripe.ts'
import { StripeGateway } from './stripe-gateway.ts'

const by = { actor: { id: 'u1', name: 'Ada' } }
const stripeConfig = (apiUrl: string, timeout: number): object => ({
  apiUrl,
  secretKey: 'sk_test_of_shop',
  webhookSecret: 'whsec_of_shop',
  timeout,
})
const squareConfig = (apiUrl: string, timeout: number): object => ({
  apiUrl,
  token: 'token-of-shop',
  webhookKey: 'key-of-webhook',
  webhookUrl: 'https://shop.example/webhooks/square',
  timeout,
})

interface Till extends AsyncDisposable {
  readonly board: Board
  readonly stripe: StandIn
  readonly square: StandIn
  readonly ids: { readonly stripe: string; readonly square: string }
  pay(id: string, cards?: object): Promise<readonly [status: number, state: unknown]>
  post(path: string, body?: string, headers?: Record<string, string>): Promise<Response>
  state(id: string): Promise<unknown>
  /** By both, each payment as often as it was charged. */
  charged(): readonly string[]
}

/** The shop with both gateways, one of them first. */
async function open(first: 'stripe' | 'square' = 'stripe', { timeout = 30_000 } = {}): Promise<Till> {
  const [stripe, square, board] = [await startStripe('sk_test_of_shop'), await startSquare('token-of-shop'), await openBoard()]
  const create = async (plugin: 'stripe' | 'square', config: object): Promise<string> => {
    const instance = { type: PaymentGateway, plugin, name: plugin, status: 'active', priority: plugin === first ? 1 : 2, config } as const
    return (await board.admin.create(instance, by)).id
  }
  const times = (plugin: string): number => (plugin === first ? timeout : 30_000)
  const ids = {
    stripe: await create('stripe', stripeConfig(stripe.url, times('stripe'))),
    square: await create('square', squareConfig(square.url, times('square'))),
  }
  const server = createServer(shop(board)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const till: Till = {
    board,
    stripe,
    square,
    ids,
    post: (path, body = '{}', headers = {}) =>
      fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }),
    pay: async (id, cards = { stripe: 'pm_card_visa', square: 'ccof:visa' }) => {
      const response = await till.post('/payments', JSON.stringify({ id, amount: 4_200, currency: 'EUR', cards }))
      return [response.status, ((await response.json()) as { readonly state: unknown }).state]
    },
    state: async (id) => ((await (await fetch(`${url}/payments/${id}`)).json()) as { readonly state: unknown }).state,
    charged: () => [...stripe.charged, ...square.charged],
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await board.close()
      await Promise.all([stripe[Symbol.asyncDispose](), square[Symbol.asyncDispose]()])
    },
  }
  return till
}

const both = ['stripe', 'square'] as const

test.for(both)('[38] where %s hangs, what it may still do is cancelled, and the other one charges: once', async (first) => {
  const second = first === 'stripe' ? 'square' : 'stripe'
  await using till = await open(first, { timeout: 200 })
  till[first].behaviour = 'hangs'
  expect(await till.pay('p-1')).toStrictEqual([201, 'paid'])
  expect([till[first].charged, till[second].charged]).toStrictEqual([[], ['p-1']])
})

test.for(both)(
  '[38] where %s is down, the other one charges; where both are, the customer is told, and nobody was charged',
  async (first) => {
    await using till = await open(first)
    till[first].behaviour = 'is down'
    expect(await till.pay('p-1')).toStrictEqual([201, 'paid'])
    till.stripe.behaviour = till.square.behaviour = 'is down'
    expect(await till.pay('p-2')).toStrictEqual([503, 'not charged'])
    expect(till.charged()).toStrictEqual(['p-1'])
  },
)

test.for(both)('where %s charges and the answer is lost, it is found out', async (first) => {
  await using till = await open(first)
  till[first].behaviour = 'charges, then breaks off'
  expect(await till.pay('p-1')).toStrictEqual([201, 'paid'])
  expect(till.charged()).toStrictEqual(['p-1'])
})

test.for(both)('a card that %s declines is an answer: nobody else charges it', async (first) => {
  await using till = await open(first)
  till[first].behaviour = 'declines'
  expect(await till.pay('p-1')).toStrictEqual([402, 'declined'])
  expect(till.charged()).toStrictEqual([])
})

test('who has no card at the first one pays at the second; with no gateway at all, nobody is charged', async () => {
  await using till = await open()
  expect(await till.pay('p-1', { square: 'ccof:visa' })).toStrictEqual([201, 'paid'])
  expect(till.square.charged).toStrictEqual(['p-1'])
  expect(await till.pay('p-2', {})).toStrictEqual([503, 'not charged'])
  for (const id of Object.values(till.ids)) await till.board.admin.setStatus(id, 'disabled', by)
  expect(await till.pay('p-3')).toStrictEqual([503, 'not charged'])
})

test('a second click charges nothing, and what is no payment is refused', async () => {
  await using till = await open()
  const clicks = await Promise.all([till.pay('p-1'), till.pay('p-1'), till.pay('p-1')])
  expect(clicks.map(([status]) => status).toSorted()).toStrictEqual([201, 409, 409])
  expect(till.charged()).toStrictEqual(['p-1'])
  expect((await till.post('/payments', '{"id":"p-2","amount":-1}')).status).toBe(400)
  expect((await till.post('/payments', '{')).status).toBe(400)
})

/** A webhook as the provider signs it. */
const signed = {
  async stripe(payment: string, secret = 'whsec_of_shop') {
    const body = JSON.stringify({ type: 'payment_intent.succeeded', data: { object: { id: 'pi_1', metadata: { payment } } } })
    return {
      body,
      headers: { 'stripe-signature': await new Stripe('sk').webhooks.generateTestHeaderStringAsync({ payload: body, secret }) },
    }
  },
  async square(payment: string, secret = 'key-of-webhook') {
    const about = { id: `sq-${payment}`, status: 'COMPLETED', reference_id: payment }
    const body = JSON.stringify({ type: 'payment.updated', data: { object: { payment: about } } })
    const signature = createHmac('sha256', secret).update(`https://shop.example/webhooks/square${body}`).digest('base64')
    return { body, headers: { 'x-square-hmacsha256-signature': signature } }
  },
}

test.for(both)(
  'where %s charges and is gone, nobody else is asked; its webhook settles the payment, a forged one does not',
  async (first) => {
    await using till = await open(first)
    till[first].behaviour = 'charges, then is gone'
    expect(await till.pay('p-1')).toStrictEqual([202, 'in doubt'])
    expect(till.charged()).toStrictEqual(['p-1'])

    const path = `/webhooks/${till.ids[first]}`
    const [forged, real] = [await signed[first]('p-1', 'another secret'), await signed[first]('p-1')]
    expect((await till.post(path, forged.body, forged.headers)).status).toBe(400)
    expect((await till.post(path, real.body.replace('p-1', 'p-2'), real.headers)).status).toBe(400)
    expect((await till.post(path, real.body)).status).toBe(400)
    expect((await till.post('/webhooks/none', real.body, real.headers)).status).toBe(400)
    expect(await till.state('p-1')).toBe('in doubt')
    // Switched off meanwhile: what it charged stays charged.
    await till.board.admin.setStatus(till.ids[first], 'disabled', by)
    expect((await till.post(path, real.body, real.headers)).status).toBe(204)
    expect(await till.state('p-1')).toBe('paid')
  },
)

test.for(both)('a refund goes to %s, which charged, whoever answers by then; and once', async (first) => {
  await using till = await open(first)
  await till.pay('p-1')
  await till.board.admin.setStatus(till.ids[first], 'disabled', by)
  expect((await till.post('/payments/p-1/refund')).status).toBe(200)
  expect((await till.post('/payments/p-1/refund')).status).toBe(409)
  expect([till.stripe.refunded.length, till.square.refunded.length]).toStrictEqual(first === 'stripe' ? [1, 0] : [0, 1])
})

test.for(['hangs', 'charges, then breaks off', 'is down'] satisfies Behaviour[])(
  '[24] what is told where one %s holds no secret',
  async (behaviour) => {
    await using till = await open('stripe', { timeout: 200 })
    const told: string[] = []
    till.board.on('failover', ({ error }) => told.push(String(error), JSON.stringify(error), String((error as Error).cause)))
    till.stripe.behaviour = behaviour
    await till.pay('p-1')
    expect(told.join('\n')).not.toMatch(/of_shop|of-shop/)
  },
)

test('both plugins are good ones', async () => {
  await testPlugin(StripeGateway, { config: stripeConfig('http://127.0.0.1:9', 200) })
  await testPlugin(SquareGateway, { config: squareConfig('http://127.0.0.1:9', 200) })
})

test('it runs with one command', { timeout: 180_000 }, async () => {
  const { code, stdout, stderr } = await runExample('payments')
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: '' })
  expect(stdout).toContain('p-3: 202 {"state":"in doubt"}\np-3: {"state":"paid"}')
  const [, ...charged] = /Charged by Stripe: (.*); by Square: (.*)/.exec(stdout) ?? []
  expect(charged.flatMap((list) => list.split(', ')).toSorted()).toStrictEqual(['p-1', 'p-2', 'p-3'])
  expect(stdout).not.toMatch(/of_the_shop|of-the-shop/)
})
