import { DeadlineError, InstanceUnloadableError, InvalidInputError, messageOf, SecretReferenceError } from '../errors/index.ts'
import { withDeadline } from '../runtime/index.ts'
import type { Json } from '../config/index.ts'
import { mayPass } from '../references/index.ts'
import { durationProblem, type RegisteredPlugin, type TypeReference } from '../registry/index.ts'
import { checkConfigInput } from './check-input.ts'
import { instanceAt } from './instance-detail.ts'
import { recordOutcome } from './record-outcome.ts'
import { checkActor, type Actor, type OperationScope } from './scope.ts'
import { onTrial, type DraftRow } from './trial.ts'
import { mergeTyped } from './update.ts'
import { validateConfig } from './validate-config.ts'

export interface TestOptions {
  readonly actor: Actor
  /** Milliseconds, 1 to 2,147,483,647. Default 10,000. */
  readonly deadline?: number
}

/** What a test went through, in this order; it stops at the first that fails. */
export type TestStep = 'registered' | 'decrypts' | 'migrates' | 'resolves' | 'validates' | 'builds' | 'onTest'

/** How a test of an instance ended. */
export interface TestOutcome {
  readonly ok: boolean
  /**
   * Steps that were passed. `migrates` is missing where the config is of the code's version, `resolves` where no secret is a reference, `onTest` where the
   * plugin has none.
   */
  readonly passed: readonly TestStep[]
  /** The step that failed. */
  readonly failed: TestStep | null
  /** For people. It shows no secret. */
  readonly message: string
  /** Milliseconds `onTest` took, or all of it where that is missing. */
  readonly latencyMs: number
}

/**
 * Tests what is saved: its code is registered, its config opens and fits, an object can be built, and the plugin's own `onTest` agrees.
 * The object is built for the test and disposed; what serves is not touched. The outcome is kept as the instance's health.
 *
 * @throws InstanceNotFoundError, InvalidInputError for a deadline that is none, ActorRequiredError. What is wrong with the instance is told, not thrown.
 */
export async function testInstance(scope: OperationScope, id: string, options: TestOptions): Promise<TestOutcome> {
  checkActor(options)
  const deadline = deadlineOf(scope, options)
  await scope.runtime.load()
  await scope.runtime.look()
  const instance = instanceAt(scope, id)
  const outcome = await testSaved(scope, instance, deadline)
  await recordOutcome(scope, instance, outcome)
  return outcome
}

/** What to test without saving it. */
export interface DraftInput {
  /** An instance whose stored secrets stand in where the draft leaves them blank. Absent: a draft of a new one. */
  readonly instance?: string
  /** With no `instance`: class or key. */
  readonly type?: TypeReference
  /** With no `instance`: key of one of the type's plugins. */
  readonly plugin?: string
  readonly config?: unknown
  /** With an `instance`: dotted paths of stored secrets that the draft takes out, as a save would. */
  readonly clearSecrets?: readonly string[]
}

/**
 * Tests what was typed, before it is saved. Nothing is written, and a stored secret is not sent to a changed address.
 *
 * @throws SecretReentryRequiredError, SecretReferenceError where a reference may not be used, ConfigInvalidError, InvalidInputError, InstanceNotFoundError, UnknownTypeError, UnknownPluginError, ActorRequiredError
 */
export async function testDraft(scope: OperationScope, draft: DraftInput, options: TestOptions): Promise<TestOutcome> {
  checkActor(options)
  const deadline = deadlineOf(scope, options)
  await scope.runtime.load()
  await scope.runtime.look()
  const began = scope.elapsed()
  if (draft.instance !== undefined) {
    const instance = instanceAt(scope, draft.instance)
    const { row, plugin } = instance
    if (plugin === undefined) throw new InstanceUnloadableError(row, 'code_missing', undefined)
    const config = plugin.config === undefined ? {} : (await mergeTyped(scope, instance, plugin.config, draft, false)).merged.config
    return runDraft(scope, row, plugin, config, deadline, endedSince(scope, ['registered', 'decrypts'], began))
  }
  const plugin = scope.registry.plugin(scope.registry.type(draft.type ?? ''), draft.plugin ?? '')
  const config = plugin.config === undefined ? {} : checkConfigInput(plugin.config, draft.config ?? {})
  const row: DraftRow = {
    id: scope.store.newId(),
    typeId: '',
    pluginId: '',
    name: 'draft',
    status: 'disabled',
    priority: 0,
    weight: 1,
    tags: [],
  }
  return runDraft(scope, row, plugin, config, deadline, endedSince(scope, ['registered'], began))
}

