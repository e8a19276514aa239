import type { Command } from 'commander'
import { removedInstance, removedInstances } from '../removed-instances.ts'
import type { Run } from '../session.ts'
import { showName } from '../show.ts'
import { helpText } from './help-text.ts'

export function addRestore(instance: Command, run: Run): void {
  instance
    .command('restore')
    .argument('<instance>', 'id, name, type/name or type/plugin/name of a removed instance; plugboard list --removed shows them')
    .description('bring a removed instance back with its config, disabled')
    .addHelpText(
      'after',
      helpText({
        examples: ['instance restore "SMTP old"', 'instance restore 01970c2e-6f3a-7c1b-9d53-0a4b6f1e2d3c'],
        json: '{ instance: { id, type, plugin, name, … } }',
      }),
    )
    .action((reference: string, _options: object, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const opened = await board()
        const { id } = removedInstance(await removedInstances(opened), reference)
        const restored = await opened.admin.restore(id, { actor })
        output.result(
          { instance: restored },
          () => `Restored ${showName(restored)}, disabled. To use it: plugboard instance enable ${restored.id}`,
        )
      }),
    )
}
