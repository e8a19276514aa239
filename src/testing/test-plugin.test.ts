// Long because each rule is shown by a plugin that breaks it and nothing else.
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { callSignal, Plugin, PluginTestError, PluginType, unavailableIfNotConnected, type Methods, type PluginClass } from '../index.ts'
import { testPlugin, type TestPluginOptions } from './test-plugin.ts'

abstract class Payments extends PluginType('payments') {
  static readonly methods: Methods<Payments> = { charge: 'once', list: 'repeatable' }
  abstract charge(total: number): Promise<string>
  abstract list(): AsyncIterable<string>
}

const schema = z.object({
  url: z.url(),
  apiKey: z.string(),
  account: z.object({ pin: z.string().optional() }).prefault({}),
  retries: z.int().default(2),
})
const secrets = { apiKey: {}, 'account.pin': {} } as const
const config = { url: 'http://127.0.0.1:1', apiKey: 'key-of-the-test', account: { pin: 'pin-of-the-test' } }
const hanging = {
  config: ({ url }: { readonly url: string }) => ({ ...config, url }),
  calls: {
    charge: (payments: { charge(total: number): Promise<string> }) => payments.charge(1),
    list: async (payments: { list(): AsyncIterable<string> }) => {
      for await (const item of payments.list()) void item
    },
  },
}

class Good extends Plugin(Payments, { key: 'good', config: schema, secrets }) {
  readonly #headers = { authorization: `Bearer ${this.config.apiKey}` }
  #isOpen = true
  disposed = 0
  async #ask(signal: AbortSignal): Promise<string> {
    const response = await fetch(this.config.url, { headers: this.#headers, signal }).catch((error: unknown) => {
      throw unavailableIfNotConnected(error)
    })
    return response.text()
  }
  async charge(): Promise<string> {
    return this.#ask(callSignal())
  }
  async *list(): AsyncIterable<string> {
    yield await this.#ask(callSignal())
  }
  async onTest(): Promise<void> {
    await this.#ask(AbortSignal.timeout(1_000))
  }
  async onDispose(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
  }
}

test('a good plugin passes, and what was not asked about is told', async () => {
  expect(await testPlugin(Good, { config, hanging })).toStrictEqual({
    passed: ['registration', 'config', 'start', 'round_trip', 'secrets', 'dispose', 'deadline'],
    skipped: [],
  })
  class Plain extends Plugin(Payments, { key: 'plain' }) {
    async charge(): Promise<string> {
      return ''
    }
    async *list(): AsyncIterable<string> {}
  }
  expect(await testPlugin(Plain)).toStrictEqual({
    passed: ['registration', 'config', 'start'],
    skipped: [
      { rule: 'round_trip', reason: 'the plugin has no config' },
      { rule: 'secrets', reason: 'the plugin has no secret fields' },
      { rule: 'deadline', reason: 'no `hanging` calls were given' },
      { rule: 'dispose', reason: 'the plugin has no onDispose' },
    ],
  })
})

/** What is found wrong, and nothing else. */
async function problemsOf(plugin: PluginClass<Payments>, options: TestPluginOptions<Payments> = {}): Promise<readonly string[]> {
  const error: unknown = await testPlugin(plugin, { config, ...options }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error === undefined) return []
  expect(error).toBeInstanceOf(PluginTestError)
  const { problems, message } = error as PluginTestError
  expect(message).toContain(plugin.name)
  expect(message).not.toMatch(/-of-the-test/)
  return problems.map((each) => `${each.rule}: ${each.message}`)
}

test('registration: a method is missing, the config can not be stored', async () => {
  // @ts-expect-error no list(), as plain JavaScript would have it
  class Half extends Plugin(Payments, { key: 'half', config: z.object({ since: z.date() }) }) {
    async charge(): Promise<string> {
      return ''
    }
  }
  expect(await problemsOf(Half)).toStrictEqual([
    expect.stringMatching(/^registration: Half: it does not implement list\(\)/),
    expect.stringMatching(/^registration: Half: the field 'since' of its config takes no value that JSON can carry/),
  ])
})

test('config: what the test gives does not fit', async () => {
  expect(await problemsOf(Good, { config: { ...config, url: 'nowhere' } })).toStrictEqual([
    expect.stringMatching(/^config: .*\/url.* Give testPlugin a config that fits\.$/s),
  ])
  expect(await problemsOf(Good, { config: { ...config, retries: 1n } })).toStrictEqual([expect.stringMatching(/^config: .*\/retries/s)])
})

test('start: the constructor or onStart fails, or waits for its provider', async () => {
  class Eager extends Good {
    async onStart(): Promise<void> {
      throw new Error(`no answer for ${this.config.apiKey}`)
    }
  }
  expect(await problemsOf(Eager)).toStrictEqual([expect.stringMatching(/^start: .*no answer for .* without a provider\.$/s)])
  class Slow extends Good {
    async onStart(): Promise<void> {
      await new Promise(() => {})
    }
  }
  expect(await problemsOf(Slow, { deadline: 30 })).toStrictEqual([expect.stringMatching(/^start: .*did not end within 30 ms/s)])
})

test('round_trip: the schema draws lots', async () => {
  const drawing = schema.transform((value) => ({ ...value, id: crypto.randomUUID() }))
  class Drawing extends Plugin(Payments, { key: 'drawing', config: drawing, secrets }) {
    async charge(): Promise<string> {
      return ''
    }
    async *list(): AsyncIterable<string> {}
  }
  expect(await problemsOf(Drawing)).toStrictEqual([expect.stringMatching(/^round_trip: .*different values.* time and chance/)])
})

