import { Option, type Command } from 'commander'
import type { Run } from '../session.ts'
import { helpText } from './help-text.ts'

interface InitOptions {
  readonly database?: 'sqlite' | 'postgres' | 'mysql'
  readonly yes?: boolean
}

export function addInit(program: Command, run: Run): void {
  program
    .command('init')
    .argument('[folder]', "the application's folder (default: here)")
    .addOption(
      new Option('--database <kind>', 'where the instances are kept (default: by the client that is installed; sqlite)').choices([
        'sqlite',
        'postgres',
        'mysql',
      ]),
    )
    .option('-y, --yes', 'ask nothing')
    .description(
      'begin in an application: a config file, a first contract with two plugins, and a key in .env. What is there is never overwritten',
    )
    .addHelpText(
      'after',
      helpText({
        examples: ['init', 'init --yes --database postgres', 'init apps/shop --json'],
        json:
          '{ folder, framework, database, packageManager, created: [path], changed: [path], left: [{ path, why }], next: [command] }.\n' +
          '  The key is in no output.',
      }),
    )
    .action((folder: string | undefined, options: InitOptions, command: Command) =>
      run(command, async (session) => {
        const { beginApplication } = await import('../scaffold/begin-application.ts')
        await beginApplication(session, folder ?? '.', options)
      }),
    )
}
