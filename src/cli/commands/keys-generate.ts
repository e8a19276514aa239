import type { Command } from 'commander'
import type { Run } from '../session.ts'
import { helpText } from './help-text.ts'

export function addGenerate(keys: Command, run: Run): void {
  keys
    .command('generate')
    .option('--id <id>', 'names the key: 1 to 64 of A-Z a-z 0-9 . _ -', 'k1')
    .description('make a key for PLUGBOARD_KEYS; it is printed on stdout, and nothing else is')
    .addHelpText(
      'after',
      helpText({
        examples: ['keys generate', 'export PLUGBOARD_KEYS="$(plugboard keys generate)"', 'keys generate --id k2'],
        json: '{ id, key }',
      }),
    )
    .action((options: { readonly id: string }, command: Command) =>
      run(command, async ({ output }) => {
        const { generateKey } = await import('../../index.ts')
        const key = generateKey(options.id)
        output.result({ id: options.id, key }, () => key)
        output.note(
          'Set it as PLUGBOARD_KEYS for every process of the application. Where there is a key already, give the new one another --id and\n' +
            'write "<old>,<new>" first; plugboard keys rotate --help tells the rest.\n' +
            'Keep a copy in a safe place: configs can be read with it, and without it by nobody.',
        )
      }),
    )
}
