import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { type } from 'arktype'
import * as v from 'valibot'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { createBoard, Plugin, PluginType, type Handle, type Methods } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'

// The lines of the design as written.

interface Order {
  readonly id: string
}
interface Receipt {
  readonly id: string
}
class ZarinpalClient {
  constructor(
    readonly baseUrl: string,
    readonly apiKey: string,
  ) {}
  async pay(merchantId: string, order: Order): Promise<Receipt> {
    return { id: `${merchantId}-${order.id}` }
  }
  async refund(id: string): Promise<void> {
    void id
  }
  async ping(): Promise<void> {}
  async close(): Promise<void> {}
}

/** Charges a customer through an external provider. */
export abstract class PaymentGateway extends PluginType('payment-gateway', { label: 'Payment gateways' }) {
  static readonly methods: Methods<PaymentGateway> = { charge: 'once', refund: 'repeatable' }
  abstract charge(order: Order): Promise<Receipt>
  abstract refund(receipt: Receipt): Promise<void>
}

export class Zarinpal extends Plugin(PaymentGateway, {
  key: 'zarinpal',
  label: 'Zarinpal',
  config: z.object({
    merchantId: z.string().meta({ title: 'Merchant ID' }),
    apiKey: z.string(),
    baseUrl: z.url().default('https://api.zarinpal.com'),
    sandbox: z.boolean().default(false),
  }),
  secrets: { apiKey: { boundTo: ['baseUrl'] } },
}) {
  readonly #client = new ZarinpalClient(this.config.baseUrl, this.config.apiKey)
  async charge(order: Order) {
    expectTypeOf(this.config.merchantId).toEqualTypeOf<string>()
    expectTypeOf(this.config.sandbox).toEqualTypeOf<boolean>()
    expectTypeOf(this.signal).toEqualTypeOf<AbortSignal>()
    expectTypeOf(this.instance.tags).toEqualTypeOf<readonly string[]>()
    // @ts-expect-error a misspelt field of the config
    void this.config.merchantID
    return this.#client.pay(this.config.merchantId, order)
  }
  async refund(receipt: Receipt) {
    await this.#client.refund(receipt.id)
  }
  async onTest() {
    await this.#client.ping()
  }
  async onDispose() {
    await this.#client.close()
  }
}

export const board = createBoard({
  plugins: [Zarinpal],
  store: sqlite('plugboard.db'),
  keys: process.env['PLUGBOARD_KEYS'],
})

export async function lines(order: Order): Promise<void> {
  await board.ready()
  const gateway = board.get(PaymentGateway)
  expectTypeOf(gateway).toEqualTypeOf<PaymentGateway>()
  expectTypeOf(await gateway.charge(order)).toEqualTypeOf<Receipt>()
  const payments = board.use(PaymentGateway)
  expectTypeOf(payments).toEqualTypeOf<Handle<PaymentGateway>>()
  expectTypeOf(payments.charge).toEqualTypeOf<(order: Order) => Promise<Receipt>>()
  expectTypeOf(board.find(PaymentGateway)).toEqualTypeOf<PaymentGateway | undefined>()
  expectTypeOf(await board.resolve(PaymentGateway)).toEqualTypeOf<PaymentGateway>()
  expectTypeOf(await board.getById(PaymentGateway, 'id')).toEqualTypeOf<PaymentGateway>()
  expectTypeOf(await board.instances(PaymentGateway)[0]?.load()).toEqualTypeOf<PaymentGateway | undefined>()
  expectTypeOf(board.use(PaymentGateway, { failover: false }).charge).toEqualTypeOf<(order: Order) => Promise<Receipt>>()
  expectTypeOf(await board.run(PaymentGateway, (each) => each.charge(order))).toEqualTypeOf<Receipt>()
  expectTypeOf(board.getByKey('payment-gateway')).toEqualTypeOf<unknown>()
  await using lease = await board.lease(PaymentGateway)
  expectTypeOf(lease.object).toEqualTypeOf<PaymentGateway>()
  // @ts-expect-error a method the contract does not have
  void payments.chargeAll
  // @ts-expect-error a hook is not part of the handle
  void payments.onTest
  // @ts-expect-error reading .config from outside
  void new Zarinpal({} as never).config
  // A plain object can stand in for a contract in a test.
  const fake: PaymentGateway = { charge: async (each) => ({ id: each.id }), refund: async () => {} }
  void fake
}

