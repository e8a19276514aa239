import type { Command } from 'commander'
import { planOptions, withInstancesFile, type FileOptions } from '../instances-source.ts'
import type { Run } from '../session.ts'
import { helpText } from './help-text.ts'

/** Options of `plan` and `apply`. */
export function addFileOptions(command: Command): Command {
  return command
    .option('--adopt', 'have the file decide about instances of the same names that operators made or took over, or another file manages')
    .option('--prune', 'remove what the file managed and lists no more; it can be restored')
    .option('--allow-plain-secrets', 'take secrets that stand in the file in plain text')
}

/** The document of `--json` of both. */
export const planShape =
  '{ source, applied, changed, drift, unchanged, instances: [{ action: "create" | "update" | "remove" | "hold", id, type, plugin, name, renamedFrom,\n' +
  '  adopted, changes: [{ field, from, to }], config: [{ path, secret, before?, after?, reference? }], needs: [path],\n' +
  '  hold: { reason: "not_managed" | "other_file" | "not_listed" | "needs_secrets", file? } | null }] }'

export function addPlan(program: Command, run: Run): void {
  const command = program.command('plan').argument('<file>', 'YAML or JSON with instances; - reads stdin')
  addFileOptions(command)
    .option('--force', 'take references that give nothing on this machine, too')
    .description('tell in what the database differs from a file with instances, and what apply would do. It writes nothing')
    .addHelpText(
      'after',
      helpText({
        examples: ['plan instances.yaml', 'plan instances.yaml --prune --json', 'plan instances.yaml   # in CI: ends with 2 on drift'],
        json: planShape,
        exit2: 'the database is other than the file says.',
      }),
    )
    .action((file: string, options: FileOptions, self: Command) =>
      run(self, async (session) => {
        const { describeInstancesPlan } = await import('../describe-instances-plan.ts')
        const board = await session.board()
        const plan = await withInstancesFile(session, board, file, (document, source) =>
          board.admin.planInstances(document, planOptions(options, source)),
        )
        session.output.result(plan, (paint) => describeInstancesPlan(plan, paint))
        return plan.drift ? 2 : 0
      }),
    )
}
