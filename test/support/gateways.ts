import { z } from 'zod'
import { Plugin, PluginType, type Methods } from '../../src/index.ts'

/** What the plugins below did, for the tests to look at. */
export const log: string[] = []

export abstract class Gateway extends PluginType('gateway', { label: 'Gateways', description: 'Charges customers.' }) {
  static readonly methods: Methods<Gateway> = { charge: 'once', quote: 'repeatable' }
  abstract charge(order: string): Promise<string>
  abstract quote(order: string): Promise<string>
}

/** A configurable plugin whose behaviour the test scripts through `act`. */
export class Bank extends Plugin(Gateway, {
  key: 'bank',
  label: 'Bank',
  description: 'A bank with an API key.',
  priority: 10,
  config: z.object({
    apiKey: z.string().min(4),
    baseUrl: z.url().default('https://bank.example'),
    note: z.string().default(''),
  }),
  secrets: { apiKey: {} },
}) {
  static act: (bank: Bank, call: string) => void | Promise<void> = () => {}
  static built = 0
  readonly key: string = this.config.apiKey
  readonly note: string = this.config.note
  readonly serial: number = ++Bank.built
  get instanceName(): string {
    return this.instance.name
  }
  get retired(): AbortSignal {
    return this.signal
  }
  async charge(order: string): Promise<string> {
    await Bank.act(this, 'charge')
    return `${this.instance.name}: ${order}`
  }
  async quote(order: string): Promise<string> {
    await Bank.act(this, 'quote')
    return `${this.instance.name}? ${order}`
  }
  async onStart(): Promise<void> {
    await Bank.act(this, 'onStart')
  }
  async onTest(): Promise<void> {
    await Bank.act(this, 'onTest')
  }
  async onDispose(): Promise<void> {
    log.push(`disposed ${this.serial}`)
    await Bank.act(this, 'onDispose')
  }
}

/** A plugin without config. */
export class Cash extends Plugin(Gateway, { key: 'cash', label: 'Cash', priority: 50 }) {
  async charge(order: string): Promise<string> {
    return `cash: ${order}`
  }
  async quote(order: string): Promise<string> {
    return `cash? ${order}`
  }
}

export const actor = { id: 'u1', name: 'Ada' } as const
