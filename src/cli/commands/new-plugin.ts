import type { Command } from 'commander'
import type { GlobalOptions, Run } from '../session.ts'
import { helpText } from './help-text.ts'

interface NewPluginOptions {
  readonly key?: string
  readonly name?: string
  readonly folder?: string
  readonly methods?: string
}

export function addNew(program: Command, run: Run): void {
  const made = program.command('new').description('begin something new')
  made
    .command('plugin')
    .argument('<type>', 'key of the plugin type; its methods are those of the board here, or of --methods')
    .option('--key <key>', 'key of the plugin')
    .option('--name <package>', 'name of the package (default: plugboard-<type>-<key>)')
    .option('--folder <folder>', 'where to (default: the name of the package)')
    .option('--methods <list>', 'the methods of the contract, where there is no board: charge:once,refund:repeatable')
    .description('begin a package with a plugin, that can be built, tested and published as it is')
    .addHelpText(
      'after',
      helpText({
        examples: ['new plugin payment-gateway --key acme', 'new plugin sms --key acme --name @acme/sms --methods send:once'],
        json: '{ folder, name, type, plugin, created: [path], next: [command] }',
      }),
    )
    .action((type: string, options: NewPluginOptions, command: Command) =>
      run(command, async (session) => {
        const { beginPlugin } = await import('../scaffold/begin-plugin.ts')
        await beginPlugin(session, type, { ...options, config: command.optsWithGlobals<GlobalOptions>().config })
      }),
    )
}
