import * as client from 'openid-client'
import { Plugin, Rejected } from 'plugboard'
import { z } from 'zod'
import { SignIn, type Checks, type Identity } from './sign-in.ts'

/** Any OpenID Connect provider: authorization code with PKCE, state and nonce. */
export class Oidc extends Plugin(SignIn, {
  key: 'oidc',
  label: 'OpenID Connect',
  config: z.object({
    issuer: z.url().meta({ title: 'Issuer' }),
    clientId: z.string().meta({ title: 'Client id' }),
    clientSecret: z.string().meta({ title: 'Client secret' }),
    scope: z.string().default('openid profile').meta({ title: 'Scope' }),
  }),
  secrets: { clientSecret: { boundTo: ['issuer'] } },
}) {
  #discovered: Promise<client.Configuration> | undefined

  /** Asked once, and again where that failed: the provider may be back. */
  #provider(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.config
    const url = new URL(issuer)
    // Without TLS on this machine alone.
    const isHere = url.protocol === 'http:' && url.hostname === '127.0.0.1'
    const options = isHere ? { execute: [client.allowInsecureRequests] } : {}
    this.#discovered ??= client.discovery(url, clientId, clientSecret, undefined, options).catch((error: unknown) => {
      this.#discovered = undefined
      throw error
    })
    return this.#discovered
  }

  async begin(callback: string): Promise<{ readonly url: string; readonly checks: Checks }> {
    const checks = { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() }
    const url = client.buildAuthorizationUrl(await this.#provider(), {
      redirect_uri: callback,
      scope: this.config.scope,
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(checks.verifier),
      code_challenge_method: 'S256',
    })
    return { url: url.href, checks }
  }

  async finish(returned: URL, { state, nonce, verifier }: Checks): Promise<Identity> {
    const expected = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true }
    const tokens = await client.authorizationCodeGrant(await this.#provider(), returned, expected).catch((error: unknown) => {
      throw new Rejected('The provider vouches for nobody', { cause: error })
    })
    const claims = tokens.claims()
    if (claims === undefined) throw new Rejected('The provider says nothing of who it is')
    const { iss, sub, name } = claims
    return { issuer: iss, subject: sub, name: typeof name === 'string' ? name : sub }
  }

  async onTest(): Promise<void> {
    await this.#provider()
  }
}