/** @throws InvalidInputError where it is no time: at a deadline that is over at once everything would seem to fail. */
function deadlineOf(scope: OperationScope, { deadline = scope.testDeadline }: TestOptions): number {
  const problem = durationProblem(deadline, 1)
  if (problem !== undefined) throw new InvalidInputError([{ pointer: '/deadline', message: problem }])
  return deadline
}

type Ended = (failed: TestStep | null, message: string, since?: number) => TestOutcome
type EndedAfter = Ended & { readonly passed: TestStep[] }

function endedSince(scope: OperationScope, passed: TestStep[], began: number): EndedAfter {
  const ended: Ended = (failed, message, since = began) => ({
    ok: failed === null,
    passed,
    failed,
    message,
    latencyMs: Math.round(scope.elapsed() - since),
  })
  return Object.assign(ended, { passed })
}

/** Resolves and validates what was typed, then builds it. */
async function runDraft(...[scope, row, plugin, config, deadline, ended]: Parameters<typeof runBuilt>): Promise<TestOutcome> {
  const resolved = plugin.config === undefined ? undefined : await scope.references.resolve(plugin.config, config, deadline)
  const problems = resolved?.problems ?? []
  if (problems.length > 0) {
    const error = new SecretReferenceError(plugin.key, problems)
    if (problems.some(({ reason }) => !mayPass(reason))) throw error
    return ended('resolves', error.message)
  }
  const whole = resolved?.config ?? config
  if ((resolved?.referring ?? []).length > 0) ended.passed.push('resolves')
  try {
    await validateConfig(plugin, whole, deadline)
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error
    return ended('validates', error.message)
  }
  ended.passed.push('validates')
  return runBuilt(scope, row, plugin, whole, deadline, ended)
}

/** Builds what is resolved and validated on trial, and asks the plugin's own test. */
async function runBuilt(
  scope: OperationScope,
  row: DraftRow,
  plugin: RegisteredPlugin,
  config: Json,
  deadline: number,
  ended: EndedAfter,
): Promise<TestOutcome> {
  try {
    return await onTrial(scope, row, plugin, config, async (built) => {
      ended.passed.push('builds')
      if (built.object.onTest === undefined) return ended(null, `'${row.name}' can be built. Its plugin has no test of its own.`)
      const since = scope.elapsed()
      try {
        await withDeadline(Promise.resolve(built.object.onTest()), deadline, `The test of '${row.name}'`, scope)
      } catch (error) {
        return ended('onTest', messageOf(built.scrub(error)), since)
      }
      ended.passed.push('onTest')
      return ended(null, `'${row.name}' answered.`, since)
    })
  } catch (error) {
    if (!(error instanceof InstanceUnloadableError)) throw error
    return ended('builds', error.message)
  }
}

/** Tests what is saved of an instance; keeps nothing. */
export async function testSaved(
  scope: OperationScope,
  { row, plugin }: ReturnType<typeof instanceAt>,
  deadline: number,
): Promise<TestOutcome> {
  const passed: TestStep[] = []
  const began = scope.elapsed()
  const ended = endedSince(scope, passed, began)
  if (plugin === undefined) return ended('registered', new InstanceUnloadableError(row, 'code_missing', undefined).message)
  passed.push('registered')
  const { builder } = scope.runtime
  let step: TestStep = 'decrypts'
  try {
    const [sealed = { config: null, configVersion: 0 }] = await scope.store.read((reader) => reader.configs([row.id]))
    const stored = await builder.openStored({ row }, plugin, sealed)
    passed.push(step)
    step = 'migrates'
    const migrated = await builder.migrate({ row }, plugin, stored, sealed.configVersion)
    if (migrated !== stored) passed.push(step)
    step = 'resolves'
    const config = await builder.resolveReferences({ row }, plugin, migrated)
    if (config !== migrated) passed.push(step)
    step = 'validates'
    await builder.validate({ row }, plugin, config)
    passed.push(step)
    return await runBuilt(scope, row, plugin, config, deadline, ended)
  } catch (error) {
    if (!(error instanceof InstanceUnloadableError)) throw error
    return ended(step, error.message)
  }
}
