import type { Command } from 'commander'
import type { Board, Explained, Hooks } from '../../index.ts'
import { UsageError } from '../cli-errors.ts'
import type { Paint } from '../paint.ts'
import type { Run } from '../session.ts'
import { showStatus } from '../show.ts'
import { table } from '../table.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

export function addExplain(program: Command, run: Run): void {
  program
    .command('explain')
    .argument('<type>', 'key of a type')
    .option('--context <JSON>', 'what the selector of the type is given')
    .description('say which instance a call would get now, and why each other one is passed over')
    .addHelpText(
      'after',
      helpText({
        examples: ['explain payment-gateway', `explain payment-gateway --context '{"region":"eu"}'`],
        json: '{ type, strategy, note: text | null, chosen: id | null, instances: [{ id, name, plugin, status, priority, chosen, reason, text }] }',
      }),
    )
    .action((type: string, options: { readonly context?: string }, command: Command) =>
      run(command, async ({ board, output }) => {
        const context = contextOf(options.context)
        const opened = await board()
        const { key } = opened.internals.registry.type(type)
        const instances = await explained(opened, type, context)
        const chosen = instances.find((each) => each.chosen)?.id ?? null
        const { strategy, note } = await opened.admin.strategy(key)
        output.result({ type: key, strategy, note, chosen, instances }, (paint) => describe({ key, strategy, note }, instances, paint))
      }),
    )
}

async function explained(board: Board, type: string, context: unknown): Promise<readonly Explained[]> {
  try {
    return await board.explain<Hooks>(type, { context })
  } catch (error) {
    // Most selectors read their context at once.
    if (context !== undefined || !(error instanceof TypeError)) throw error
    throw new UsageError(
      `The selector of '${visibleLine(type)}' threw: ${visibleLine(error.message)}. It was given no context; give it one with --context '{…}'.`,
    )
  }
}

function contextOf(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new UsageError(`--context takes JSON, e.g. '{"region":"eu"}'.`)
  }
}

interface Told {
  readonly key: string
  readonly strategy: string
  /** Why the strategy that is stored is not in force. */
  readonly note: string | null
}

function describe({ key, strategy, note }: Told, instances: readonly Explained[], paint: Paint): string {
  if (instances.length === 0) return `${visibleLine(key)} has no instance.`
  const rows = instances.map((each) => [
    each.chosen ? paint.green('→') : ' ',
    each.chosen ? paint.bold(visibleLine(each.name)) : visibleLine(each.name),
    visibleLine(each.plugin),
    showStatus(paint, each.status),
    String(each.priority),
    visibleLine(each.text),
  ])
  const columns = [
    { title: ' ' },
    { title: 'NAME' },
    { title: 'PLUGIN' },
    { title: 'STATUS' },
    { title: 'PRIORITY', align: 'right' },
    { title: 'WHY' },
  ] as const
  const verdict = instances.some((each) => each.chosen) ? [] : [paint.red('No instance is selected.')]
  const how = strategy === 'priority' || strategy === 'function' ? [] : [`Strategy: ${strategy}.`]
  const ignored = note === null ? [] : [paint.red(visibleLine(note))]
  return [table(columns, rows, paint.bold), ...how, ...ignored, ...verdict].join('\n')
}
