import { inspect } from 'node:util'
import { sameJson, type Json } from '../../config/index.ts'
import type { PluginBench } from './bench.ts'

/** What was typed comes back out of the database as it was, and means the same each time it is read. */
export async function checkRoundTrip(bench: PluginBench, id: string): Promise<void> {
  const { plugin, board, config, report } = bench
  if (plugin.config === undefined) return bench.skip('round_trip', 'the plugin has no config')
  if (!sameJson(await stored(bench, id), config))
    report('round_trip', 'The config that was stored is not the one that was typed. Take care that the schema does not change its input.')

  const [once, twice] = [await plugin.config.parse(config), await plugin.config.parse(config)]
  if (written(once) !== written(twice))
    report(
      'round_trip',
      'Validating the same config twice gives different values. It is validated at each build, in each process: take time and chance out of the schema.',
    )

  // As an operator does who opens the form and saves it untouched: secrets are left blank.
  const { config: masked } = await board.admin.get(id)
  await board.admin.update(id, { config: masked }, { actor, force: true })
  if (!sameJson(await stored(bench, id), config))
    report(
      'round_trip',
      'Opening the form and saving it untouched changes the config. Take care that each secret field is a field of its own.',
    )
}

const actor = { id: 'test-plugin', name: 'testPlugin' }

async function stored({ board, plugin }: PluginBench, id: string): Promise<Json | undefined> {
  const { store, runtime } = board.internals
  const instance = runtime.index.instance(id)
  const [sealed] = await store.read((reader) => reader.configs([id]))
  return instance === undefined || sealed === undefined ? undefined : runtime.builder.openStored(instance, plugin, sealed)
}

/** For comparing: functions and clients that a transform makes are other ones each time, and count for what they show. */
function written(value: unknown): string {
  return inspect(value, { depth: 20, maxStringLength: null, maxArrayLength: null })
}