// Each mistake the design lists is a compile error.

// @ts-expect-error a missing method, named: TS2515
export class Incomplete extends Plugin(PaymentGateway, { key: 'incomplete' }) {
  async charge(order: Order): Promise<Receipt> {
    return order
  }
}

// @ts-expect-error a contract is abstract
void new PaymentGateway()

void Plugin(PaymentGateway, {
  key: 'misspelt',
  config: z.object({ apiKey: z.string() }),
  // @ts-expect-error a misspelt secret
  secrets: { apiKye: {} },
})

void Plugin(PaymentGateway, {
  key: 'bound',
  config: z.object({ apiKey: z.string(), auth: z.object({ url: z.string() }) }),
  secrets: {
    apiKey: {
      boundTo: [
        'auth.url',
        // @ts-expect-error a binding to no field
        'auth.uri',
      ],
    },
  },
})

// @ts-expect-error a config that is no schema
void Plugin(PaymentGateway, { key: 'wrong', config: { apiKey: 'string' } })

// @ts-expect-error a priority that is no number
void Plugin(PaymentGateway, { key: 'wrong', priority: 'high' })

export class WrongUse extends Plugin(PaymentGateway, { key: 'wrong-use', config: z.object({ tries: z.number() }) }) {
  // @ts-expect-error another result than the contract's
  async charge(order: Order): Promise<number> {
    // @ts-expect-error the wrong type of a config value
    const tries: string = this.config.tries
    void tries
    void order
    return 1
  }
  async refund(): Promise<void> {}
}

export abstract class WithoutMethods extends PluginType('without') {
  abstract go(): Promise<void>
}
// @ts-expect-error a contract without methods, given to the board
void board.get(WithoutMethods)
// @ts-expect-error the same
void board.use(WithoutMethods)
// @ts-expect-error the same, registered
void createBoard({ plugins: [], types: [WithoutMethods], store: sqlite('x') })
// @ts-expect-error the same, implemented
void Plugin(WithoutMethods, { key: 'x' })

export abstract class MissingMethod extends PluginType('missing') {
  // @ts-expect-error a method that is not named
  static readonly methods: Methods<MissingMethod> = { go: 'once' }
  abstract go(): Promise<void>
  abstract stop(): Promise<void>
}
export abstract class ExtraMethod extends PluginType('extra') {
  // @ts-expect-error a method that is not there
  static readonly methods: Methods<ExtraMethod> = { go: 'once', stop: 'once' }
  abstract go(): Promise<void>
}
export abstract class WrongKind extends PluginType('kind') {
  // @ts-expect-error neither once nor repeatable
  static readonly methods: Methods<WrongKind> = { go: 'twice' }
  abstract go(): Promise<void>
}
export abstract class DeclaresHook extends PluginType('hook') {
  // @ts-expect-error a contract that declares a hook's name
  static readonly methods: Methods<DeclaresHook> = { go: 'once', onTest: 'once' }
  abstract go(): Promise<void>
  abstract onTest(): Promise<void>
}

export abstract class DeclaresConfig extends PluginType('member') {
  // @ts-expect-error a contract with a method that every plugin has as a property
  static readonly methods: Methods<DeclaresConfig> = { config: 'once' }
  abstract config(): Promise<void>
}

// @ts-expect-error an abstract class is no plugin
void createBoard({ plugins: [PaymentGateway], store: sqlite('x') })
// @ts-expect-error a store is needed
void createBoard({ plugins: [Zarinpal] })

// Handles: promises, generics and streams keep their exact type, others become promises.

export abstract class Kinds extends PluginType('kinds') {
  static readonly methods: Methods<Kinds> = { sync: 'repeatable', generic: 'repeatable', stream: 'repeatable' }
  abstract sync(text: string): number
  abstract generic<T>(value: T): Promise<T[]>
  abstract stream(text: string): AsyncIterable<string>
  readonly label: string = 'a property is no method'
  optional?(): void
}
export async function kinds(): Promise<void> {
  const handle = board.use(Kinds)
  expectTypeOf(handle.sync).toEqualTypeOf<(text: string) => Promise<number>>()
  expectTypeOf(await handle.generic(5)).toEqualTypeOf<number[]>()
  expectTypeOf(handle.stream('x')).toEqualTypeOf<AsyncIterable<string>>()
  expectTypeOf<keyof typeof handle>().toEqualTypeOf<'sync' | 'generic' | 'stream'>()
  expectTypeOf(board.use(Kinds, { failover: false }).sync('x')).toEqualTypeOf<number>()
}

