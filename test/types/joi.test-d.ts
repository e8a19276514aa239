import Joi from 'joi'
import { expectTypeOf } from 'vitest'
import { Plugin, PluginType, type ConfigInput, type Methods } from '../../src/index.ts'

abstract class Mailer extends PluginType('mailer') {
  static readonly methods: Methods<Mailer> = { send: 'once' }
  abstract send(): Promise<void>
}

// Joi infers nothing from its fields: the config's type is what is named.
const named = Joi.object<{ host: string; apiKey: string }>({ host: Joi.string().required(), apiKey: Joi.string().required() })

export class Named extends Plugin(Mailer, { key: 'named', config: named, secrets: { apiKey: {} } }) {
  async send() {
    expectTypeOf(this.config.host).toEqualTypeOf<string>()
    // @ts-expect-error a misspelt field of the config
    void this.config.hots
  }
}

// Its input has no type, so a misspelt secret is told when the board is created, not here.
expectTypeOf<ConfigInput<typeof named>>().toBeAny()
