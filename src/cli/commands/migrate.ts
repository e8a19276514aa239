import { Option, type Command } from 'commander'
import { SchemaMissingError } from '../../errors/index.ts'
import type { Board, MigrationPlan } from '../../index.ts'
import type { Output } from '../output.ts'
import type { ExitCode, Run } from '../session.ts'
import { count } from '../show.ts'
import { migrationScript } from '../migration-script.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

interface MigrateOptions {
  readonly plan?: true
  readonly sql?: true
  readonly check?: true
}

export function addMigrate(program: Command, run: Run): void {
  program
    .command('migrate')
    .description('create or update the tables; safe in many processes at once')
    .addOption(new Option('--plan', 'only tell which migrations are missing').conflicts(['sql', 'check']))
    .addOption(new Option('--sql', 'only print the statements, for people who apply migrations themselves').conflicts(['plan', 'check']))
    .option('--check', 'only tell in what tables, columns and indexes differ from what the migrations make, and end with 2 where they do')
    .addHelpText(
      'after',
      helpText({
        examples: [
          'migrate',
          'migrate --sql | psql "$DATABASE_URL"',
          'migrate --check   # in CI: fails where somebody changed the tables by hand',
        ],
        json:
          '{ store, from, to, applied: [name] }; with --plan and --sql { store, from, to, migrations: [name], statements: [text], transactional };\n' +
          '  with --check { store, ok, differences: [text] }',
        exit2: '--check found a difference, or a migration that is missing.',
      }),
    )
    .action(({ plan, sql, check }: MigrateOptions, command: Command) =>
      run(command, async ({ board, output }) => {
        const opened = await board()
        if (check === true) return tellDrift(opened, output)
        if (plan === true || sql === true) return tellPlan(opened, output, sql === true)
        const report = await opened.migrate()
        const store = opened.internals.store.description
        output.result({ store, ...report }, () =>
          report.applied.length === 0
            ? `${store} is at schema version ${report.to}; nothing to do.`
            : `${store} is now at schema version ${report.to} (was ${report.from}): ${report.applied.join(', ')}.`,
        )
        return 0
      }),
    )
}

async function tellPlan(board: Board, output: Output, isSql: boolean): Promise<ExitCode> {
  const plan = await board.planMigration()
  const store = board.internals.store.description
  output.result({ store, ...plan }, () => (isSql ? migrationScript(store, plan) : summary(store, plan)))
  return 0
}

function summary(store: string, { from, to, migrations, statements }: MigrationPlan): string {
  if (migrations.length === 0) return `${visibleLine(store)} is at schema version ${to}; nothing to do.`
  const names = migrations.map((name) => `  + ${name}`)
  return [
    `${visibleLine(store)} would go from schema version ${from} to ${to}, in ${count(statements.length, 'statement')}:`,
    ...names,
  ].join('\n')
}

async function tellDrift(board: Board, output: Output): Promise<ExitCode> {
  const differences = await board.findDrift().catch((error: unknown) => {
    // A migration that is missing is what was asked about.
    if (error instanceof SchemaMissingError) return [error.message]
    throw error
  })
  const store = board.internals.store.description
  const ok = differences.length === 0
  output.result({ store, ok, differences }, (paint) =>
    ok
      ? `${visibleLine(store)}: tables, columns and indexes are as the migrations make them.`
      : [
          `${visibleLine(store)} is not as the migrations make it:`,
          ...differences.map((each) => `  ${paint.red('✗')} ${visibleLine(each)}`),
        ].join('\n'),
  )
  return ok ? 0 : 2
}
