import type { Command } from 'commander'
import { nameOf } from '../board-inside.ts'
import { resolveInstance } from '../resolve-instance.ts'
import type { Run } from '../session.ts'
import { showName } from '../show.ts'
import { helpText } from './help-text.ts'

export function addRemove(instance: Command, run: Run): void {
  instance
    .command('remove')
    .argument('<instance>', 'id, name, type/name or type/plugin/name')
    .description('remove an instance; it is kept, and can be restored with its config')
    .addHelpText('after', helpText({ examples: ['instance remove "SMTP old"'], json: '{ removed: { id, type, plugin, name } }' }))
    .action((reference: string, _options: object, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const opened = await board()
        const removed = nameOf(await resolveInstance(opened, reference))
        await opened.admin.remove(removed.id, { actor })
        output.result({ removed }, () => `Removed ${showName(removed)}. To bring it back: plugboard instance restore ${removed.id}`)
      }),
    )
}
