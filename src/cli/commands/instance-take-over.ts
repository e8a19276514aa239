import type { Command } from 'commander'
import { resolveInstance } from '../resolve-instance.ts'
import type { Run } from '../session.ts'
import { showName } from '../show.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

export function addTakeOver(instance: Command, run: Run): void {
  instance
    .command('take-over')
    .argument('<instance>', 'id, name, type/name or type/plugin/name')
    .option('--note <text>', 'why, for the history')
    .description(
      'take an instance out of the hands of the file that manages it: it can be changed then, and the file holds it back until applied with --adopt',
    )
    .addHelpText(
      'after',
      helpText({
        examples: ['instance take-over "SMTP main" --note "OPS-18: their outage"'],
        json: '{ file: string | null, instance: { id, type, plugin, name, managedBy: null, … } }, file: what managed it',
      }),
    )
    .action((reference: string, { note }: { readonly note?: string }, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const opened = await board()
        const { row } = await resolveInstance(opened, reference)
        const taken = await opened.admin.takeOver(row.id, { actor, ...(note === undefined ? {} : { note }) })
        output.result({ file: row.managedBy, instance: taken }, () =>
          row.managedBy === null
            ? `${showName(taken)} is managed by no file.`
            : `${showName(taken)} is no longer managed by '${visibleLine(row.managedBy)}'. plugboard apply --adopt gives it back.`,
        )
      }),
    )
}
