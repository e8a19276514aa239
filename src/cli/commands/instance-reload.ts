import type { Command } from 'commander'
import { resolveInstances } from '../resolve-instance.ts'
import type { Run } from '../session.ts'
import { showName } from '../show.ts'
import { visible } from '../visible.ts'
import { helpText } from './help-text.ts'

export function addReload(instance: Command, run: Run): void {
  instance
    .command('reload')
    .argument('<instances...>', 'id, name, type/name or type/plugin/name')
    .description('have every process build instances anew: what their secrets refer to was changed, such as a file that was rotated')
    .addHelpText(
      'after',
      helpText({
        examples: ['instance reload "SMTP main"'],
        json: '{ instances: [{ id, type, plugin, name, state, secrets, … }] }',
        exit2: 'what a secret refers to can’t be had from here.',
      }),
    )
    .action((references: readonly string[], _options: object, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const opened = await board()
        const ids = (await resolveInstances(opened, references)).map(({ row }) => row.id)
        const instances = await opened.admin.reload(ids, { actor })
        const isFine = instances.every(({ secrets }) => secrets.every(({ resolves }) => resolves !== false))
        output.result({ instances }, () =>
          instances
            .map((each) => `${showName(each)} is built anew by every process.${each.state.ok ? '' : `\n    ${visible(each.state.text)}`}`)
            .join('\n'),
        )
        return isFine ? 0 : 2
      }),
    )
}
