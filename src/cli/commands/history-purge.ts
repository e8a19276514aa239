import { InvalidArgumentError, type Command } from 'commander'
import type { PurgeReport } from '../../index.ts'
import type { Run } from '../session.ts'
import { helpText } from './help-text.ts'
import { wholeNumber } from './numbers.ts'

interface PurgeOptions {
  readonly olderThan: number
  readonly keepLast?: number
  readonly tombstones?: boolean
  readonly dryRun?: boolean
}

export function addPurge(history: Command, run: Run): void {
  history
    .command('purge')
    .requiredOption('--older-than <age>', 'what is older may go: 90d, 12h, 8w', age)
    .option('--keep-last <N>', 'so many newest entries of each instance stay, however old', wholeNumber)
    .option('--tombstones', 'instances that were removed before then go too, for good, with their config and history')
    .option('--dry-run', 'only tell how much would go')
    .description('delete old history for good. The newest config of each instance stays, and what an entry that stays needs for a rollback')
    .addHelpText(
      'after',
      helpText({
        examples: [
          'history purge --older-than 90d --dry-run',
          'history purge --older-than 52w --keep-last 10',
          'history purge --older-than 90d --tombstones',
        ],
        json: '{ dryRun, entries, tombstones }',
      }),
    )
    .action((options: PurgeOptions, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const { keepLast, tombstones = false, dryRun = false } = options
        const input = { olderThan: Math.max(0, Date.now() - options.olderThan), tombstones, dryRun }
        const report = await (await board()).admin.purgeHistory(keepLast === undefined ? input : { ...input, keepLast }, { actor })
        output.result(report, () => describe(report, tombstones))
      }),
    )
}

function describe({ dryRun, entries, tombstones }: PurgeReport, withTombstones: boolean): string {
  const what = [`${entries} ${entries === 1 ? 'entry' : 'entries'}`]
  if (withTombstones) what.push(`${tombstones} removed ${tombstones === 1 ? 'instance' : 'instances'}`)
  return `${dryRun ? 'Would be deleted' : 'Deleted'}: ${what.join(', ')}.`
}

const units = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** Milliseconds of `90d`. */
function age(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})([hdw])$/.exec(text) ?? []
  if (unit !== 'h' && unit !== 'd' && unit !== 'w')
    throw new InvalidArgumentError('It takes a number of hours, days or weeks: 12h, 90d, 8w.')
  return Number(number) * units[unit]
}
