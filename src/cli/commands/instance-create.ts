import { Option, type Command } from 'commander'
import type { Board, InstanceStatus, JsonObject } from '../../index.ts'
import { ConfigOptionError } from '../cli-errors.ts'
import { configFrom, exposureWarning, type ConfigOptions } from '../config-values.ts'
import type { Run, Session } from '../session.ts'
import { sourceOf } from '../source-of.ts'
import { showName } from '../show.ts'
import { addConfigOptions, collect, hasConfigOptions } from './config-options.ts'
import { helpText } from './help-text.ts'
import { wholeNumber } from './numbers.ts'

interface CreateOptions extends ConfigOptions {
  readonly name: string
  readonly status: InstanceStatus
  readonly priority?: number
  readonly weight?: number
  readonly tag?: readonly string[]
  readonly force?: boolean
}

export function addCreate(instance: Command, run: Run): void {
  const command = instance
    .command('create')
    .argument('<type>', 'key of the type')
    .argument('<plugin>', 'key of one of its plugins')
    .requiredOption('--name <name>', 'name of the instance')
    .addOption(new Option('--status <status>', 'status').choices(['active', 'reserved', 'disabled']).default('disabled'))
    .option('--priority <N>', "lower is selected first (default: the plugin's)", wholeNumber)
    .option('--weight <N>', 'share of the calls, for weighted selection (default: 1)', wholeNumber)
    .option('--tag <tag>', 'a tag; again for more', collect)
  addConfigOptions(command)
    .option('--force', 'save without building it on trial')
    .description('create an instance: its config is validated, built on trial, and sealed')
    .addHelpText(
      'after',
      helpText({
        examples: [
          'instance create notifier smtp --name "SMTP main" --status active --set host=mail.example.com --set-env password=SMTP_PASSWORD',
          'instance create notifier push --name Push --set-file credentials=service-account.json',
          'instance create notifier smtp --name Spare --from - < spare.json',
          'instance create notifier smtp --name Vault --set host=mail.example.com --set-ref password=env:SMTP_PASSWORD',
        ],
        json: '{ instance: { id, type, plugin, name, status, priority, weight, tags, revision, state, config, secrets, … } }, secrets never in it',
      }),
    )
    .action((type: string, plugin: string, options: CreateOptions, self: Command) =>
      run(self, async (session) => {
        const board = await session.board()
        const config = await typedConfig(session, board, { type, plugin }, options)
        const { name, status, priority, weight, tag: tags, force } = options
        const created = await board.admin.create(
          {
            type,
            plugin,
            name,
            status,
            ...(config === undefined ? {} : { config }),
            ...(priority === undefined ? {} : { priority }),
            ...(weight === undefined ? {} : { weight }),
            ...(tags === undefined ? {} : { tags }),
          },
          { actor: session.actor, force: force === true },
        )
        session.output.result(
          { instance: created },
          () => `Created ${showName(created)}, ${created.status}, priority ${created.priority}.\nid ${created.id}`,
        )
      }),
    )
}

/** @throws UnknownTypeError, UnknownPluginError, ConfigOptionError */
async function typedConfig(
  session: Session,
  board: Board,
  of: { readonly type: string; readonly plugin: string },
  options: CreateOptions,
): Promise<JsonObject | undefined> {
  const { registry } = board.internals
  const { config: model, key } = registry.plugin(registry.type(of.type), of.plugin)
  if (!hasConfigOptions(options)) return undefined
  if (model === undefined)
    throw new ConfigOptionError(`'${key}' has no config. Leave --set, --set-env, --set-file, --set-ref and --from out.`)
  const typed = await configFrom(model, {}, options, sourceOf(session))
  session.output.conceal(typed.concealed)
  if (typed.exposed.length > 0) session.output.warn(exposureWarning(typed.exposed))
  return typed.config
}
