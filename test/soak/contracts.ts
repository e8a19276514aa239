import { z } from 'zod'
import { callSignal, Plugin, PluginType, type InstanceView, type Methods } from '../../src/index.ts'
import { Line, type AskLimits } from './line.ts'

/** What this process has seen of its plugin objects. */
export const witness = {
  process: 'nobody',
  built: 0,
  disposed: 0,
  problems: [] as string[],
  /** In a run that must fail, to show that it would: sends what may be done once to a second provider. */
  isSabotaged: process.env['SOAK_SABOTAGE'] === 'repeatable',
}

interface Settings {
  readonly port: number
  readonly apiKey: string
  readonly note: string
}

/** What is under a plugin object: its connection, and whether it is used as it may be. */
class Office {
  readonly settings: Settings
  readonly #name: string
  readonly #line: Line
  #inUse = 0
  #isDisposed = false

  constructor(settings: Settings, instance: InstanceView) {
    this.settings = settings
    const serial = ++witness.built
    this.#name = `object ${serial} of ${instance.id} in ${witness.process}`
    this.#line = new Line(settings.port, `${witness.process} ${instance.id} ${settings.apiKey}`)
  }

  async ask(method: string, call: number, limits?: AskLimits): Promise<string> {
    if (this.#isDisposed) witness.problems.push(`${this.#name} was asked to ${method} after it was disposed`)
    this.#inUse++
    try {
      return await this.#line.ask(method, call, limits)
    } finally {
      this.#inUse--
      if (this.#isDisposed) witness.problems.push(`${this.#name} was disposed under a ${method}`)
    }
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) witness.problems.push(`${this.#name} was disposed twice`)
    if (this.#inUse > 0) witness.problems.push(`${this.#name} was disposed with ${this.#inUse} calls on it`)
    this.#isDisposed = true
    witness.disposed++
    await this.#line.close()
  }
}

/** Milliseconds after which a plugin gives up by itself. */
const patience = 400

const config = z.object({ port: z.int().min(1).max(65_535), apiKey: z.string().min(4), note: z.string().default('') })

export interface User {
  readonly user: string
}

/** Providers of these do all that providers do. */
export abstract class Gateway extends PluginType('gateway', {
  strategies: ['priority', 'weighted', 'round-robin', { name: 'sticky', key: (context: User) => context.user }],
  ejection: { consecutiveFailures: 4, baseTime: 200, maxTime: 1_500 },
}) {
  static readonly methods: Methods<Gateway> = {
    charge: witness.isSabotaged ? 'repeatable' : 'once',
    quote: 'repeatable',
    items: 'repeatable',
  }
  abstract charge(call: number): Promise<string>
  abstract quote(call: number): Promise<string>
  abstract items(call: number, count: number): AsyncGenerator<number, void, void>
}

export class Bank extends Plugin(Gateway, { key: 'bank', config, secrets: { apiKey: {} } }) {
  readonly office: Office = new Office(this.config, this.instance)
  async charge(call: number): Promise<string> {
    // Some plugins don't listen when they are told that nobody waits any more.
    return this.office.ask('charge', call, call % 2 === 0 ? { patience, signal: callSignal() } : { patience })
  }
  async quote(call: number): Promise<string> {
    return this.office.ask('quote', call, { patience, signal: callSignal() })
  }
  async *items(call: number, count: number): AsyncGenerator<number, void, void> {
    for (let item = 0; item < count; item++) {
      await this.office.ask('item', call, { patience })
      yield item
    }
  }
  onDispose(): Promise<void> {
    return this.office.dispose()
  }
}

/** Providers of these only ever fail so that it is certain that they did nothing, and one of them never fails. */
export abstract class Post extends PluginType('post') {
  static readonly methods: Methods<Post> = { deliver: 'once' }
  abstract deliver(call: number): Promise<string>
}

export class Courier extends Plugin(Post, { key: 'courier', config, secrets: { apiKey: {} } }) {
  readonly office: Office = new Office(this.config, this.instance)
  async deliver(call: number): Promise<string> {
    // Nobody waits for it with a clock in hand.
    return this.office.ask('deliver', call)
  }
  onDispose(): Promise<void> {
    return this.office.dispose()
  }
}

export const plugins = [Bank, Courier] as const
export const pluginOf: Readonly<Record<string, string>> = { gateway: 'bank', post: 'courier' }

/** The config that one of these objects was built with. */
export function settingsOf(object: Gateway | Post): unknown {
  return (object as Bank | Courier).office.settings
}
