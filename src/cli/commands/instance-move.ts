import type { Command } from 'commander'
import type { Board, MoveTarget } from '../../index.ts'
import type { IndexedInstance } from '../board-inside.ts'
import { UsageError } from '../cli-errors.ts'
import { resolveInstance } from '../resolve-instance.ts'
import type { Run } from '../session.ts'
import { showStatus } from '../show.ts'
import { table } from '../table.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'
import { wholeNumber } from './numbers.ts'

interface MoveOptions {
  readonly before?: string
  readonly after?: string
  readonly first?: boolean
  readonly last?: boolean
  readonly priority?: number
}

export function addMove(instance: Command, run: Run): void {
  instance
    .command('move')
    .argument('<instance>', 'id, name, type/name or type/plugin/name')
    .option('--before <instance>', 'to right before another one')
    .option('--after <instance>', 'to right after another one')
    .option('--first', 'to the front')
    .option('--last', 'to the end')
    .option('--priority <N>', 'to this priority, and leave the others', wholeNumber)
    .description('change the order of a type’s instances; active ones still come before reserved ones')
    .addHelpText(
      'after',
      helpText({
        examples: ['instance move Spare --before "SMTP main"', 'instance move Spare --first'],
        json: '{ type, orderRevision, order: [{ id, name, plugin, status, priority }] }',
      }),
    )
    .action((reference: string, options: MoveOptions, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        if (Object.keys(options).length !== 1) throw new UsageError('Give one of --before, --after, --first, --last, --priority.')
        const opened = await board()
        const { row, typeKey } = await resolveInstance(opened, reference)
        if (options.priority === undefined) await opened.admin.move(row.id, await targetOf(opened, options, typeKey), { actor })
        else await opened.admin.update(row.id, { priority: options.priority }, { actor })
        const { orderRevision } = await opened.admin.order(typeKey)
        const { registry, runtime } = opened.internals
        const order = runtime.index.ordered(registry.type(typeKey)).map(listed)
        output.result({ type: typeKey, orderRevision, order }, (paint) =>
          table(
            [{ title: 'NAME' }, { title: 'PLUGIN' }, { title: 'STATUS' }, { title: 'PRIORITY', align: 'right' }],
            order.map((each) => [
              each.id === row.id ? paint.bold(visibleLine(each.name)) : visibleLine(each.name),
              visibleLine(each.plugin),
              showStatus(paint, each.status),
              String(each.priority),
            ]),
            paint.bold,
          ),
        )
      }),
    )
}

async function targetOf(board: Board, { before, after, first }: MoveOptions, type: string): Promise<MoveTarget> {
  if (before !== undefined) return { before: (await resolveInstance(board, before, type)).row.id }
  if (after !== undefined) return { after: (await resolveInstance(board, after, type)).row.id }
  return { to: first === true ? 'first' : 'last' }
}

function listed({ row: { id, name, status, priority }, pluginKey }: IndexedInstance) {
  return { id, name, plugin: pluginKey, status, priority }
}
