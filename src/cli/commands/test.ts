import type { Command } from 'commander'
import type { TestOutcome } from '../../index.ts'
import { allInstances, nameOf, type InstanceName } from '../board-inside.ts'
import { UsageError } from '../cli-errors.ts'
import { inParallel } from '../in-parallel.ts'
import type { Paint } from '../paint.ts'
import { withProgress } from '../progress.ts'
import { resolveInstances } from '../resolve-instance.ts'
import type { Run } from '../session.ts'
import { showName } from '../show.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

/** Tests wait for providers most of the time. */
const atOnce = 8

export function addTest(program: Command, run: Run): void {
  program
    .command('test')
    .argument('[instances...]', 'id, name, type/name or type/plugin/name')
    .option('--all', 'every instance, disabled ones too')
    .description('test what is saved: its code is there, its config opens and fits, it can be built, and its plugin’s own test agrees')
    .addHelpText(
      'after',
      helpText({
        examples: ['test "SMTP main"', 'test --all'],
        json: '{ ok, tested, failed, results: [{ id, type, plugin, name, ok, passed: [step], failed: step | null, message, latencyMs }] }\n  Steps: registered, decrypts, validates, builds, onTest.',
        exit2: 'a test failed.',
      }),
    )
    .action((references: readonly string[], options: { readonly all?: boolean }, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const isNamed = references.length > 0
        if (isNamed === (options.all === true)) throw new UsageError('Name the instances to test, or give --all.')
        const opened = await board()
        const instances = options.all === true ? await allInstances(opened) : await resolveInstances(opened, references)
        const results = await withProgress('Testing', instances.length, (advance) =>
          inParallel(instances, atOnce, async (instance) => {
            const outcome = await opened.admin.test(instance.row.id, { actor })
            advance()
            return { ...nameOf(instance), ...outcome }
          }),
        )
        const failed = results.filter((result) => !result.ok).length
        output.result({ ok: failed === 0, tested: results.length, failed, results }, (paint) =>
          [...results.map((result) => describe(result, paint)), `${results.length - failed} passed, ${failed} failed.`].join('\n'),
        )
        return failed === 0 ? 0 : 2
      }),
    )
}

function describe(result: InstanceName & TestOutcome, paint: Paint): string {
  const sign = result.ok ? paint.green('✓') : paint.red('✗')
  const step = result.failed === null ? '' : `${result.failed}: `
  return `${sign} ${showName(result)} ${paint.dim(`${result.latencyMs} ms`)}\n    ${step}${visibleLine(result.message)}`
}
