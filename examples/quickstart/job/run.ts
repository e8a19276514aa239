import { writeFile } from 'node:fs/promises'
import { basename, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Notifier } from '../notifier.ts'
import type { Order } from '../orders/order.ts'
import { check, complaints, type Verdict } from './check.ts'
import { feed } from './feed.ts'
import { reportHtml, type InstanceRow } from './report.ts'
import { sabotaged, type Sabotage } from './sabotage.ts'
import type { Screen } from './screen.ts'
import { sendAll, type Delivery } from './send.ts'
import { settle, type Settled } from './settle.ts'
import { allArrivals, type Shop } from './shop.ts'
import { explained, tellStory } from './story.ts'
import { table } from './table.ts'

export interface RunOptions {
  readonly file: string
  readonly orders: readonly Order[]
  readonly sabotage?: Sabotage | undefined
  readonly signal: AbortSignal
}

/** About how long the sending takes, in milliseconds, whatever the number of orders; from 2 to 400 ms an order. */
const duration = 9_000
const concurrency = 16

/** Sends every order, settles what is in doubt, checks at the other end, and reports. */
export async function runJob(shop: Shop, screen: Screen, { file, orders, sabotage, signal }: RunOptions): Promise<Verdict | undefined> {
  const total = orders.length
  const [victim] = orders
  const send = (order: Order) => shop.notifier.notify(order)
  const notify = sabotage === undefined || victim === undefined ? send : sabotaged(send, sabotage, victim)

  screen.heading('Who is selected, and why')
  for (const line of await explained(shop)) screen.line(line)

  screen.heading(`Notifying ${total} customers`)
  const started = performance.now()
  const story = tellStory(shop, total, screen)
  const deliveries: Delivery[] = []
  let last = 'nobody yet'
  const interval = Math.min(400, Math.max(2, duration / total))
  await sendAll(feed(orders, { interval, before: (number) => story.before(number), signal }), {
    notify,
    concurrency,
    onDone(delivery) {
      deliveries.push(delivery)
      if (delivery.outcome === 'sent') last = delivery.receipt.instance
      screen.progress(deliveries.length, total, `through ${last}`)
    },
  })
  await story.end()
  screen.endProgress()
  if (signal.aborted) return undefined
  const seconds = (performance.now() - started) / 1000

  const open = deliveries.filter((delivery) => delivery.outcome !== 'sent').toSorted((a, b) => a.number - b.number)
  const settled = await settleAll(open, shop, screen)

  screen.heading('Who is selected at the end, and why')
  for (const line of await explained(shop)) screen.line(line)

  screen.heading('Read back from the mails, the maildir and the webhook log')
  const verdict = check(orders, await allArrivals(shop))
  const rows = instanceRows(shop, verdict, deliveries, settled)
  const cells = rows.map((row) => [row.name, row.plugin, row.status, String(row.orders), String(row.first ?? '–'), String(row.last ?? '–')])
  const sum = rows.reduce((all, row) => all + row.orders, 0)
  for (const line of table(
    ['Instance', 'Plugin', 'Status', 'Orders', 'First', 'Last'],
    [...cells, ['All', '', '', String(sum), '', '']],
    [3, 4, 5],
  ))
    screen.line(`  ${line}`)
  screen.line()

  const html = reportHtml({
    file: basename(file),
    made: new Date(),
    seconds,
    verdict,
    rows,
    timeline: {
      lanes: shop.places.map(({ name, plugin }) => ({
        name,
        plugin,
        disabledFrom: story.disabledFrom.get(name),
        downFrom: story.downFrom.get(name),
      })),
      orders: ticks(deliveries, settled),
      marks: story.marks,
    },
    happenings: story.happenings,
    settled: settled.map(({ order, how }) => ({ id: order.id, customer: order.customer, how })),
  })
  await writeFile(shop.folder.report, html)
  sayVerdict(verdict, screen)
  screen.line(`  Report: ${relative(process.cwd(), shop.folder.report)}  (${pathToFileURL(shop.folder.report).href})`)
  return verdict
}

async function settleAll(open: readonly Delivery[], shop: Shop, screen: Screen): Promise<readonly Settled[]> {
  if (open.length === 0) return []
  screen.heading(open.length === 1 ? 'One order is in doubt' : `${open.length} orders are in doubt`)
  screen.line('  Their server died while they were on their way. notify() is marked `once`, so nobody else was tried.')
  const settled = await settle(open, await allArrivals(shop), (order) => shop.notifier.notify(order))
  for (const { order, how } of settled) screen.line(`  ${order.id}  ${how}`)
  return settled
}

function instanceRows(shop: Shop, verdict: Verdict, deliveries: readonly Delivery[], settled: readonly Settled[]): readonly InstanceRow[] {
  const status = new Map(shop.board.instances(Notifier).map((each) => [each.name, each.status]))
  const delivered = ticks(deliveries, settled)
  return shop.places.map(({ name, plugin, address }) => {
    const numbers = delivered.filter((each) => each.instance === name).map((each) => each.number)
    return {
      name,
      plugin,
      address,
      status: status.get(name) ?? 'disabled',
      orders: verdict.byInstance.get(name) ?? 0,
      first: numbers.length === 0 ? undefined : Math.min(...numbers),
      last: numbers.length === 0 ? undefined : Math.max(...numbers),
    }
  })
}

function ticks(deliveries: readonly Delivery[], settled: readonly Settled[]) {
  return [
    ...deliveries.flatMap((each) =>
      each.outcome === 'sent' ? [{ number: each.number, id: each.order.id, instance: each.receipt.instance, settled: false }] : [],
    ),
    ...settled.flatMap(({ number, order, instance }) =>
      instance === undefined ? [] : [{ number, id: order.id, instance, settled: true }],
    ),
  ]
}

export function sayVerdict(verdict: Verdict, screen: Screen): void {
  if (verdict.ok) {
    screen.line(`  Every one of ${verdict.orders} orders arrived exactly once.`)
    return
  }
  screen.line('  Not every order arrived exactly once:')
  for (const complaint of complaints(verdict)) screen.line(`  - ${complaint}`)
}
