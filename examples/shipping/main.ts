import { openBoard } from './board.ts'
import { Carrier } from './carrier.ts'
import { askAll, patience, ship, type Answers } from './shipping.ts'
import { startStandIn } from './stand-in.ts'

await using swift = await startStandIn({ price: 1_290, days: 1 })
await using donkey = await startStandIn({ price: 490, days: 9 })
await using lost = await startStandIn({ price: 100, days: 1 })
lost.behaviour = 'hangs'

await using board = await openBoard()
const by = { actor: { id: 'u1', name: 'Ada' } } // who the history names
const hire = async (name: string, plugin: string, config: object): Promise<string> =>
  (await board.admin.create({ type: Carrier, plugin, name, status: 'active', config }, by)).id
const connect = (name: string, baseUrl: string): Promise<string> => hire(name, 'http', { baseUrl, apiKey: `key-of-${name}` })
await connect('Swift', swift.url)
const cheapest = await connect('Donkey', donkey.url)
await connect('Lost', lost.url)
await hire('Own van', 'own-van', { country: 'DE', price: 900 })

const parcel = { country: 'DE', grams: 1_200 }
async function ask(): Promise<Answers> {
  const answers = await askAll(board, parcel)
  for (const { name, price, days } of answers.offers) console.log(`  ${(price / 100).toFixed(2).padStart(6)}  ${name}, days: ${days}`)
  for (const { name, reason } of answers.silent) console.log(`       -  ${name}: ${String(reason)}`)
  return answers
}

console.log(`All active carriers are asked at once, and have ${patience} ms:`)
const first = await ship(board, await ask(), { parcel, order: 'order-1' })
console.log(`order-1 goes with ${first.name}: ${first.tracking}`)

console.log('\nAn operator disables Donkey:')
await board.admin.setStatus(cheapest, 'disabled', by)
const second = await ship(board, await ask(), { parcel, order: 'order-2' })
console.log(`order-2 goes with ${second.name}: ${second.tracking}`)
