import type { Board } from 'plugboard'
import { CodeSender } from './code-sender.ts'
import { startMailServer, startTwilio, startVonage, type StandIn } from './stand-ins.ts'

/** The providers on loopback, and an operator's instances of them. */
export interface Senders extends AsyncDisposable {
  readonly twilio: StandIn
  readonly vonage: StandIn
  readonly mail: StandIn
  readonly ids: { readonly twilio: string; readonly vonage: string; readonly mail: string }
}

/** Twilio first, then Vonage; e-mail stands by. */
export async function addSenders(board: Board): Promise<Senders> {
  const [twilio, vonage, mail] = [
    await startTwilio('token-of-twilio'),
    await startVonage('secret-of-vonage'),
    await startMailServer('password-of-mail'),
  ]
  const by = { actor: { id: 'u1', name: 'Ada' } } // who the history names
  const create = async (plugin: string, name: string, status: 'active' | 'reserved', config: object): Promise<string> =>
    (await board.admin.create({ type: CodeSender, plugin, name, status, config }, by)).id
  const smtp = { host: '127.0.0.1', port: mail.port, requireTLS: false, user: 'shop', password: 'password-of-mail' }
  return {
    twilio,
    vonage,
    mail,
    ids: {
      twilio: await create('twilio', 'Twilio', 'active', {
        baseUrl: twilio.url,
        account: 'ACshop',
        token: 'token-of-twilio',
        from: '+4930123456',
      }),
      vonage: await create('vonage', 'Vonage', 'active', {
        baseUrl: vonage.url,
        apiKey: 'shop',
        apiSecret: 'secret-of-vonage',
        from: 'Shop',
      }),
      mail: await create('mail', 'E-mail', 'reserved', { ...smtp, from: 'shop@example.com' }),
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([twilio, vonage, mail].map((each) => each[Symbol.asyncDispose]()))
    },
  }
}
