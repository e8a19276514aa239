import type { Command } from 'commander'
import type { StrategyName, TypeStrategy } from '../../index.ts'
import type { Paint } from '../paint.ts'
import type { Run } from '../session.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

export function addStrategy(program: Command, run: Run): void {
  program
    .command('strategy')
    .argument('<type>', 'key of a type')
    .argument('[strategy]', "one that the type allows; 'default' gives the choice back to the code")
    .description('show or change how a type selects: priority, weighted, round-robin or sticky, as far as its code allows')
    .addHelpText(
      'after',
      helpText({
        examples: ['strategy sms', 'strategy sms weighted', 'strategy sms default'],
        json: '{ type, strategy, stored: text | null, allowed: [strategy], note: text | null, orderRevision }',
      }),
    )
    .action((type: string, wanted: string | undefined, _options: object, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const opened = await board()
        const { key } = opened.internals.registry.type(type)
        // What the type does not allow is refused below, and told with what it does.
        const chosen = wanted === 'default' ? null : (wanted as StrategyName | undefined)
        const told = chosen === undefined ? await opened.admin.strategy(key) : await opened.admin.setStrategy(key, chosen, { actor })
        output.result({ type: key, ...told }, (paint) => describe(key, told, paint))
      }),
    )
}

function describe(type: string, { strategy, stored, allowed, note }: TypeStrategy, paint: Paint): string {
  const how = strategy === 'function' ? 'its own function' : strategy
  const whose = stored === null || note !== null ? 'as its code says' : 'as operators chose'
  const others = allowed.filter((each) => each !== strategy)
  return [
    `${visibleLine(type)} selects by ${paint.bold(how)}, ${whose}.`,
    ...(note === null ? [] : [paint.red(visibleLine(note))]),
    others.length === 0 ? 'Its code allows no other strategy.' : `Allowed too: ${others.join(', ')}.`,
  ].join('\n')
}
