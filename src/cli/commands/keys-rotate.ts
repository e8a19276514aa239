import type { Command } from 'commander'
import type { RotateReport } from '../../index.ts'
import type { Paint } from '../paint.ts'
import type { Run } from '../session.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'
import { describeFailures, showCounts, withTokenProgress } from './token-report.ts'

export function addRotate(keys: Command, run: Run): void {
  keys
    .command('rotate')
    .option('--dry-run', 'only tell what would be done, and what can not be opened')
    .description(
      "re-seal with the keyring's first key whatever another key sealed: live and removed instances, and the history. Stopped anywhere, it goes on when run again",
    )
    .addHelpText(
      'after',
      helpText({
        examples: [
          'keys generate --id k2       # 1. add it at the end of PLUGBOARD_KEYS of every process: "<k1>,<k2>"',
          'keys rotate --dry-run       # 2. put it first: "<k2>,<k1>", and look',
          'keys rotate                 # 3. re-seal',
          'keys verify                 # 4. see that k1 can be taken out',
        ],
        json:
          '{ dryRun, keyId, found: [{ keyId, live, removed, history }], resealed: { live, removed, history }, keyCheck, failed,\n' +
          '  failures: [{ kind, instance: { id, name } | null, entry, keyId, reason, message }], contested, waitingFor: [{ host, pid, keyIds, seenAt }] }',
        exit2:
          'something can not be opened, others replaced tokens at the same time again and again, or --dry-run found a process without the key.',
      }),
    )
    .action((options: { readonly dryRun?: boolean }, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const dryRun = options.dryRun === true
        const report = await withTokenProgress(await board(), dryRun ? 'Opening' : 'Re-sealing', (opened, onProgress) =>
          opened.admin.rotateKeys({ dryRun, onProgress }, { actor }),
        )
        output.result(report, (paint) => describe(report, paint))
        return report.failed + report.contested + report.waitingFor.length === 0 ? 0 : 2
      }),
    )
}

function describe(report: RotateReport, paint: Paint): string {
  const { dryRun, keyId, found, resealed, keyCheck, contested, waitingFor } = report
  const key = `the key '${visibleLine(keyId)}'`
  const isDone = !keyCheck && Object.values(resealed).every((count) => count === 0)
  return [
    isDone ? `Nothing to re-seal with ${key}.` : `${dryRun ? 'Would be re-sealed' : 'Re-sealed'} with ${key}: ${showCounts(resealed)}.`,
    ...found.map((each) => paint.dim(`  found sealed with '${visibleLine(each.keyId)}': ${showCounts(each)}`)),
    ...(contested === 0 ? [] : [`${paint.yellow('!')} ${contested} were replaced by others at the same time. Run it again.`]),
    ...waitingFor.map(({ host, pid, keyIds }) => {
      return `${paint.yellow('!')} ${visibleLine(host)}, pid ${pid}, is alive and has only ${visibleLine(keyIds.join(', '))}: a rotation is refused until it has ${key}`
    }),
    ...describeFailures(report, paint),
  ].join('\n')
}
