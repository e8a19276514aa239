import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Stripe } from 'stripe'
import { shop } from './app.ts'
import { openBoard } from './board.ts'
import { PaymentGateway } from './payment-gateway.ts'
import { startSquare } from './stand-ins/square.ts'
import { startStripe } from './stand-ins/stripe.ts'

await using stripe = await startStripe('sk_test_of_the_shop')
await using square = await startSquare('token-of-the-shop')
await using board = await openBoard()
const server = createServer(shop(board)).listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const by = { actor: { id: 'u1', name: 'Ada' } } // who the history names
const create = async (plugin: string, name: string, priority: number, config: object): Promise<string> =>
  (await board.admin.create({ type: PaymentGateway, plugin, name, status: 'active', priority, config }, by)).id
const webhookSecret = 'whsec_of_the_shop'
const stripeId = await create('stripe', 'Stripe', 1, { apiUrl: stripe.url, secretKey: 'sk_test_of_the_shop', webhookSecret, timeout: 500 })
const squareConfig = {
  apiUrl: square.url,
  token: 'token-of-the-shop',
  webhookKey: 'key-of-the-webhook',
  webhookUrl: 'https://shop.example/webhooks',
}
await create('square', 'Square', 2, squareConfig)
board.on('failover', ({ from, to, error }) => console.log(`  (failover from ${from.name} to ${to?.name}: ${String(error)})`))

async function call(path: string, body: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  return `${response.status} ${await response.text()}`
}
const pay = async (id: string): Promise<void> => {
  const cards = { stripe: 'pm_card_visa', square: 'ccof:visa' }
  console.log(`${id}: ${await call('/payments', JSON.stringify({ id, amount: 4_200, currency: 'EUR', cards }))}`)
}

await pay('p-1')
console.log('\nStripe hangs. What it may still do is cancelled, then Square charges:')
stripe.behaviour = 'hangs'
await pay('p-2')
console.log('\nStripe charges, and is gone before it answers. Nobody else is asked, and its webhook settles the payment:')
stripe.behaviour = 'charges, then is gone'
await pay('p-3')
const payload = JSON.stringify({ type: 'payment_intent.succeeded', data: { object: { id: 'pi_3', metadata: { payment: 'p-3' } } } })
const signature = await new Stripe('sk').webhooks.generateTestHeaderStringAsync({ payload, secret: webhookSecret })
await call(`/webhooks/${stripeId}`, payload, { 'stripe-signature': signature })
console.log(`p-3: ${await (await fetch(`${url}/payments/p-3`)).text()}`)

console.log(`\nCharged by Stripe: ${stripe.charged.join(', ')}; by Square: ${square.charged.join(', ')}`)
server.close()
