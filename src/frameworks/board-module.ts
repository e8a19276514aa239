import type { Board } from '../board.ts'
import type { AnyContract, Contract, Hooks } from '../contract/index.ts'

/** Token of the board itself: `@Inject(BOARD) board: Board`. */
export const BOARD: unique symbol = Symbol.for('plugboard.board')

export interface BoardModuleOptions {
  readonly board: Board
  /**
   * Contracts to inject by their classes, each as a handle that may be held for the life of the process. One whose selector takes a context, or that is to
   * have a deadline, is a provider of your own: `{ provide: Sms, useFactory: () => board.use(Sms, { context }) }`.
   */
  readonly contracts: readonly (AnyContract & { readonly prototype: object })[]
}

type ProviderToken = symbol | (AnyContract & { readonly prototype: object })

/** A provider and a dynamic module as NestJS takes them. */
export interface BoardProvider {
  readonly provide: ProviderToken
  readonly useFactory: () => object
}
export interface BoardModule {
  readonly module: new () => object
  readonly global: true
  readonly providers: BoardProvider[]
  readonly exports: ProviderToken[]
}

/**
 * A module of NestJS that gives the contracts to whatever asks for them: the class is the token. The board is ready before the application listens, and closed
 * after its last request (`enableShutdownHooks()` where signals end it).
 *
 * @example
 * @Module({ imports: [boardModule({ board, contracts: [PaymentGateway] })], providers: [Checkout] })
 * class AppModule {}
 *
 * @Injectable()
 * class Checkout {
 *   constructor(private readonly payments: PaymentGateway) {}
 * }
 */
export function boardModule({ board, contracts }: BoardModuleOptions): BoardModule {
  class PlugboardModule {
    async onModuleInit(): Promise<void> {
      await board.ready()
    }
    async onApplicationShutdown(): Promise<void> {
      await board.close()
    }
  }
  const handles = contracts.map((contract) => ({
    provide: contract,
    // Erased: the list holds contracts of any methods.
    useFactory: (): object => board.use(contract as unknown as Contract<Hooks, undefined>),
  }))
  return {
    module: PlugboardModule,
    global: true,
    providers: [{ provide: BOARD, useFactory: () => board }, ...handles],
    exports: [BOARD, ...contracts],
  }
}
