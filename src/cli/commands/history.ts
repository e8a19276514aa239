import type { Command } from 'commander'
import type { Board, HistoryEntry } from '../../index.ts'
import { InstanceNotFoundError } from '../../errors/index.ts'
import { UsageError } from '../cli-errors.ts'
import type { Paint } from '../paint.ts'
import { relativeTime } from '../relative-time.ts'
import { resolveInstance } from '../resolve-instance.ts'
import type { Run } from '../session.ts'
import { table } from '../table.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'
import { wholeNumber } from './numbers.ts'

const most = 500

export function addHistory(program: Command, run: Run): void {
  program
    .command('history')
    .argument('[instance]', 'id, also of a removed one; name, type/name or type/plugin/name')
    .option('--limit <N>', `how many entries, 1 to ${most}`, wholeNumber, 50)
    .description('show who changed what, newest first; it holds no config value')
    .addHelpText(
      'after',
      helpText({
        examples: ['history', 'history "SMTP main" --limit 10'],
        json: '{ entries: [{ id, revision, at, actor: { id, name }, action, type, instance: { id, name } | null, changed: [path], before, after }] }\n  at is milliseconds since 1970.',
      }),
    )
    .action((reference: string | undefined, options: { readonly limit: number }, command: Command) =>
      run(command, async ({ board, output }) => {
        if (options.limit < 1 || options.limit > most) throw new UsageError(`--limit takes a number from 1 to ${most}.`)
        const entries = await entriesOf(await board(), reference, options.limit)
        output.result({ entries }, (paint) => describe(entries, paint, Date.now()))
      }),
    )
}

async function entriesOf(board: Board, reference: string | undefined, limit: number): Promise<readonly HistoryEntry[]> {
  if (reference === undefined) return board.admin.history({ limit })
  try {
    const { row } = await resolveInstance(board, reference)
    return await board.admin.history({ instance: row.id, limit })
  } catch (error) {
    if (!(error instanceof InstanceNotFoundError)) throw error
    // A removed instance has a history still; only its id names it.
    const entries = await board.admin.history({ instance: reference.toLowerCase(), limit })
    if (entries.length === 0) throw error
    return entries
  }
}

function describe(entries: readonly HistoryEntry[], paint: Paint, now: number): string {
  if (entries.length === 0) return 'Nothing was changed yet.'
  const rows = entries.map((entry) => [
    relativeTime(entry.at, now),
    visibleLine(entry.actor.name),
    entry.action,
    visibleLine(entry.type ?? ''),
    visibleLine(entry.instance?.name ?? ''),
    visibleLine(entry.changed.join(', ')),
    paint.dim(entry.instance?.id ?? ''),
  ])
  const columns = ['WHEN', 'WHO', 'WHAT', 'TYPE', 'INSTANCE', 'CHANGED', 'ID'].map((title) => ({ title }))
  return table(columns, rows, paint.bold)
}
