import type { Command } from 'commander'
import type { Run } from '../session.ts'
import { helpText } from './help-text.ts'

export function addMigrate(program: Command, run: Run): void {
  program
    .command('migrate')
    .description('create or update the tables; safe in many processes at once')
    .addHelpText('after', helpText({ examples: ['migrate'], json: '{ store, from, to, applied: [name] }' }))
    .action((_options: object, command: Command) =>
      run(command, async ({ board, output }) => {
        const opened = await board()
        const report = await opened.migrate()
        const store = opened.internals.store.description
        output.result({ store, ...report }, () =>
          report.applied.length === 0
            ? `${store} is at schema version ${report.to}; nothing to do.`
            : `${store} is now at schema version ${report.to} (was ${report.from}): ${report.applied.join(', ')}.`,
        )
      }),
    )
}
