import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { Plugin, PluginType, type ConfigStep, type Json, type JsonObject, type Methods } from '../../src/index.ts'

abstract class Gateway extends PluginType('gateway') {
  static readonly methods: Methods<Gateway> = { charge: 'once' }
  abstract charge(): Promise<string>
}
const config = z.object({ apiKey: z.string(), baseUrl: z.url().optional() })

// Without annotations: what a step gets is JSON of an older release, and nothing more is known of it.
export class Third extends Plugin(Gateway, {
  key: 'third',
  config,
  secrets: { apiKey: { boundTo: ['baseUrl'] } },
  version: 3,
  migrate: {
    1: ({ key, ...rest }) => {
      expectTypeOf(rest).toExtend<JsonObject>()
      expectTypeOf(key).toEqualTypeOf<Json | undefined>()
      return { ...rest, apiKey: key }
    },
    2: async (old) => {
      expectTypeOf(old).toEqualTypeOf<JsonObject>()
      const { host, ...rest } = old
      return typeof host === 'string' ? { ...rest, baseUrl: `https://${host}` } : rest
    },
  },
}) {
  async charge() {
    expectTypeOf(this.config.apiKey).toEqualTypeOf<string>()
    expectTypeOf(this.config.baseUrl).toEqualTypeOf<string | undefined>()
    return this.config.apiKey
  }
}

void Plugin(Gateway, { key: 'first', config })
void Plugin(Gateway, { key: 'first', config, version: 1 })
void Plugin(Gateway, { key: 'first', config, version: 1, migrate: {} })
// A version that is only known when it runs: createBoard looks.
declare const version: number
declare const step: ConfigStep
void Plugin(Gateway, { key: 'later', config, version, migrate: { 1: step, 2: step } })
const old = z.object({ token: z.string(), tags: z.array(z.object({ name: z.string(), note: z.string().optional() })) })
void Plugin(Gateway, { key: 'parsed', config, version: 2, migrate: { 1: (stored) => old.parse(stored) } })

// @ts-expect-error a version above 1 without steps
void Plugin(Gateway, { key: 'a', config, version: 2 })
// @ts-expect-error the step from 2 is missing
void Plugin(Gateway, { key: 'a', config, version: 3, migrate: { 1: step } })
// @ts-expect-error there is no version 3 to step from
void Plugin(Gateway, { key: 'a', config, version: 3, migrate: { 1: step, 2: step, 3: step } })
// @ts-expect-error steps, but version 1
void Plugin(Gateway, { key: 'a', config, migrate: { 1: step } })
// @ts-expect-error a version is a number
void Plugin(Gateway, { key: 'a', config, version: '2', migrate: { 1: step } })
// @ts-expect-error no version: none leads to it
void Plugin(Gateway, { key: 'a', config, version: 0 })
// @ts-expect-error no version: none leads to it
void Plugin(Gateway, { key: 'a', config, version: 1.5 })
// @ts-expect-error JSON carries no Date
void Plugin(Gateway, { key: 'a', config, version: 2, migrate: { 1: (stored) => ({ ...stored, at: new Date() }) } })
// @ts-expect-error JSON carries no function
void Plugin(Gateway, { key: 'a', config, version: 2, migrate: { 1: (stored) => ({ ...stored, at: () => 1 }) } })
// @ts-expect-error a step gives a config
void Plugin(Gateway, { key: 'a', config, version: 2, migrate: { 1: (stored) => void stored } })
// @ts-expect-error an object, no list
void Plugin(Gateway, { key: 'a', config, version: 2, migrate: { 1: () => [1] } })
// @ts-expect-error what is stored has no types yet: look before you use it
void Plugin(Gateway, { key: 'a', config, version: 2, migrate: { 1: ({ key }) => ({ apiKey: key.trim() }) } })
// @ts-expect-error a misspelt option
void Plugin(Gateway, { key: 'a', config, versions: 2 })
void Plugin(Gateway, {
  key: 'a',
  config,
  // @ts-expect-error a misspelt secret is found beside a version, too
  secrets: { apikey: {} },
  version: 2,
  migrate: { 1: step },
})
