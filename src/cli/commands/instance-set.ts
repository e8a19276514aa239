import type { Command } from 'commander'
import type { Board, InstanceDetail, JsonObject, UpdateInput } from '../../index.ts'
import { InstanceUnloadableError, StaleWriteError } from '../../errors/index.ts'
import type { ConfigSource } from '../config-source.ts'
import { ConfigOptionError, UsageError } from '../cli-errors.ts'
import { configFrom, exposureWarning, type ConfigOptions, type TypedConfig } from '../config-values.ts'
import { resolveInstance } from '../resolve-instance.ts'
import type { Run, Session } from '../session.ts'
import { showName } from '../show.ts'
import { sourceOf } from '../source-of.ts'
import { addConfigOptions, collect, hasConfigOptions } from './config-options.ts'
import { helpText } from './help-text.ts'
import { wholeNumber } from './numbers.ts'

interface SetOptions extends ConfigOptions {
  readonly name?: string
  readonly priority?: number
  readonly weight?: number
  readonly tag?: readonly string[]
  readonly clearSecret?: readonly string[]
  readonly replaceConfig?: boolean
  readonly revision?: number
  readonly force?: boolean
}

/** Others may edit the same instance between our reading and writing. */
const mostTries = 5

export function addSet(instance: Command, run: Run): void {
  const command = instance
    .command('set')
    .argument('<instance>', 'id, name, type/name or type/plugin/name')
    .option('--name <name>', 'another name')
    .option('--priority <N>', 'lower is selected first', wholeNumber)
    .option('--weight <N>', 'share of the calls, for weighted selection', wholeNumber)
    .option('--tag <tag>', "the tags from now on; again for more, --tag '' for none", collect)
  addConfigOptions(command)
    .option('--unset <path>', 'take a field out, so that its default holds; again for more', collect)
    .option('--clear-secret <path>', 'take a secret out; again for more', collect)
    .option('--replace-config', 'start from an empty config and keep no secret: the way out where the stored one can’t be opened')
    .option('--revision <N>', 'only if the instance is still at this revision', wholeNumber)
    .option('--force', 'save without building it on trial')
    .description('change an instance; what is not named stays as it is, secrets too')
    .addHelpText(
      'after',
      helpText({
        examples: [
          'instance set "SMTP main" --set port=587 --tag eu --tag primary',
          'instance set "SMTP main" --set-env password=NEW_PASSWORD',
          'instance set "SMTP main" --set-ref password=file:/run/secrets/smtp',
          'instance set "SMTP main" --name "SMTP old" --revision 3',
        ],
        json: '{ changed: boolean, instance: { id, type, plugin, name, … } }',
      }),
    )
    .action((reference: string, options: SetOptions, self: Command) =>
      run(self, async (session) => {
        requireChange(options)
        const board = await session.board()
        const { row } = await resolveInstance(board, reference)
        const { before, after } = await change(session, board, row.id, options)
        const done = after.revision === before.revision ? 'is as it was' : 'was changed'
        session.output.result(
          { changed: after.revision !== before.revision, instance: after },
          () => `${showName(after)} ${done}; revision ${after.revision}.`,
        )
      }),
    )
}

/** @throws UsageError */
function requireChange(options: SetOptions): void {
  const { name, priority, weight, tag, clearSecret, replaceConfig } = options
  const given = [name, priority, weight, tag, clearSecret, replaceConfig].some((each) => each !== undefined)
  if (!given && !hasConfigOptions(options)) {
    throw new UsageError(
      'Nothing to change: give --name, --priority, --weight, --tag, --set, --set-env, --set-file, --set-ref, --from, --unset or --clear-secret.',
    )
  }
}

/**
 * Reads, puts the new config together, and writes on the condition that nobody wrote meanwhile; else once more. Where the user names a revision,
 * that is the condition.
 */
async function change(
  session: Session,
  board: Board,
  id: string,
  options: SetOptions,
): Promise<{ readonly before: InstanceDetail; readonly after: InstanceDetail }> {
  const source = sourceOf(session)
  for (let tries = 1; ; tries++) {
    const before = await board.admin.get(id)
    const typed = await typedConfig(session, board, before, options, source)
    if (tries === 1 && typed !== undefined && typed.exposed.length > 0) session.output.warn(exposureWarning(typed.exposed))
    const input: UpdateInput = {
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.priority === undefined ? {} : { priority: options.priority }),
      ...(options.weight === undefined ? {} : { weight: options.weight }),
      ...(options.tag === undefined ? {} : { tags: options.tag.filter((tag) => tag !== '') }),
      ...(options.clearSecret === undefined ? {} : { clearSecrets: options.clearSecret }),
      ...(typed === undefined ? {} : { config: typed.config }),
    }
    const revision = options.revision ?? (typed === undefined ? undefined : before.revision)
    try {
      const after = await board.admin.update(id, input, {
        actor: session.actor,
        force: options.force === true,
        replaceConfig: options.replaceConfig === true,
        ...(revision === undefined ? {} : { revision }),
      })
      return { before, after }
    } catch (error) {
      if (!(error instanceof StaleWriteError) || options.revision !== undefined || tries === mostTries) throw error
      await board.internals.runtime.refresh()
    }
  }
}

/** The whole new config; `undefined` where none is typed. */
async function typedConfig(
  session: Session,
  board: Board,
  stored: InstanceDetail,
  options: SetOptions,
  source: ConfigSource,
): Promise<TypedConfig | undefined> {
  if (!hasConfigOptions(options) && options.replaceConfig !== true) return undefined
  const plugin = board.internals.runtime.index.instance(stored.id)?.plugin
  if (plugin === undefined) throw new InstanceUnloadableError(stored, 'code_missing', undefined)
  if (plugin.config === undefined)
    throw new ConfigOptionError(`'${plugin.key}' has no config. Leave --set, --set-env, --set-file, --set-ref and --from out.`)
  const base = options.replaceConfig === true ? {} : fieldsOf(stored.config)
  const typed = await configFrom(plugin.config, base, options, source)
  session.output.conceal(typed.concealed)
  return typed
}

/** The config without its secrets: the library keeps those that stay blank. */
function fieldsOf(config: InstanceDetail['config']): JsonObject {
  // A stored config is an object, or can't be opened; then `update` refuses.
  return typeof config === 'object' && config !== null && !Array.isArray(config) ? (config as JsonObject) : {}
}
