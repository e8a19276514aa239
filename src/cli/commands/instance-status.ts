import type { Command } from 'commander'
import type { InstanceStatus } from '../../index.ts'
import { resolveInstances } from '../resolve-instance.ts'
import type { Run } from '../session.ts'
import { showName } from '../show.ts'
import { helpText } from './help-text.ts'

const commands: readonly { readonly verb: string; readonly status: InstanceStatus; readonly description: string }[] = [
  { verb: 'enable', status: 'active', description: 'make instances active: the first of them by priority is selected' },
  { verb: 'reserve', status: 'reserved', description: 'make instances reserved: selected when no active one can be used' },
  { verb: 'disable', status: 'disabled', description: 'make instances disabled: never selected' },
]

/** `enable`, `reserve` and `disable`: one write, whatever the number of instances. */
export function addStatuses(instance: Command, run: Run): void {
  for (const { verb, status, description } of commands) {
    instance
      .command(verb)
      .argument('<instances...>', 'id, name, type/name or type/plugin/name')
      .description(description)
      .addHelpText(
        'after',
        helpText({
          examples: [`instance ${verb} "SMTP main"`, `instance ${verb} notifier/smtp/Main Spare`],
          json: '{ changed: [id], instances: [{ id, type, plugin, name, status, … }] }',
        }),
      )
      .action((references: readonly string[], _options: object, command: Command) =>
        run(command, async ({ board, output, actor }) => {
          const opened = await board()
          const before = await resolveInstances(opened, references)
          const was = new Map(before.map(({ row }) => [row.id, row.status]))
          const instances = await opened.admin.setStatus([...was.keys()], status, { actor })
          const changed = instances.filter(({ id }) => was.get(id) !== status).map(({ id }) => id)
          output.result({ changed, instances }, () =>
            instances.map((each) => `${showName(each)} ${changed.includes(each.id) ? 'is now' : 'was already'} ${status}.`).join('\n'),
          )
        }),
      )
  }
}
