import { Plugin, PluginType, type Methods, type PluginClass } from 'plugboard'
import { z } from 'zod'

/** So many plugins over types of a hundred each. They have a config, so that a sync creates no default instances. */
export function manyPlugins(count: number): PluginClass[] {
  const config = z.object({ apiKey: z.string() })
  const plugins: PluginClass[] = []
  for (let type = 0; plugins.length < count; type++) {
    abstract class Contract extends PluginType(`type-${type}`, { label: `Type ${type}`, description: 'One of many.' }) {
      static readonly methods: Methods<Contract> = { call: 'repeatable' }
      abstract call(): number
    }
    for (let index = 0; index < 100 && plugins.length < count; index++) {
      plugins.push(
        class extends Plugin(Contract, {
          key: `plugin-${index}`,
          label: `Plugin ${index}`,
          description: 'One of many.',
          config,
          secrets: { apiKey: {} },
        }) {
          call(): number {
            return index
          }
        },
      )
    }
  }
  return plugins
}
