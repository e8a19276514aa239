import { z } from 'zod'
import { Plugin, PluginType, type Methods } from '../../src/index.ts'

abstract class Hard extends PluginType('hard', { label: 'Hard things', description: 'Has fields that a form easily gets wrong.' }) {
  static readonly methods: Methods<Hard> = { act: 'once' }
  abstract act(): Promise<void>
}

/** What the plugin was tested with. */
export const tested: unknown[] = []

export class HardKind extends Plugin(Hard, {
  key: 'hard-kind',
  label: 'Hard kind',
  config: z.object({
    ports: z.array(z.coerce.number()).default([]).meta({ title: 'Ports' }),
    weights: z.record(z.string(), z.number()).default({}).meta({ title: 'Weights' }),
    code: z
      .string()
      .regex(/^[a-z]+$/i)
      .meta({ title: 'Code' }),
    note: z.string().optional().meta({ title: 'Note' }),
    level: z.number().default(30).meta({ title: 'Level' }),
    flag: z.boolean().meta({ title: 'Flag' }),
    key: z.string().nullable().optional().meta({ title: 'Key' }),
    auth: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('password'), password: z.string().min(1).meta({ title: 'Password' }) }),
        z.strictObject({ kind: z.literal('token'), token: z.string().min(1).meta({ title: 'Token' }) }),
      ])
      .meta({ title: 'Auth' }),
  }),
  secrets: { key: { boundTo: [] }, 'auth.password': {}, 'auth.token': {} },
}) {
  async act(): Promise<void> {}
  async onTest(): Promise<void> {
    tested.push(this.config)
  }
}
