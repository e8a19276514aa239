import { Option, type Command } from 'commander'
import type { Kept, SyncMode, SyncReport } from '../../index.ts'
import { UsageError } from '../cli-errors.ts'
import type { Paint } from '../paint.ts'
import type { Run } from '../session.ts'
import { count, showName } from '../show.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

interface SyncCommandOptions {
  readonly mode: SyncMode
  readonly dryRun?: boolean
  readonly check?: boolean
  readonly prune?: boolean
  readonly force?: boolean
  readonly rename?: boolean
}

export function addSync(program: Command, run: Run): void {
  program
    .command('sync')
    .description('make the stored types and plugins equal to what the code registers; nothing is removed without --prune')
    .addOption(
      new Option('--mode <mode>', 'create adds what is new; update also refreshes labels, descriptions, schemas and default priorities')
        .choices(['create', 'update'])
        .default('create'),
    )
    .option(
      '--prune',
      'remove types and plugins whose code is gone: neither here nor in a living process on the database. Refuses where they hold configured instances',
    )
    .option('--force', 'with --prune: remove those too, they can be restored; with --prune and --rename: also what living processes need')
    .option('--rename', 'store under its key what is stored under an alias, once no process of the old release lives any more')
    .option('--dry-run', 'only tell what would be done')
    .option('--check', 'the same, and end with 2 where anything would be done')
    .addHelpText(
      'after',
      helpText({
        examples: [
          'sync',
          'sync --mode update --dry-run',
          'sync --prune --dry-run',
          'sync --check   # in CI: fails where a deploy would change rows',
        ],
        json:
          '{ dryRun, changed, types: { created: [key], updated: [key] }, plugins: { created: ["type/plugin"], updated },\n' +
          '  instances: { created: [{ type, plugin, name, status }] }, changes: [{ id, type, plugin?, changes: [{ field, from, to }] }],\n' +
          '  pruned: [{ key: "type/plugin", instances }], renamed: [{ from, to }], revived: ["type" | "type/plugin"],\n  missing: [{ type, plugin?, instances }], kept: [{ asked: "prune" | "rename", key, usedBy: [{ host, pid, release, seenAt }] }],\n' +
          '  held: [{ plugin: "type/plugin", instances: [name] }] }, what a prune would be refused for',
        exit2: '--check found something to do, --dry-run that pruning would be refused, or --rename had to wait for a living process.',
      }),
    )
    .action((options: SyncCommandOptions, command: Command) =>
      run(command, async ({ board, output, actor }) => {
        const dryRun = options.dryRun === true || options.check === true
        if (options.force === true && options.prune !== true && options.rename !== true)
          throw new UsageError('--force goes with --prune or --rename.')
        const { mode, prune = false, force = false, rename = false } = options
        const report = await (await board()).sync({ mode, prune, force, rename, dryRun, actor })
        output.result(report, (paint) => describe(report, paint))
        const waits = report.kept.some(({ asked }) => asked === 'rename')
        return waits || report.held.length > 0 || (options.check === true && report.changed) ? 2 : 0
      }),
    )
}

function describeKept({ asked, key, usedBy }: Kept): string {
  const processes = usedBy.map(({ host, pid }) => `${visibleLine(host)} pid ${pid}`).join(', ')
  const [what, need] = asked === 'prune' ? ['not removed', 'has its code'] : ['not renamed', 'knows it by this name only']
  return `${visibleLine(key)} is ${what}: a living process ${need} (${processes}). One that has ended is forgotten after 90 seconds`
}

function describe(report: SyncReport, paint: Paint): string {
  const would = report.dryRun ? 'would be ' : ''
  const { types, plugins, instances } = report
  const counts = [
    count(types.created.length, 'type'),
    count(plugins.created.length, 'plugin'),
    `${count(instances.created.length, 'default instance')} ${would}created`,
    `${types.updated.length + plugins.updated.length} ${would}updated`,
  ]
  const list = (sign: string, what: string, names: readonly string[]): readonly string[] =>
    names.map((name) => `  ${sign} ${what} ${visibleLine(name)}`)
  const updated = report.changes.map(({ type, plugin, changes }) => {
    const name = plugin === undefined ? `type ${type}` : `plugin ${type}/${plugin}`
    return `  ${paint.yellow('~')} ${visibleLine(name)}: ${changes.map(({ field }) => field).join(', ')}`
  })
  const missing = report.missing.map(
    ({ type, plugin, instances: number }) =>
      `  ${paint.dim('?')} ${visibleLine(plugin === undefined ? type : `${type}/${plugin}`)} is not registered by this code, with ${count(number, 'instance')}`,
  )
  return [
    report.changed ? `${counts.join(', ')}.` : 'Nothing to do: types and plugins are as the code registers them.',
    ...list(paint.green('+'), 'type', types.created),
    ...list(paint.green('+'), 'plugin', plugins.created),
    ...instances.created.map((each) => `  ${paint.green('+')} instance ${showName(each)}, ${each.status}`),
    ...updated,
    ...report.renamed.map(({ from, to }) => `  ${paint.yellow('~')} ${visibleLine(from)} is now stored as ${visibleLine(to)}`),
    ...report.pruned.map(({ key, instances: number }) => `  ${paint.red('-')} ${visibleLine(key)}, with ${count(number, 'instance')}`),
    ...report.revived.map((name) => `  ${paint.green('+')} ${visibleLine(name)}, which was removed before, is back`),
    ...missing,
    ...report.kept.map((each) => `  ${paint.yellow('!')} ${describeKept(each)}`),
    ...report.held.map(
      ({ plugin, instances: names }) =>
        `  ${paint.red('✗')} ${visibleLine(plugin)} holds configured instances, so pruning is refused without --force: ${names.map(visibleLine).join(', ')}`,
    ),
  ].join('\n')
}
