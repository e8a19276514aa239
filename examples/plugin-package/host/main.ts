import { Pigeon } from 'carrier-pigeon'
import { openBoard } from '../shipping/board.ts'
import { Carrier } from '../shipping/carrier.ts'
import { HttpCarrier } from '../shipping/http-carrier.ts'
import { OwnVan } from '../shipping/own-van.ts'
import { askAll, ship } from '../shipping/shipping.ts'

// The one line that the shop changes.
await using board = await openBoard({ plugins: [HttpCarrier, OwnVan, Pigeon] })

const by = { actor: { id: 'u1', name: 'Ada' } } // who the history names
const hire = (plugin: string, name: string, config: object): Promise<unknown> =>
  board.admin.create({ type: Carrier, plugin, name, status: 'active', config }, by)
await hire('own-van', 'Own van', { country: 'DE', price: 900 })
await hire('carrier-pigeon', 'Pigeons of Berlin', { loft: 'berlin' })

for (const [order, grams] of [
  ['order-1', 40],
  ['order-2', 1_200],
] as const) {
  const parcel = { country: 'DE', grams }
  const booking = await ship(board, await askAll(board, parcel), { parcel, order })
  console.log(`  ${order} goes with ${booking.name}: ${booking.tracking}`)
}
