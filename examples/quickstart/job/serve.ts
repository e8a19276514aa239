import type { Order } from '../orders/order.ts'
import { check } from './check.ts'
import { sayVerdict } from './run.ts'
import type { Screen } from './screen.ts'
import { sendAll, type Delivery } from './send.ts'
import { settle } from './settle.ts'
import { names } from './places.ts'
import { allArrivals, type Shop } from './shop.ts'
import { feed } from './feed.ts'
import { openOffice } from './office.ts'

/** Goes on with an order a second, so that an operator can play, until `signal` is aborted; then checks those orders too. */
export async function serve(
  shop: Shop,
  screen: Screen,
  orders: readonly Order[],
  commandPrefix: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (const place of shop.places) await place.revive()
  const commands = [
    'list',
    'explain notifier',
    `instance enable "${names.main}"`,
    `instance move ${names.webhook} --first`,
    `instance disable ${names.webhook}`,
    `test ${names.webhook}`,
    'history',
  ]
  const office = await openOffice(shop.board)
  screen.heading('Serving: all servers are up again, one order a second. The admin, by a link that opens once:')
  screen.line(`  ${office.url}`)
  screen.heading('Or, in another terminal:')
  for (const command of commands) screen.line(`  ${commandPrefix} ${command}`)
  screen.line('  Ctrl-C ends it.\n')

  // No order of the file is called so: it holds the time.
  const prefix = `LIVE-${Date.now().toString(36)}-`
  const deliveries: Delivery[] = []
  const notify = (order: Order) => shop.notifier.notify(order)
  const quiet = shop.board.on('selected', ({ from, to }) =>
    screen.line(`  ${clock()}  ${to?.name ?? 'Nothing'} is selected instead of ${from?.name ?? 'nothing'}`),
  )
  await sendAll(feed(live(orders, prefix), { interval: 1_000, before: async () => undefined, signal }), {
    notify,
    concurrency: 4,
    onDone(delivery) {
      deliveries.push(delivery)
      const outcome = delivery.outcome === 'sent' ? delivery.receipt.instance : `${delivery.outcome}: ${String(delivery.error)}`
      screen.line(`  ${clock()}  ${delivery.order.id}  ${outcome}`)
    },
  })
  quiet()
  await office.close()

  screen.heading('Stopping')
  const open = deliveries.filter((delivery) => delivery.outcome !== 'sent')
  for (const { order, how } of await settle(open, await allArrivals(shop), notify)) screen.line(`  ${order.id}  ${how}`)
  // What arrived before belongs to the job, which is checked already.
  const arrivals = (await allArrivals(shop)).filter(({ order }) => order.id === undefined || order.id.startsWith(prefix))
  const verdict = check(
    deliveries.map((delivery) => delivery.order),
    arrivals,
  )
  sayVerdict(verdict, screen)
  return verdict.ok
}

/** The orders again and again, under ids of their own. */
function* live(orders: readonly Order[], prefix: string): Generator<Order, void, undefined> {
  for (let number = 1; ; number++) {
    const order = orders[(number - 1) % orders.length]
    if (order === undefined) return
    yield { ...order, id: `${prefix}${String(number).padStart(4, '0')}` }
  }
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8)
}
