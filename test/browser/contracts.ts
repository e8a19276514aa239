import { Plugin, PluginType, Rejected, Unavailable, type Methods } from '../../src/index.ts'
import { z } from 'zod'

/** A shop as the pictures of the page show it, whose providers are a real server on this machine. */
export abstract class PaymentGateway extends PluginType('payment-gateway', {
  label: 'Payment gateways',
  description: 'Charge and refund customers through an external provider.',
  ejection: { consecutiveFailures: 3, baseTime: 540_000, maxTime: 540_000, jitter: 0, maxShare: 0.5 },
}) {
  static readonly methods: Methods<PaymentGateway> = { charge: 'repeatable', refund: 'repeatable' }
  abstract charge(amount: number): Promise<string>
  abstract refund(receipt: string): Promise<void>
}
export abstract class OneTimePassword extends PluginType('otp', {
  label: 'One-time passwords',
  description: 'Send a login code by SMS or by call.',
  select: ({
    candidates,
    context,
  }: {
    candidates: readonly { readonly tags: readonly string[] }[]
    context: { readonly region: string }
  }) => candidates.find(({ tags }) => tags.includes(context.region)) ?? null,
} as never) {
  static readonly methods: Methods<OneTimePassword> = { send: 'once' }
  abstract send(): Promise<void>
}
export abstract class Notification extends PluginType('notification', {
  label: 'Notifications',
  description: 'Tell customers about their orders on their phone.',
  select: 'round-robin',
  strategies: ['priority', 'round-robin', 'weighted'],
}) {
  static readonly methods: Methods<Notification> = { notify: 'once' }
  abstract notify(): Promise<void>
}
export abstract class Storage extends PluginType('storage', {
  label: 'Storage',
  description: 'Keep uploads, invoices and product pictures.',
}) {
  static readonly methods: Methods<Storage> = { put: 'repeatable' }
  abstract put(): Promise<void>
}
export abstract class Model extends PluginType('ai-model', {
  label: 'AI models',
  description: 'Answer support questions and write product texts.',
  select: 'weighted',
  strategies: ['priority', 'weighted'],
}) {
  static readonly methods: Methods<Model> = { answer: 'repeatable' }
  abstract answer(): Promise<void>
}
export abstract class Shipping extends PluginType('shipping', {
  label: 'Shipping',
  description: 'Book a parcel and follow it to the door.',
}) {
  static readonly methods: Methods<Shipping> = { book: 'once' }
  abstract book(): Promise<void>
}

/** Asks a provider: the last part of its address says what it answers. */
export async function ask(url: string, key = ''): Promise<void> {
  let response: Response
  try {
    response = await fetch(url, { headers: key === '' ? {} : { authorization: key } })
  } catch (error) {
    throw new Unavailable(`Nobody answers at ${new URL(url).host}`, { cause: error })
  }
  if (response.status === 503) throw new Unavailable(`${new URL(url).host} answered 503 Service Unavailable`)
  if (response.status === 401) throw new Error(`${new URL(url).host} answered 401. Check the merchant ID and the API key`)
  if (!response.ok) throw new Rejected(`${new URL(url).host} answered ${response.status}`)
}

const connection = z
  .discriminatedUnion('kind', [
    z
      .object({ kind: z.literal('direct'), timeout: z.int().min(1).max(60).optional() })
      .meta({ title: 'Direct', description: 'Straight to the address below' }),
    z
      .object({ kind: z.literal('proxy'), proxy: z.string().min(1).meta({ title: 'Proxy' }), timeout: z.int().min(1).max(60).optional() })
      .meta({ title: 'Through a proxy', description: 'For hosts without a way out' }),
    z
      .object({
        kind: z.literal('line'),
        certificate: z.string().meta({ title: 'Certificate', contentMediaType: 'application/x-pem-file' }),
      })
      .meta({ title: 'Private line', description: 'Leased line, needs a certificate' }),
  ])
  .meta({ title: 'Connection', description: 'How calls reach Zarinpal. What the options share is kept when you switch.' })

