import { Plugin, PluginType, type Methods } from 'plugboard'
import { gatewayConfig } from './filled-board.ts'

/** The contract whose instance one process saves and another one serves. */
export abstract class FollowedType extends PluginType('followed') {
  static readonly methods: Methods<FollowedType> = { charge: 'once' }
  abstract charge(amount: number): number
}

export class FollowedGateway extends Plugin(FollowedType, { key: 'card', config: gatewayConfig, secrets: { apiKey: { boundTo: [] } } }) {
  /** Told of each object that is built in this process. */
  static built: ((object: FollowedGateway) => void) | undefined
  readonly #length = this.config.merchantId.length

  onStart(): void {
    FollowedGateway.built?.(this)
  }

  charge(amount: number): number {
    return amount + this.#length
  }
}

/** How another process is to follow. */
export type FollowerOptions =
  | {
      readonly kind: 'postgres'
      readonly url: string
      readonly schema: string
      /** For the bare word. */
      readonly channel: string
      readonly keys: string
      readonly refreshEvery?: number
    }
  | { readonly kind: 'sqlite'; readonly file: string; readonly keys: string; readonly refreshEvery?: number }
  /** Without Plugboard. */
  | { readonly kind: 'poll'; readonly file: string }

/** `at` is a reading of the clock that all processes of a machine share, in nanoseconds. */
export type FromFollower =
  | { readonly kind: 'ready' }
  | { readonly kind: 'heard'; readonly at: string }
  /** With the statements that were sent since it was last said, without those that come by the clock. */
  | { readonly kind: 'served'; readonly at: string; readonly statements: number }
  /** A share of one core. */
  | { readonly kind: 'idle'; readonly cpu: number }

/** Milliseconds to do nothing for. */
export interface ToFollower {
  readonly idleFor: number
}
