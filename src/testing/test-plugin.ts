import { createBoard, type Board } from '../board.ts'
import { secretValues, toJson, type Json } from '../config/index.ts'
import type { Contract, Hooks, PluginClass } from '../contract/index.ts'
import { generateKey } from '../crypto/index.ts'
import {
  ConfigInvalidError,
  messageOf,
  PlugboardError,
  PluginTestError,
  RegistrationError,
  type ConfigIssue,
  type PluginProblem,
  type PluginRule,
} from '../errors/index.ts'
import { buildRegistry, type RegisteredPlugin } from '../registry/index.ts'
import type { StoreFactory } from '../store/index.ts'
import type { PluginBench } from './plugin-rules/bench.ts'
import { checkDisposal, Disposals } from './plugin-rules/disposal.ts'
import { checkGivenUpCalls, type HangingCalls } from './plugin-rules/given-up-calls.ts'
import { checkSecrets, shortest } from './plugin-rules/hidden-secrets.ts'
import { checkRoundTrip } from './plugin-rules/round-trip.ts'

export type { HangingCalls } from './plugin-rules/given-up-calls.ts'
export type { HangingProvider } from './plugin-rules/hanging-provider.ts'

/** What a plugin is tested with. */
export interface TestPluginOptions<T extends Hooks = Hooks> {
  /** A config that fits, as an operator would type it; secrets in it have at least 8 characters, so that they can be looked for. Default `{}`. */
  readonly config?: unknown
  /** Calls whose provider never answers: without them nothing is said of deadlines. */
  readonly hanging?: HangingCalls<T>
  /** The database. Default: SQLite in memory. */
  readonly store?: StoreFactory
  /** Milliseconds that construction with `onStart`, `onTest` and `onDispose` may take each. Default 5,000. */
  readonly deadline?: number
  /** Milliseconds within which a call must have ended after its caller gave up. Default 1,000. */
  readonly grace?: number
}

/** What was looked at. */
export interface PluginTestReport {
  readonly passed: readonly PluginRule[]
  /** What could not be looked at, and why. */
  readonly skipped: readonly { readonly rule: PluginRule; readonly reason: string }[]
}

const actor = { id: 'test-plugin', name: 'testPlugin' }

/**
 * Tests a plugin as a board would use it, under whichever test runner: that it registers with every method of its contract, that its config comes back from
 * the database as it was typed, that its secrets stay hidden, that it starts and is disposed once, and that a call ends when its caller gives up.
 *
 * @throws PluginTestError with everything that is wrong, and what to do about each.
 * @example
 * test('it is a good plugin', () => testPlugin(Zarinpal, { config: { merchantId: 'm', apiKey: 'a-key-of-the-test' } }))
 */
export async function testPlugin<T extends Hooks>(plugin: PluginClass<T>, options: TestPluginOptions<T> = {}): Promise<PluginTestReport> {
  const problems: PluginProblem[] = []
  const skipped: { rule: PluginRule; reason: string }[] = []
  const fail = (): never => {
    throw new PluginTestError(plugin.name, problems)
  }
  const report = (rule: PluginRule, message: string): void => void problems.push({ rule, message })
  const skip = (rule: PluginRule, reason: string): void => void skipped.push({ rule, reason })

  const registered = register(plugin, problems) ?? fail()
  const config = await configOf(registered, options.config, problems)
  if (problems.length > 0) fail()

  const { deadline = 5_000, grace = 1_000 } = options
  const logged: unknown[] = []
  const notDisposed: unknown[] = []
  const disposals = new Disposals()
  const board = await open(disposals.watch(plugin), registered, options.store, deadline, logged)
  board.on('disposalFailed', ({ error }) => notDisposed.push(error))
  const bench: PluginBench<T> = {
    class: plugin,
    plugin: registered,
    // Registration has seen that it has methods.
    type: registered.type.class as Contract,
    config,
    secrets: secretsOf(registered, config),
    board,
    deadline,
    report,
    skip,
  }
  try {
    const id = await start(bench)
    if (id !== undefined) {
      await checkRoundTrip(bench, id)
      await checkSecrets(bench, id, logged)
    }
    if (options.hanging === undefined) skip('deadline', 'no `hanging` calls were given')
    else await checkGivenUpCalls(bench, options.hanging, grace)
  } finally {
    await board.close()
  }
  if (!problems.some(({ rule }) => rule === 'start')) await checkDisposal(bench, disposals, notDisposed)
  if (problems.length > 0) fail()
  const passed = rules.filter((rule) => !skipped.some((each) => each.rule === rule))
  return { passed, skipped }
}

const rules: readonly PluginRule[] = ['registration', 'config', 'start', 'round_trip', 'secrets', 'dispose', 'deadline']

function register(plugin: PluginClass, problems: PluginProblem[]): RegisteredPlugin | undefined {
  try {
    const registry = buildRegistry({ plugins: [plugin] })
    return Array.from(registry.types.values(), (type) => Array.from(type.plugins.values()))
      .flat()
      .find((each) => each.class === plugin)
  } catch (error) {
    if (!(error instanceof RegistrationError)) throw error
    for (const { subject, message } of error.problems) problems.push({ rule: 'registration', message: `${subject}: ${message}` })
    return undefined
  }
}

async function configOf(plugin: RegisteredPlugin, given: unknown, problems: PluginProblem[]): Promise<Json> {
  const issues: ConfigIssue[] = []
  const config = toJson(given ?? {}, issues)
  try {
    if (issues.length > 0) throw new ConfigInvalidError(plugin.key, issues)
    await plugin.config?.parse(structuredClone(config))
  } catch (error) {
    if (!(error instanceof PlugboardError)) throw error
    problems.push({ rule: 'config', message: `${messageOf(error)} Give testPlugin a config that fits.` })
  }
  return config
}

function secretsOf({ config: model }: RegisteredPlugin, config: Json): PluginBench['secrets'] {
  return (model?.secrets ?? []).flatMap((field) =>
    secretValues([field], config)
      .filter((value) => value.length >= shortest)
      .map((value) => ({ path: field.path.join('.'), value })),
  )
}

async function open(
  plugin: PluginClass,
  registered: RegisteredPlugin,
  store: StoreFactory | undefined,
  deadline: number,
  logged: unknown[],
): Promise<Board> {
  const log = (...line: unknown[]): void => void logged.push(line)
  const board = createBoard({
    plugins: [plugin],
    store: store ?? (await import('../sqlite.ts')).sqlite(':memory:'),
    migrate: 'on-start',
    sync: 'on-start',
    disposeAfter: 0,
    buildDeadline: deadline,
    logger: { debug: log, info: log, warn: log, error: log },
    ...(registered.config === undefined ? {} : { keys: generateKey('test') }),
  })
  await board.ready()
  return board
}

/** Stores an instance with the config of the test, and builds it; gives its id. */
async function start({ board, plugin, type, config, report }: PluginBench): Promise<string | undefined> {
  try {
    const { id } = await board.admin.create(
      {
        type: plugin.type.key,
        plugin: plugin.key,
        name: `testPlugin ${generateKey('n').slice(-6)}`,
        status: 'active',
        ...(plugin.config === undefined ? {} : { config }),
      },
      { actor },
    )
    await board.getById(type, id)
    return id
  } catch (error) {
    report(
      'start',
      `${messageOf(error)} What the constructor and onStart do must succeed with the config of the test, and without a provider.`,
    )
    return undefined
  }
}