test('secrets: in public fields, in what is thrown, beside the secret fields, or none to look for', async () => {
  class Open extends Good {
    readonly client = { headers: { authorization: `Basic ${Buffer.from(this.config.apiKey).toString('base64')}` } }
  }
  expect(await problemsOf(Open)).toStrictEqual([
    expect.stringMatching(/^secrets: Printing the plugin shows the secret 'apiKey'\. Keep .*#private/),
  ])

  class Telling extends Good {
    override async onTest(): Promise<void> {
      throw Object.assign(new Error('401'), { request: { body: { pin: this.config.account.pin } } })
    }
  }
  expect(await problemsOf(Telling)).toStrictEqual([
    expect.stringMatching(/^secrets: What onTest\(\) throws shows the secret 'account\.pin'/),
  ])

  expect(await problemsOf(Good, { config: { ...config, url: `http://user:${config.apiKey}@127.0.0.1:1/` } })).toContainEqual(
    expect.stringMatching(/^secrets: What is shown of the instance holds the secret 'apiKey'\. Does the same text/),
  )
  expect(await problemsOf(Good, { config: { ...config, apiKey: 'short', account: {} } })).toStrictEqual([
    expect.stringMatching(/^secrets: .*'apiKey' or 'account\.pin' a text of at least 8 characters/),
  ])
})

test('dispose: it throws, hangs, runs twice, can not run again, or not without a start', async () => {
  class Throwing extends Good {
    override async onDispose(): Promise<void> {
      throw new Error('already gone')
    }
  }
  expect(await problemsOf(Throwing)).toStrictEqual([expect.stringMatching(/^dispose: onDispose failed: already gone/)])
  class Hanging extends Good {
    override async onDispose(): Promise<void> {
      await new Promise(() => {})
    }
  }
  expect(await problemsOf(Hanging, { deadline: 1_500 })).toStrictEqual([expect.stringMatching(/^dispose: onDispose failed: .*1500 ms/)])
  class Twice extends Good {
    async onStart(): Promise<void> {
      this.signal.addEventListener('abort', () => void this.onDispose())
    }
  }
  expect(await problemsOf(Twice)).toStrictEqual([
    expect.stringMatching(/^dispose: onDispose ran 2 times for one object\..* don't call it yourself/),
  ])
  class OnlyOnce extends Good {
    #ended = false
    override async onDispose(): Promise<void> {
      if (this.#ended) throw new Error('not open')
      this.#ended = true
    }
  }
  expect(await problemsOf(OnlyOnce)).toStrictEqual([expect.stringMatching(/^dispose: A second onDispose throws: not open/)])
  class Started extends Good {
    #pool: { end(): void } | undefined
    async onStart(): Promise<void> {
      this.#pool = { end: () => {} }
    }
    override async onDispose(): Promise<void> {
      if (this.#pool === undefined) throw new Error('no pool')
      this.#pool.end()
    }
  }
  expect(await problemsOf(Started)).toStrictEqual([expect.stringMatching(/^dispose: onDispose throws: no pool where onStart has not run/)])
})

test('deadline: a call that goes on, one that does not wait, and one that shows a secret when it is cut', async () => {
  class Deaf extends Good {
    override async charge(): Promise<string> {
      await fetch(this.config.url, { method: 'POST' })
      return ''
    }
    override async *list(): AsyncIterable<string> {
      await Promise.resolve()
      // Too late: what is asked for after an await is another call's, or nobody's.
      yield await (await fetch(this.config.url, { signal: callSignal() })).text()
    }
  }
  expect(await problemsOf(Deaf, { hanging, grace: 100 })).toStrictEqual([
    expect.stringMatching(/^deadline: charge\(\) went on for more than 100 ms .* fetch\(url, \{ signal \}\)/),
    expect.stringMatching(/^deadline: list\(\) went on for more than 100 ms/),
  ])
  expect(await problemsOf(Good, { hanging: { calls: { charge: hanging.calls.charge } } })).toStrictEqual([
    expect.stringMatching(/^deadline: charge\(\) ended \(.*\) before its caller gave up/),
  ])
  expect(await problemsOf(Good, { hanging: { ...hanging, calls: { charge: () => 'nothing' } } })).toStrictEqual([
    expect.stringMatching(/^deadline: The call given for charge\(\) does not call charge\(\)/),
  ])
  expect(await problemsOf(Good, { hanging: { ...hanging, config: () => ({}) } })).toStrictEqual([
    expect.stringMatching(/^deadline: The config that `hanging` gives does not fit/),
  ])
  class Telling extends Good {
    override async charge(): Promise<string> {
      try {
        return await super.charge()
      } catch {
        throw new Error(`gave up with ${this.config.apiKey}`)
      }
    }
  }
  expect(await problemsOf(Telling, { hanging })).toStrictEqual([
    expect.stringMatching(/^secrets: What charge\(\) throws shows the secret 'apiKey'/),
  ])
  class Waiting extends Good {
    override async onTest(): Promise<void> {
      await new Promise(() => {})
    }
  }
  expect(await problemsOf(Waiting, { deadline: 200 })).toStrictEqual([expect.stringMatching(/^deadline: onTest did not end within 200 ms/)])
})

test('everything that is wrong is told at once', async () => {
  class Bad extends Good {
    readonly key = this.config.apiKey
    override async onDispose(): Promise<void> {
      throw new Error('no')
    }
  }
  const error: unknown = await testPlugin(Bad, { config }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'plugin_test', problems: [{ rule: 'secrets' }, { rule: 'dispose' }] })
  expect(String(error)).toMatch(/^PluginTestError: The plugin Bad has 2 problems\.\n  - secrets: .*\n  - dispose: /)
  expect(vi.isFakeTimers()).toBe(false)
})
