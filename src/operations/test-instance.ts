import { InstanceUnloadableError, messageOf } from '../errors/index.ts'
import { withDeadline } from '../runtime/index.ts'
import { instanceAt } from './instance-detail.ts'
import { checkActor, type Actor, type OperationScope } from './scope.ts'
import { onTrial } from './trial.ts'

export interface TestOptions {
  readonly actor: Actor
  /** Milliseconds. Default 10,000. */
  readonly deadline?: number
}

/** What a test went through, in this order; it stops at the first that fails. */
export type TestStep = 'registered' | 'decrypts' | 'validates' | 'builds' | 'onTest'

/** How a test of an instance ended. */
export interface TestOutcome {
  readonly ok: boolean
  /** Steps that were passed. `onTest` is missing where the plugin has none. */
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
 * @throws InstanceNotFoundError, ActorRequiredError. What is wrong with the instance is told, not thrown.
 */
export async function testInstance(scope: OperationScope, id: string, options: TestOptions): Promise<TestOutcome> {
  checkActor(options)
  await scope.runtime.load()
  await scope.runtime.refresh()
  const instance = instanceAt(scope, id)
  const outcome = await runTest(scope, instance, options.deadline ?? scope.testDeadline)
  const { ok, latencyMs, message } = outcome
  await scope.store.recordHealth([{ instanceId: instance.row.id, at: scope.now(), ok, latencyMs, message }])
  return outcome
}

async function runTest(scope: OperationScope, { row, plugin }: ReturnType<typeof instanceAt>, deadline: number): Promise<TestOutcome> {
  const passed: TestStep[] = []
  const began = scope.elapsed()
  const ended = (failed: TestStep | null, message: string, since: number = began): TestOutcome => ({
    ok: failed === null,
    passed,
    failed,
    message,
    latencyMs: Math.round(scope.elapsed() - since),
  })
  if (plugin === undefined) return ended('registered', new InstanceUnloadableError(row, 'code_missing', undefined).message)
  passed.push('registered')
  try {
    const [sealed] = await scope.store.read((reader) => reader.configs([row.id]))
    const config = await scope.runtime.builder.openConfig({ row }, plugin, sealed ?? { config: null })
    passed.push('decrypts')
    await scope.runtime.builder.validate({ row }, plugin, config)
    passed.push('validates')
    return await onTrial(scope, row, plugin, config, async (built) => {
      passed.push('builds')
      if (built.object.onTest === undefined) return ended(null, `'${row.name}' can be built. Its plugin has no test of its own.`)
      const since = scope.elapsed()
      try {
        await withDeadline(Promise.resolve(built.object.onTest()), deadline, `The test of '${row.name}'`)
      } catch (error) {
        return ended('onTest', messageOf(built.scrub(error)), since)
      }
      passed.push('onTest')
      return ended(null, `'${row.name}' answered.`, since)
    })
  } catch (error) {
    if (!(error instanceof InstanceUnloadableError)) throw error
    const step: TestStep = passed.includes('validates') ? 'builds' : passed.includes('decrypts') ? 'validates' : 'decrypts'
    return ended(step, error.message)
  }
}
