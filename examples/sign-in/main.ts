import { once } from 'node:events'
import { getRequestListener } from '@hono/node-server'
import { signInApp } from './app.ts'
import { openBoard } from './board.ts'
import { Browser } from './browser.ts'
import { startProvider } from './provider.ts'
import { serve } from './serve.ts'
import { SignIn } from './sign-in.ts'

await using board = await openBoard()
await using app = await serve((url) => getRequestListener(signInApp(board, url).fetch, { overrideGlobalObjects: false }))
const callback = `${app.url}/callback`
await using staff = await startProvider({ clientSecret: 'secret-of-staff', callback, accounts: { Ada: 'lovelace' } })
await using partners = await startProvider({ clientSecret: 'secret-of-partners', callback, accounts: { Sam: 'support' } })

const by = { actor: { id: 'u1', name: 'Ada' } } // who the history names
const create = async (name: string, issuer: string, clientSecret: string): Promise<string> => {
  const config = { issuer, clientId: 'shop', clientSecret }
  return (await board.admin.create({ type: SignIn, plugin: 'oidc', name, status: 'active', config }, by)).id
}
await create('Staff', staff.url, 'secret-of-staff')
const partnersId = await create('Partners', partners.url, 'secret-of-partners')

const browser = new Browser()
const front = async (): Promise<string> => (await browser.get(app.url)).text
console.log('Each active instance is a button:')
for (const [, href = '', label = ''] of (await front()).matchAll(/<a href="([^"]+)">([^<]+)</g)) console.log(`  ${label}: ${href}`)

const login = await browser.get(`${app.url}/login/${partnersId}`)
console.log(`\nSam clicks the second one, and is at ${new URL(login.url).origin === partners.url ? 'the partners’ provider' : login.url}.`)
const back = await browser.post(login.url, { name: 'Sam', password: 'support' })
console.log(`After the password they are back, at ${new URL(back.url).pathname}: ${back.text}`)

await board.admin.setStatus(partnersId, 'disabled', by)
const other = new Browser()
console.log(
  `\nAn operator switches Partners off. Whoever comes now sees: ${(await other.get(app.url)).text.match(/Sign in with [^<]+/g)?.join(', ')}`,
)
console.log(`And an old link of it says: ${(await other.get(`${app.url}/login/${partnersId}`)).text}`)

if (process.argv.includes('--serve')) {
  await board.admin.setStatus(partnersId, 'active', by)
  console.log(`\nOpen ${app.url} and sign in as Ada (lovelace) or Sam (support). Ctrl-C ends it.`)
  await once(process, 'SIGINT')
}
