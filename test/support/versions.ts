import { z } from 'zod'
import { Plugin, PluginType, type Methods, type PluginClass } from '../../src/index.ts'

/** One contract and its plugin in three releases: `key` became `apiKey`, then `host` became `baseUrl`. */
export abstract class Teller extends PluginType('teller') {
  static readonly methods: Methods<Teller> = { tell: 'repeatable' }
  abstract tell(): Promise<string>
}

/** Steps as they ran, and what the test lets them do before. */
export const steps: { ran: number[]; before: (from: number, config: object) => void | Promise<void> } = { ran: [], before: () => {} }

async function began(from: number, config: object): Promise<void> {
  steps.ran.push(from)
  await steps.before(from, config)
}

export class First extends Plugin(Teller, {
  key: 'bank',
  config: z.object({ key: z.string(), host: z.string().default('bank.example'), note: z.string().optional() }),
  secrets: { key: { boundTo: ['host'] } },
}) {
  async tell() {
    return `1 ${this.instance.name} ${this.config.key} ${this.config.host}`
  }
}

export class Second extends Plugin(Teller, {
  key: 'bank',
  config: z.object({ apiKey: z.string(), host: z.string().default('bank.example'), note: z.string().optional() }),
  secrets: { apiKey: { boundTo: ['host'] } },
  version: 2,
  migrate: {
    1: async (config) => {
      await began(1, config)
      const { key, ...rest } = config
      return { ...rest, apiKey: key }
    },
  },
}) {
  async tell() {
    return `2 ${this.instance.name} ${this.config.apiKey} ${this.config.host}`
  }
}

export class Third extends Plugin(Teller, {
  key: 'bank',
  config: z.object({ apiKey: z.string(), baseUrl: z.url().default('https://bank.example'), note: z.string().optional() }),
  secrets: { apiKey: { boundTo: ['baseUrl'] } },
  version: 3,
  migrate: {
    1: async (config) => {
      await began(1, config)
      const { key, ...rest } = config
      return { ...rest, apiKey: key }
    },
    2: async (config) => {
      await began(2, config)
      const { host, ...rest } = config
      return typeof host === 'string' ? { ...rest, baseUrl: `https://${host}` } : rest
    },
  },
}) {
  async tell() {
    return `3 ${this.instance.name} ${this.config.apiKey} ${this.config.baseUrl}`
  }
}

/** A release of the application. */
export function release(plugin: PluginClass): { readonly plugins: readonly PluginClass[] } {
  return { plugins: [plugin] }
}