// A selector's context is typed, and asked for where the type is used.

interface Region {
  readonly region: string
}
export abstract class Regional extends PluginType('regional', {
  select: ({ candidates, context }: { candidates: readonly import('../../src/index.ts').Candidate[]; context: Region }) =>
    candidates.find((each) => each.tags.includes(context.region)) ?? null,
}) {
  static readonly methods: Methods<Regional> = { send: 'once' }
  abstract send(): Promise<void>
}
export async function contexts(): Promise<void> {
  await board.resolve(Regional, { context: { region: 'eu' } })
  board.use(Regional, { context: () => ({ region: 'eu' }) })
  await board.run(Regional, (each) => each.send(), { context: { region: 'eu' }, repeatable: true })
  // @ts-expect-error the context is missing
  await board.resolve(Regional)
  // @ts-expect-error the context is of another type
  await board.resolve(Regional, { context: { country: 'de' } })
  // @ts-expect-error the context is missing
  board.use(Regional)
  // @ts-expect-error get() has no context to give
  board.get(Regional)
  // @ts-expect-error nor has a handle that passes straight through
  board.use(Regional, { failover: false })
}

// Every supported schema library infers the config.

export class Ark extends Plugin(PaymentGateway, {
  key: 'ark',
  config: type({ host: 'string', 'port?': 'number' }),
  secrets: { host: {} },
}) {
  async charge(order: Order): Promise<Receipt> {
    expectTypeOf(this.config).toEqualTypeOf<Readonly<{ host: string; port?: number }>>()
    return order
  }
  async refund(): Promise<void> {}
}
export class Vali extends Plugin(PaymentGateway, {
  key: 'vali',
  config: toStandardJsonSchema(v.object({ host: v.string(), port: v.optional(v.number(), 25) })),
  secrets: { host: { boundTo: ['port'] } },
}) {
  async charge(order: Order): Promise<Receipt> {
    expectTypeOf(this.config.port).toEqualTypeOf<number>()
    return order
  }
  async refund(): Promise<void> {}
}
export class Described extends Plugin(PaymentGateway, {
  key: 'described',
  config: { schema: v.object({ host: v.string() }), jsonSchema: { type: 'object', properties: { host: { type: 'string' } } } },
  secrets: { host: {} },
}) {
  async charge(order: Order): Promise<Receipt> {
    expectTypeOf(this.config.host).toEqualTypeOf<string>()
    return order
  }
  async refund(): Promise<void> {}
}
export class NoConfigAtAll extends Plugin(PaymentGateway, { key: 'none' }) {
  async charge(order: Order): Promise<Receipt> {
    // @ts-expect-error there is no config
    void this.config.anything
    return order
  }
  async refund(): Promise<void> {}
}

// Secrets over unions and recursive schemas.

const auth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('basic'), password: z.string() }),
  z.object({ kind: z.literal('token'), token: z.string(), nested: z.object({ deep: z.string() }) }),
])
void Plugin(PaymentGateway, {
  key: 'union',
  config: z.object({ auth, list: z.array(z.object({ key: z.string() })) }),
  secrets: { 'auth.password': {}, 'auth.token': {}, 'auth.nested.deep': {}, list: {} },
})
interface Tree {
  readonly name: string
  readonly child?: Tree | undefined
}
const tree: z.ZodType<Tree, Tree> = z.object({
  name: z.string(),
  get child() {
    return tree.optional()
  },
})
void Plugin(PaymentGateway, { key: 'tree', config: tree, secrets: { 'child.child.name': {} } })
void Plugin(PaymentGateway, {
  key: 'array',
  config: z.object({ list: z.array(z.object({ key: z.string() })) }),
  // @ts-expect-error inside an array nothing can be secret by itself
  secrets: { 'list.key': {} },
})
