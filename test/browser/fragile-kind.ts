import { z } from 'zod'
import { Plugin, PluginType, type Methods } from '../../src/index.ts'

abstract class Fragile extends PluginType('fragile', { label: 'Fragile things', description: 'Has a plugin that may refuse to start.' }) {
  static readonly methods: Methods<Fragile> = { act: 'once' }
  abstract act(): Promise<void>
}

/** What the plugin was tested with. */
export const certificates: (string | undefined)[] = []

/** Can be saved and can't be built, when it is told so. */
export class FragileKind extends Plugin(Fragile, {
  key: 'fragile-kind',
  label: 'Fragile kind',
  config: z.object({
    first: z.string().meta({ title: 'First' }),
    second: z.string().meta({ title: 'Second' }),
    fails: z.boolean().default(false).meta({ title: 'Fails' }),
    size: z.number().optional().meta({ title: 'Size' }),
    count: z.int().optional().meta({ title: 'Count' }),
    certificate: z.string().optional().meta({ title: 'Certificate', contentMediaType: 'application/x-pem-file' }),
    free: z.unknown().optional().meta({ title: 'Free' }),
  }),
  secrets: { certificate: { boundTo: [] } },
}) {
  async act(): Promise<void> {}
  async onTest(): Promise<void> {
    certificates.push(this.config.certificate)
  }
  async onStart(): Promise<void> {
    if (this.config.fails) throw new Error(`It will not start with ${this.config.second}`)
  }
}
