import type { Command } from 'commander'
import type { Run } from '../session.ts'
import { showName } from '../show.ts'
import { helpText } from './help-text.ts'

export function addRestore(instance: Command, run: Run): void {
  instance
    .command('restore')
    .argument('<id>', 'id of a removed instance; plugboard history shows it')
    .description('bring a removed instance back with its config, disabled')
    .addHelpText(
      'after',
      helpText({
        examples: ['instance restore 01970c2e-6f3a-7c1b-9d53-0a4b6f1e2d3c'],
        json: '{ instance: { id, type, plugin, name, … } }',
      }),
    )
    .action((id: string, _options: object, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const restored = await (await board()).admin.restore(id.toLowerCase(), { actor })
        output.result(
          { instance: restored },
          () => `Restored ${showName(restored)}, disabled. To use it: plugboard instance enable ${restored.id}`,
        )
      }),
    )
}
