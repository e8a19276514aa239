import type { Command } from 'commander'
import { resolveInstance } from '../resolve-instance.ts'
import type { Run } from '../session.ts'
import { showName } from '../show.ts'
import { helpText } from './help-text.ts'
import { wholeNumber } from './numbers.ts'

interface RollbackCommandOptions {
  readonly to: string
  readonly revision?: number
  readonly force?: boolean
}

export function addRollback(instance: Command, run: Run): void {
  instance
    .command('rollback')
    .argument('<instance>')
    .requiredOption('--to <entry>', 'id of an entry of its history: it becomes what it was right after it')
    .option('--revision <N>', 'only if it is still at this revision', wholeNumber)
    .option('--force', 'without building it on trial first')
    .description('bring name, tags and config back to an entry of its history; status and order stay')
    .addHelpText(
      'after',
      helpText({
        examples: ['history Main --diff', 'instance rollback Main --to 01970c2e-6f3a-7c1b-9d53-0a4b6f1e2d3c'],
        json: '{ instance: { id, type, plugin, name, … } }',
      }),
    )
    .action((reference: string, options: RollbackCommandOptions, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const opened = await board()
        const { row } = await resolveInstance(opened, reference)
        const { to, revision, force = false } = options
        const back = await opened.admin.rollback(row.id, to.toLowerCase(), {
          actor,
          force,
          ...(revision === undefined ? {} : { revision }),
        })
        output.result({ instance: back }, () => `Rolled ${showName(back)} back to ${to}.`)
      }),
    )
}
