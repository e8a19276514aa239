import type { Command } from 'commander'
import type { Board, FieldDiff, HistoryEntry } from '../../index.ts'
import { InstanceNotFoundError } from '../../errors/index.ts'
import { UsageError } from '../cli-errors.ts'
import type { Paint } from '../paint.ts'
import { relativeTime } from '../relative-time.ts'
import { resolveInstance } from '../resolve-instance.ts'
import type { Run } from '../session.ts'
import { table } from '../table.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'
import { addPurge } from './history-purge.ts'
import { wholeNumber } from './numbers.ts'

const most = 500

export function addHistory(program: Command, run: Run): void {
  const history = program
    .command('history')
    .argument('[instance]', 'id, also of a removed one; name, type/name or type/plugin/name')
    .option('--limit <N>', `how many entries, 1 to ${most}`, wholeNumber, 50)
    .option('--diff', 'also show what happened to each config; of a secret only that it changed, or what it refers to')
    .description('show who changed what, newest first')
    .addHelpText(
      'after',
      helpText({
        examples: ['history', 'history "SMTP main" --limit 10 --diff'],
        json: '{ entries: [{ id, revision, at, actor: { id, name }, action, type, instance: { id, name } | null, changed: [path], before, after, configVersion: { before, after } | null, note,\n  config?: null | { readable: true, fields: [{ path, secret, before?, after?, reference? }] } | { readable: false, text } }] }\n  at is milliseconds since 1970; config is there with --diff.',
      }),
    )
    .action((reference: string | undefined, options: { readonly limit: number; readonly diff?: boolean }, command: Command) =>
      run(command, async ({ board, output }) => {
        if (options.limit < 1 || options.limit > most) throw new UsageError(`--limit takes a number from 1 to ${most}.`)
        const entries = await entriesOf(await board(), reference, { limit: options.limit, diff: options.diff === true })
        output.result({ entries }, (paint) => describe(entries, paint, Date.now()))
      }),
    )
  addPurge(history, run)
}

async function entriesOf(
  board: Board,
  reference: string | undefined,
  query: { readonly limit: number; readonly diff: boolean },
): Promise<readonly HistoryEntry[]> {
  if (reference === undefined) return board.admin.history(query)
  try {
    const { row } = await resolveInstance(board, reference)
    return await board.admin.history({ instance: row.id, ...query })
  } catch (error) {
    if (!(error instanceof InstanceNotFoundError)) throw error
    // A removed instance has a history still; only its id names it.
    const entries = await board.admin.history({ instance: reference.toLowerCase(), ...query })
    if (entries.length === 0) throw error
    return entries
  }
}

function describe(entries: readonly HistoryEntry[], paint: Paint, now: number): string {
  if (entries.length === 0) return 'Nothing was changed yet.'
  if (entries.some((entry) => entry.config !== undefined)) return entries.map((entry) => withDiff(entry, paint, now)).join('\n')
  const rows = entries.map((entry) => [
    relativeTime(entry.at, now),
    visibleLine(entry.actor.name),
    entry.action,
    visibleLine(entry.type ?? ''),
    visibleLine(entry.instance?.name ?? ''),
    visibleLine(entry.changed.join(', ')),
    visibleLine(entry.note ?? ''),
    paint.dim(entry.instance?.id ?? ''),
    paint.dim(entry.id),
  ])
  const columns = ['WHEN', 'WHO', 'WHAT', 'TYPE', 'INSTANCE', 'CHANGED', 'NOTE', 'ID', 'ENTRY'].map((title) => ({ title }))
  const noted = (index: number): boolean => columns[index]?.title !== 'NOTE' || entries.some(({ note }) => note !== null)
  return table(
    columns.filter((_, index) => noted(index)),
    rows.map((row) => row.filter((_, index) => noted(index))),
    paint.bold,
  )
}

function withDiff(entry: HistoryEntry, paint: Paint, now: number): string {
  const what = [entry.type, entry.instance?.name].filter((each) => each !== null && each !== undefined && each !== '').join(' ')
  const { config } = entry
  const fields =
    config === null || config === undefined
      ? []
      : config.readable
        ? config.fields.map((field) => fieldLine(field, paint))
        : [`  ${visibleLine(config.text)}`]
  const metadata = Object.entries(entry.after ?? {})
    .filter(([name, value]) => entry.before !== null && JSON.stringify(entry.before[name]) !== JSON.stringify(value))
    .map(([name, value]) => `  ${name}: ${shown(entry.before?.[name], paint)} → ${shown(value, paint)}`)
  const title = `${relativeTime(entry.at, now)}  ${visibleLine(entry.actor.name)}  ${entry.action}  ${visibleLine(what)}`
  const { before = null, after = null } = entry.configVersion ?? {}
  const version = before === null || after === null || before === after ? [] : [`  config version: ${before} → ${after}`]
  const note = entry.note === null ? [] : [`  ${visibleLine(entry.note)}`]
  return [`${paint.bold(title)}  ${paint.dim(entry.id)}`, ...note, ...metadata, ...version, ...fields].join('\n')
}

function fieldLine({ path, secret, before, after, reference }: FieldDiff, paint: Paint): string {
  if (reference !== undefined) {
    const [was, is] = [reference.before, reference.after].map((text) =>
      text === null ? paint.dim('(a secret, or none)') : visibleLine(text),
    )
    return `  ${visibleLine(path)}: ${was} → ${is}`
  }
  return secret ? `  ${visibleLine(path)}: (secret, changed)` : `  ${visibleLine(path)}: ${shown(before, paint)} → ${shown(after, paint)}`
}

function shown(value: unknown, paint: Paint): string {
  return value === undefined ? paint.dim('(nothing)') : visibleLine(JSON.stringify(value))
}
