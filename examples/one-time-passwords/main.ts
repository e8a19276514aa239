import { makeApp } from './app.ts'
import { makeBoard } from './board.ts'
import { addSenders } from './senders.ts'

const board = makeBoard()
const app = await makeApp(board)
await app.listen(0, '127.0.0.1')
const url = await app.getUrl()
const senders = await addSenders(board)
board.on('failover', ({ from, to, error }) => console.log(`  (failover from ${from.name} to ${to?.name}: ${String(error)})`))

async function post(path: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  return `${response.status} ${((await response.json()) as { readonly message: string }).message}`
}
/** Asks for a code, looks where it arrives, and types it. */
async function signIn(user: string): Promise<void> {
  const { twilio, vonage, mail } = senders
  const before = [twilio, vonage, mail].map(({ sent }) => sent.length)
  await post('/codes', { user })
  const [arrived] = [twilio, vonage, mail].flatMap(({ sent }, n) => sent.slice(before[n]))
  const code = /\d{6}/.exec(arrived?.[1] ?? '')?.[0]
  console.log(`  ${user} reads it at ${arrived?.[0]}: ${await post('/codes/redeem', { user, code })}`)
}

console.log('Ada has a telephone:')
await signIn('ada')
console.log('\nTwilio is down:')
senders.twilio.state = 'down'
await signIn('ada')
console.log('\nSam has no telephone, so the reserved one writes an e-mail:')
await signIn('sam')
console.log(`\nA code that nobody sent: ${await post('/codes/redeem', { user: 'ada', code: '000000' })}`)

await app.close()
await senders[Symbol.asyncDispose]()
