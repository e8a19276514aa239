import { generateKeyPairSync } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { Provider } from 'oidc-provider'
import { serve, type Served } from './serve.ts'

const form = '<form method="post"><input name="name"><input name="password" type="password"><button>Sign in</button></form>'

export interface ProviderOptions {
  readonly clientSecret: string
  /** Where browsers may be sent back to. */
  readonly callback: string
  /** Name and password of who has an account. */
  readonly accounts: Readonly<Record<string, string>>
  /** Default: a free one. */
  readonly port?: number
}

/** A real OpenID Connect provider: oidc-provider, with a login page of its own, and no question of consent. */
export function startProvider({ clientSecret, callback, accounts, port = 0 }: ProviderOptions): Promise<Served> {
  return serve((issuer) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const provider = new Provider(issuer, {
      clients: [{ client_id: 'shop', client_secret: clientSecret, redirect_uris: [callback] }],
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] },
      cookies: { keys: ['a key of the provider’s cookies'] },
      claims: { openid: ['sub'], profile: ['name'] },
      conformIdTokenClaims: false, // a name in the id token, so that nobody has to ask again
      findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, name: id }) }),
      ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_ctx, { uid }) => `/login/${uid}` },
      async loadExistingGrant({ oidc }) {
        const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId ?? '', accountId: oidc.session?.accountId ?? '' })
        grant.addOIDCScope('openid profile')
        await grant.save()
        return grant
      },
    })
    const handle = provider.callback()
    const login = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (request.method === 'GET') return void response.end(form)
      const typed = new URLSearchParams(await text(request))
      const name = typed.get('name') ?? ''
      const isKnown = Object.hasOwn(accounts, name) && accounts[name] === typed.get('password')
      if (!isKnown) return void response.writeHead(401).end('No.')
      await provider.interactionFinished(request, response, { login: { accountId: name } })
    }
    return (request, response) => {
      const answered = request.url?.startsWith('/login/') === true ? login(request, response) : handle(request, response)
      answered.catch(() => response.destroy())
    }
  }, port)
}
