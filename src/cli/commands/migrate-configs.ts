import type { Command } from 'commander'
import type { Board, MigrateConfigsReport, VersionedInstance } from '../../index.ts'
import { versionsOf } from '../board-inside.ts'
import type { Paint } from '../paint.ts'
import { withProgress } from '../progress.ts'
import type { Run } from '../session.ts'
import { count, showName } from '../show.ts'
import { visible, visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

export function addMigrateConfigs(program: Command, run: Run): void {
  program
    .command('migrate-configs')
    .option('--force', 'also while a living process has older code: it serves on with the objects it has')
    .option('--plan', 'only tell what would be done, and what would fail: every step runs, nothing is written')
    .description(
      "bring stored configs to the versions of the code, by the plugins' own steps. Refused while a living process has older code, which could not build them. Stopped anywhere, it goes on when run again",
    )
    .addHelpText(
      'after',
      helpText({
        examples: ['migrate-configs --plan', 'migrate-configs'],
        json:
          '{ plan, migrated, instances: [{ id, type, plugin, name, from, to, changed: [path] }], failed,\n' +
          '  failures: [{ id, type, plugin, name, from, to, reason, step, message }], contested,\n' +
          '  waitingFor: [{ host, pid, seenAt, plugins: [{ plugin, version }] }] }\n' +
          '  Of instances and failures the first 1,000; seenAt is milliseconds since 1970.',
        exit2:
          'a config could not be brought to the version of the code (its row was left as it is), others edited at the same time again and again, or --plan found a process with older code.',
      }),
    )
    .action((options: { readonly plan?: boolean; readonly force?: boolean }, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const { plan = false, force = false } = options
        const opened = await board()
        const total = await olderIn(opened)
        let before = 0
        const report = await withProgress(plan ? 'Trying' : 'Migrating', total, (advance) => {
          const onProgress = ({ done }: { readonly done: number }): void => {
            advance(done - before)
            before = done
          }
          return opened.admin.migrateConfigs({ plan, force, onProgress }, { actor })
        })
        output.result(report, (paint) => describe(report, paint))
        return report.failed + report.contested + report.waitingFor.length === 0 ? 0 : 2
      }),
    )
}

/** Instances whose config is of an older version than the code. */
async function olderIn(board: Board): Promise<number> {
  await board.internals.runtime.load()
  return [...board.internals.runtime.index.instances()].filter((instance) => {
    const { stored, code } = versionsOf(instance)
    return stored !== null && code !== null && stored < code
  }).length
}

function describe(report: MigrateConfigsReport, paint: Paint): string {
  const { plan, migrated, instances, failed, failures, contested, waitingFor } = report
  const bad = paint.red('✗')
  const isDone = migrated + failed + contested === 0
  return [
    isDone
      ? `${paint.green('✓')} Every config is of the version of the code.`
      : `${plan ? 'Would be brought' : 'Brought'} to the version of the code: ${count(migrated, 'config')}.`,
    ...instances.map(
      (each) => `  ${showName(each)}${versions(each)}: ${paint.dim(visibleLine(each.changed.join(', ')) || 'nothing else changes')}`,
    ),
    ...(migrated > instances.length ? [`  … and ${migrated - instances.length} more.`] : []),
    ...failures.map((each) => {
      const step = each.step === null ? '' : `, at the step from ${each.step} to ${each.step + 1}`
      return `${bad} ${showName(each)}${versions(each)}: ${each.reason}${step}\n    ${visible(each.message).replaceAll('\n', '\n    ')}`
    }),
    ...(failed > failures.length ? [`… and ${failed - failures.length} more that failed.`] : []),
    ...(contested === 0 ? [] : [`${paint.yellow('!')} ${contested} were edited by others at the same time. Run it again.`]),
    ...waitingFor.map(({ host, pid, plugins }) => {
      const read = plugins.map(({ plugin, version }) => `${visibleLine(plugin)} up to version ${version}`).join(', ')
      return `${paint.yellow('!')} ${visibleLine(host)}, pid ${pid}, is alive and reads ${read}: this is refused until it has the new code, or with --force`
    }),
  ].join('\n')
}

function versions({ from, to }: VersionedInstance): string {
  return `, version ${from} → ${to}`
}
