import type { Command } from 'commander'
import { planOptions, withInstancesFile, type FileOptions } from '../instances-source.ts'
import type { Run } from '../session.ts'
import { helpText } from './help-text.ts'
import { addFileOptions, planShape } from './plan.ts'

interface ApplyOptions extends FileOptions {
  readonly dryRun?: boolean
  readonly note?: string
}

export function addApply(program: Command, run: Run): void {
  const command = program.command('apply').argument('<file>', 'YAML or JSON with instances; - reads stdin')
  addFileOptions(command)
    .option('--force', 'save without building on trial, and take references that give nothing on this machine, too')
    .option('--dry-run', 'only tell what would be done')
    .option('--note <text>', 'why, for the history')
    .description('make instances as a file says, in one write; the file decides about them from then on, until somebody takes them over')
    .addHelpText(
      'after',
      helpText({
        examples: [
          'apply instances.yaml --dry-run',
          'apply instances.yaml --note "OPS-17: second region"',
          'apply instances.yaml --adopt   # the first time, over instances that are there',
        ],
        json: planShape,
        exit2:
          'something was held: an instance that others decide about, one that the file lists no more, or one whose secrets are missing.',
      }),
    )
    .action((file: string, options: ApplyOptions, self: Command) =>
      run(self, async (session) => {
        const { describeInstancesPlan } = await import('../describe-instances-plan.ts')
        const board = await session.board()
        const { note } = options
        const plan = await withInstancesFile(session, board, file, (document, source) =>
          options.dryRun === true
            ? board.admin.planInstances(document, planOptions(options, source))
            : board.admin.applyInstances(document, {
                ...planOptions(options, source),
                actor: session.actor,
                ...(note === undefined ? {} : { note }),
              }),
        )
        session.output.result(plan, (paint) => describeInstancesPlan(plan, paint))
        const isHeld = plan.instances.some(({ hold, needs }) => hold !== null || needs.length > 0)
        return isHeld ? 2 : 0
      }),
    )
}
