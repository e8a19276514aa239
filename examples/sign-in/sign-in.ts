import { PluginType, type Methods } from 'plugboard'

/** Who somebody is, as their provider says. Issuer and subject together name them for good. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
  readonly name: string
}

/** What the application keeps while the browser is away. */
export interface Checks {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** A way to sign in: each active instance is a button. */
export abstract class SignIn extends PluginType('sign-in', { label: 'Sign-in' }) {
  static readonly methods: Methods<SignIn> = { begin: 'repeatable', finish: 'once' }
  /** Where to send the browser. */
  abstract begin(callback: string): Promise<{ readonly url: string; readonly checks: Checks }>
  /** @param returned the address that the browser came back with @throws Rejected where it proves nothing */
  abstract finish(returned: URL, checks: Checks): Promise<Identity>
}
