import { PluginType, type Methods } from 'plugboard'

export interface Recipient {
  readonly email: string
  readonly phone?: string
}

/** Brings a one-time password to somebody. */
export abstract class CodeSender extends PluginType('code-sender', { label: 'One-time passwords', attemptDeadline: 10_000 }) {
  /** The same code twice does no harm, and none at all locks somebody out: so whatever fails, the next sender is asked. */
  static readonly methods: Methods<CodeSender> = { send: 'repeatable' }
  abstract send(to: Recipient, code: string): Promise<void>
}

export const textFor = (code: string): string => `${code} is your code. Nobody from us will ever ask you for it.`
