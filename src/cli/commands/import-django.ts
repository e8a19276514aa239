import type { Command } from 'commander'
import type { ImportedInstance, ImportReport } from '../../django/index.ts'
import { hiddenAnswer } from '../hidden-answer.ts'
import { UsageError } from '../cli-errors.ts'
import type { Paint } from '../paint.ts'
import { withProgress } from '../progress.ts'
import type { Run, Session } from '../session.ts'
import { count, showName, showStatus } from '../show.ts'
import { visibleLine } from '../visible.ts'
import { collect } from './config-options.ts'
import { helpText } from './help-text.ts'

interface Options {
  readonly apply?: boolean
  readonly map?: readonly string[]
  readonly secretKeyEnv?: readonly string[]
  readonly saltKeyEnv?: readonly string[]
  readonly skipDamaged?: boolean
  readonly strict?: boolean
  readonly force?: boolean
}

const databaseVariable = 'DJANGO_DATABASE_URL'

export function addDjango(group: Command, run: Run): void {
  group
    .command('django')
    .argument(
      '[database]',
      `an SQLite file, postgres://… or mysql://… without a password (default: ${databaseVariable}, where a password may be)`,
    )
    .option('--apply', 'create the instances; without it, only tell what would be done')
    .option('--map <item=plugin>', 'which plugin an item is: name=plugin, or module:name=type/plugin; again for more', collect)
    .option(
      '--secret-key-env <VARIABLE>',
      "the variable with Django's SECRET_KEY; again for SECRET_KEY_FALLBACKS (default: DJANGO_SECRET_KEY)",
      collect,
    )
    .option('--salt-key-env <VARIABLE>', 'the variable with its SALT_KEY; again where that is a list (default: DJANGO_SALT_KEY)', collect)
    .option('--skip-damaged', 'where some configs can not be opened: create the others')
    .option('--strict', 'write nothing where some item has no plugin here')
    .option('--force', 'save without building them on trial')
    .description(
      'take over the instances of django-plugin-system 2, with their ids, configs, statuses and order. Its tables are read in a transaction that can not write. Run again, it tells what is here already',
    )
    .addHelpText(
      'after',
      helpText({
        examples: [
          'import django /srv/app/db.sqlite3                # tells what would be done; asks for the keys at a terminal',
          'import django /srv/app/db.sqlite3 --apply',
          'import django --map apps.payments.plugins:zarinpal=payment-gateway/zarinpal-v2   # reads DJANGO_DATABASE_URL',
        ],
        json:
          '{ applied, refused, created, present, left, instances: [{ id, name, item: { type, manager, module, name }, plugin: { type, key } | null,\n' +
          '  status, priority, outcome: "create" | "created" | "present" | "removed" | "name_taken" | "unknown_plugin" | "damaged" | "invalid" | "failed",\n' +
          '  reasons, notes }] }, values never in it',
        exit2: 'some instances are left out, or nothing was written since some configs can not be opened.',
      }),
    )
    .action((database: string | undefined, options: Options, command: Command) =>
      run(command, async (session) => {
        const { applyDjango, hasPassword, planDjango, reportPlan } = await import('../../django/index.ts')
        if (database !== undefined && hasPassword(database))
          throw new UsageError(
            `A password in the command line shows in the list of processes: set ${databaseVariable} instead, and leave the database out.`,
          )
        const place = database ?? process.env[databaseVariable]
        if (place === undefined || place === '') throw new UsageError(`Which database? Give a file or a URL, or set ${databaseVariable}.`)
        const map = mapOf(options.map ?? [])
        const keys = {
          secrets: await keysOf(session, 'SECRET_KEY', options.secretKeyEnv, 'DJANGO_SECRET_KEY'),
          salts: await keysOf(session, 'SALT_KEY', options.saltKeyEnv, 'DJANGO_SALT_KEY'),
        }
        session.output.conceal([...keys.secrets, ...keys.salts])
        const board = await session.board()
        const plan = await planDjango(board, place, { ...keys, map })
        const { apply, skipDamaged = false, strict = false, force = false } = options
        const total = plan.instances.filter(({ outcome }) => outcome === 'create').length
        const write = { skipDamaged, strict, force, actor: session.actor }
        const report =
          apply === true
            ? await withProgress('Importing', total, (onProgress) => applyDjango(board, plan, { ...write, onProgress }))
            : reportPlan(plan)
        session.output.result(report, (paint) => describe(report, paint))
        return report.left > 0 || report.refused !== null ? 2 : 0
      }),
    )
}

/** Of a variable that was named, or of the usual one where it is set; else asked for at the terminal. Empty where there is none. */
async function keysOf(
  { output }: Session,
  setting: string,
  named: readonly string[] | undefined,
  usual: string,
): Promise<readonly string[]> {
  if (named !== undefined) {
    return named.map((variable) => {
      const value = process.env[variable]
      // The name is not quoted: a key typed in its place would be.
      if (value === undefined || value === '') throw new UsageError(`A variable that was named for ${setting} is not set.`)
      return value
    })
  }
  const value = process.env[usual] ?? (output.isJson ? undefined : await hiddenAnswer(`${setting} of the Django application`))
  return value === undefined || value === '' ? [] : [value]
}

function mapOf(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((text) => {
      const [item = '', plugin = '', ...rest] = text.split('=')
      if (item === '' || plugin === '' || rest.length > 0) throw new UsageError('--map takes name=plugin, or module:name=type/plugin.')
      return [item, plugin]
    }),
  )
}

const signs: Readonly<Record<ImportedInstance['outcome'], string>> = {
  create: '+',
  created: '+',
  present: '=',
  removed: '✗',
  name_taken: '✗',
  unknown_plugin: '?',
  damaged: '✗',
  invalid: '✗',
  failed: '✗',
}

function describe(report: ImportReport, paint: Paint): string {
  const { applied, refused, created, present, left, instances } = report
  const planned = instances.filter(({ outcome }) => outcome === 'create').length
  const counts = `${present} here already, ${left} left out.`
  const said = applied ? `Created ${count(created, 'instance')}; ${counts}` : `Would be created: ${count(planned, 'instance')}; ${counts}`
  return [
    ...(refused === null ? [] : [`${paint.red('✗')} Nothing was written: ${refused}. ${refusals(refused)}`]),
    said,
    ...instances.flatMap((each) => describeOne(each, paint)),
    ...(applied || refused !== null || planned === 0 ? [] : [paint.dim('Nothing was written. With --apply it is.')]),
  ].join('\n')
}

function refusals(refused: string): string {
  return refused.includes('config') ? 'Give the keys that sealed them, or --skip-damaged.' : 'Name it with --map, or leave --strict out.'
}

function describeOne(each: ImportedInstance, paint: Paint): readonly string[] {
  const { name, item, plugin, status, priority, outcome, reasons, notes } = each
  const sign = signs[outcome]
  const colour = sign === '+' ? paint.green : sign === '=' ? paint.dim : sign === '?' ? paint.yellow : paint.red
  const from = `${visibleLine(item.module)}:${visibleLine(item.name)}`
  const what =
    plugin === null
      ? `'${visibleLine(name)}' (${from})`
      : `${showName({ name, type: plugin.type, plugin: plugin.key })}, ${showStatus(paint, status)}, priority ${priority}`
  const why = outcome === 'present' ? [`is here already`] : reasons
  return [
    `  ${colour(sign)} ${what}${why.length === 0 ? '' : `: ${why.map(visibleLine).join('; ')}`}`,
    ...notes.map((note) => paint.dim(`      ${visibleLine(note)}`)),
  ]
}