export class Zarinpal extends Plugin(PaymentGateway, {
  key: 'zarinpal',
  label: 'Zarinpal',
  description: 'Iranian cards, in rial or toman, with refunds to the card.',
  docs: 'https://www.zarinpal.com/docs/',
  icon: 'M7 7h11L7 17h11',
  config: z.object({
    merchantId: z.string().min(1).max(36).meta({ title: 'Merchant ID', description: 'Panel → Gateways → Code. 36 characters at most.' }),
    unit: z.enum(['rial', 'toman']).default('rial').meta({ title: 'Amounts are sent in' }),
    baseUrl: z.url().meta({ title: 'Base URL' }),
    apiKey: z.string().min(4).meta({ title: 'API key' }),
    signingSecret: z.string().optional().meta({ title: 'Callback signing secret' }),
    timeout: z.int().min(1).max(60).default(10).meta({ title: 'Timeout', description: '1 to 60 seconds.' }),
    sandbox: z.boolean().default(false).meta({ title: 'Sandbox', description: 'Use test money only' }),
    connection,
  }),
  secrets: { apiKey: { boundTo: ['baseUrl'] }, signingSecret: { boundTo: [] } },
}) {
  async charge(): Promise<string> {
    await ask(this.config.baseUrl, this.config.apiKey)
    return this.instance.name
  }
  async refund(): Promise<void> {
    await ask(this.config.baseUrl, this.config.apiKey)
  }
  async onTest(): Promise<void> {
    await ask(this.config.baseUrl, this.config.apiKey)
  }
}

const simple = (title: string) =>
  z.object({
    url: z.url().meta({ title: 'Address' }),
    key: z
      .string()
      .min(3)
      .meta({ title: `${title} key` }),
  })

abstract class Gateway extends PaymentGateway {}
const gateway = (key: string, label: string, description: string): never => {
  class Each extends Plugin(PaymentGateway, {
    key,
    label,
    description,
    docs: `https://${key}.example/docs`,
    config: simple(label),
    secrets: { key: {} },
  }) {
    async charge(): Promise<string> {
      await ask(this.config.url)
      return this.instance.name
    }
    async refund(): Promise<void> {
      await ask(this.config.url)
    }
    async onTest(): Promise<void> {
      await ask(this.config.url)
    }
  }
  return Each as never
}
void Gateway

export const Stripe = gateway('stripe', 'Stripe', 'Cards, wallets and bank debits in 46 countries.')
export const Zibal = gateway('zibal', 'Zibal', 'Iranian cards with instalments and split settlement.')
export const IdPay = gateway('idpay', 'IDPay', 'Iranian cards for small shops. No refunds through the API.')
export const Behpardakht = gateway('behpardakht', 'Behpardakht Mellat', 'Direct connection to the bank’s own terminal.')
export const PayPal = gateway('paypal', 'PayPal', 'Checkout with a PayPal account or a guest card.')
export const Adyen = gateway('adyen', 'Adyen', 'One contract for cards and local methods worldwide.')

/** Without a config: ready at once. */
export class Manual extends Plugin(PaymentGateway, {
  key: 'manual',
  label: 'Manual transfer',
  description: 'Shows an account number and waits for finance to confirm.',
}) {
  async charge(): Promise<string> {
    return this.instance.name
  }
  async refund(): Promise<void> {}
}

const of = (type: never, key: string, label: string, method: string): never => {
  class Each extends Plugin(type as typeof Storage, {
    key,
    label,
    description: `${label}, as the shop uses it.`,
    config: simple(label),
    secrets: { key: {} },
  }) {
    async put(): Promise<void> {
      await ask(this.config.url)
    }
    async onTest(): Promise<void> {
      await ask(this.config.url)
    }
  }
  const call = function (this: Each): Promise<void> {
    return this.put()
  }
  Object.defineProperty(Each.prototype, method, { value: call, configurable: true, writable: true })
  return Each as never
}

export const plugins: readonly never[] = [
  Zarinpal as never,
  Stripe,
  Zibal,
  IdPay,
  Behpardakht,
  PayPal,
  Adyen,
  Manual as never,
  of(OneTimePassword as never, 'kavenegar', 'Kavenegar', 'send'),
  of(OneTimePassword as never, 'twilio', 'Twilio', 'send'),
  of(Notification as never, 'fcm', 'FCM', 'notify'),
  of(Notification as never, 'pushe', 'Pushe', 'notify'),
  of(Notification as never, 'najva', 'Najva', 'notify'),
  of(Storage as never, 's3', 'S3', 'put'),
  of(Model as never, 'claude', 'Claude', 'answer'),
  of(Model as never, 'gpt', 'GPT', 'answer'),
  of(Shipping as never, 'post-pishtaz', 'Post Pishtaz', 'book'),
]
