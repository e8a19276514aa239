import { Command, CommanderError } from 'commander'
import { release } from '../release.ts'
import { UsageError } from './cli-errors.ts'
import { addAdmin } from './commands/admin.ts'
import { addApply } from './commands/apply.ts'
import { addCheck } from './commands/check.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExport } from './commands/export.ts'
import { addExplain } from './commands/explain.ts'
import { addHistory } from './commands/history.ts'
import { addImport } from './commands/import.ts'
import { addInit } from './commands/init.ts'
import { addInstance } from './commands/instance.ts'
import { addKeys } from './commands/keys.ts'
import { addList } from './commands/list.ts'
import { addMigrate } from './commands/migrate.ts'
import { addMigrateConfigs } from './commands/migrate-configs.ts'
import { addNew } from './commands/new-plugin.ts'
import { addPlan } from './commands/plan.ts'
import { addPlugins } from './commands/plugins.ts'
import { addStrategy } from './commands/strategy.ts'
import { addSync } from './commands/sync.ts'
import { addTest } from './commands/test.ts'
import { makeOutput, makeRun, type Run } from './session.ts'
import { claimStreams, type Streams } from './streams.ts'

/** Milliseconds that the application's open handles may keep a finished command. */
const patience = 500

/**
 * Runs one command line and sets the exit code: 0 fine, 1 failed, 2 drift or problems found, 64 wrong usage.
 *
 * @param args Without the program's own name.
 */
export async function main(args: readonly string[]): Promise<void> {
  const streams = claimStreams()
  const program = makeProgram(makeRun(streams), streams)
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    const json = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined).includes('--json')
    process.exitCode = endEarly(error, makeOutput(streams, { json, color: !args.includes('--no-color') }))
  }
  await streams.flush()
  // A pool or a timer that the application's modules left open must not keep the command from ending.
  setTimeout(() => process.exit(), patience).unref()
}

/** All the commands, with their help. */
export function makeProgram(run: Run, streams: Pick<Streams, 'out' | 'error'>): Command {
  const program = new Command('plugboard')
    .description('Operators decide, at run time, which configured provider answers a contract.')
    .option(
      '-c, --config <file>',
      'the file that exports the board; relative paths in it are then relative to here (default: the nearest plugboard.config.{ts,mts,js,mjs,cts,cjs}, here or above, run from its own folder)',
    )
    .option('--json', 'print one JSON document; an error is { error: { code, message, … } }')
    .option('--actor <name>', 'who the history names (default: the user of the operating system)')
    .option('--no-color', 'no colours; NO_COLOR and pipes are respected')
    .version(release)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: streams.out, writeErr: streams.error, outputError: () => {} })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  export PLUGBOARD_KEYS="$(plugboard keys generate)"
  plugboard migrate && plugboard sync
  plugboard instance create notifier smtp --name "SMTP main" --set host=mail.example.com --set-env password=SMTP_PASSWORD
  plugboard instance enable "SMTP main"
  plugboard explain notifier

Exit codes: 0 fine, 1 failed, 2 drift or problems found, 64 wrong usage. PLUGBOARD_DEBUG=1 shows stack traces.`,
    )
  const commands = [
    addInit,
    addNew,
    addMigrate,
    addMigrateConfigs,
    addSync,
    addPlugins,
    addList,
    addExplain,
    addStrategy,
    addCheck,
    addDoctor,
    addTest,
    addInstance,
    addPlan,
    addApply,
    addExport,
    addHistory,
    addImport,
    addKeys,
    addAdmin,
  ]
  for (const add of commands) add(program, run)
  return program
}

/** Help and version end fine; what commander refuses is wrong usage. */
function endEarly(error: unknown, output: ReturnType<typeof makeOutput>): number {
  if (!(error instanceof CommanderError)) throw error
  if (error.exitCode === 0) return 0
  // What stands after `=` may be a secret given under a misspelt option.
  const message = error.message.replace(/^error: /, '').replace(/(--?[\w-]+)=[^'\n]*/g, '$1=…')
  // Help was shown already, on stderr, where a command is missing.
  output.fail(new UsageError(error.code === 'commander.help' ? 'A command is missing.' : message))
  return 64
}
