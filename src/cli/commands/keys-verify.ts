import type { Command } from 'commander'
import type { KeyUse, VerifyReport } from '../../index.ts'
import type { Paint } from '../paint.ts'
import type { Run } from '../session.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'
import { describeFailures, showCounts, withTokenProgress } from './token-report.ts'

export function addVerify(keys: Command, run: Run): void {
  keys
    .command('verify')
    .description('open every sealed config, of live and removed instances and of the history, and tell which keys are still needed')
    .addHelpText(
      'after',
      helpText({
        examples: ['keys verify'],
        json:
          '{ ok, checked: { live, removed, history }, failed, failures: [{ kind, instance: { id, name } | null, entry, keyId, reason, message }],\n' +
          '  keys: [{ keyId, live, removed, history, inKeyring, keyCheck, seals, removable }] }',
        exit2: 'something can not be opened.',
      }),
    )
    .action((_options: object, command: Command) =>
      run(command, async ({ board, output }) => {
        const report = await withTokenProgress(await board(), 'Opening', (opened, onProgress) => opened.admin.verifyKeys({ onProgress }))
        output.result(report, (paint) => describe(report, paint))
        return report.ok ? 0 : 2
      }),
    )
}

function describe(report: VerifyReport, paint: Paint): string {
  const said = report.ok ? `${paint.green('✓')} Everything opens` : `${paint.red('✗')} Not everything opens`
  return [
    `${said}: ${showCounts(report.checked)}.`,
    ...report.keys.map((key, index) => `  '${visibleLine(key.keyId)}': ${showCounts(key)}; ${verdict(key, index === 0, paint)}`),
    ...describeFailures(report, paint),
  ].join('\n')
}

function verdict(key: KeyUse, isFirst: boolean, paint: Paint): string {
  const isUsed = key.keyCheck || key.live + key.removed + key.history > 0
  if (!key.inKeyring) return paint.red('not in PLUGBOARD_KEYS')
  if (isFirst) return 'new configs are sealed with it'
  if (key.removable) return 'nothing needs it: it can be taken out of PLUGBOARD_KEYS'
  if (isUsed) return 'still needed: run plugboard keys rotate'
  return 'a living process still seals with it: give it the new PLUGBOARD_KEYS'
}
