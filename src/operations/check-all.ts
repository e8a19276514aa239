import { InvalidInputError } from '../errors/index.ts'
import { durationProblem, type TypeReference } from '../registry/index.ts'
import type { IndexedInstance } from '../runtime/index.ts'
import { checkCount } from './check-count.ts'
import { recordOutcome } from './record-outcome.ts'
import type { OperationScope } from './scope.ts'
import { testSaved, type TestOutcome } from './test-instance.ts'

/** Which instances to check, and how. */
export interface CheckAllOptions {
  /** Classes or keys. Default: all types. */
  readonly types?: readonly TypeReference[]
  /** Begins no further check once it is aborted; those under way end by their deadline. */
  readonly signal?: AbortSignal
  /** Milliseconds that each `onTest` may take, 1 to 2,147,483,647. Default 10,000. */
  readonly deadline?: number
  /** So many at a time, 1 to 1,000. Default 4. */
  readonly concurrency?: number
}

/** One instance, and how its check ended. */
export interface CheckedInstance {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly plugin: string
  readonly outcome: TestOutcome
}

/**
 * Runs `onTest` of each instance that may be selected and whose plugin has one, and keeps the outcomes as their health. What is wrong with an instance is
 * told, not thrown.
 *
 * @throws UnknownTypeError; InvalidInputError; StoreError; the signal's reason, where it was aborted: what was checked until then is kept.
 */
export async function checkAll(scope: OperationScope, options: CheckAllOptions = {}): Promise<readonly CheckedInstance[]> {
  const { signal, deadline = scope.testDeadline } = options
  const concurrency = checkCount('concurrency', options.concurrency ?? 4, 1, 1_000)
  const problem = durationProblem(deadline, 1)
  if (problem !== undefined) throw new InvalidInputError([{ pointer: '/deadline', message: problem }])
  const types = options.types?.map((reference) => scope.registry.type(reference).key)
  await scope.runtime.load()
  await scope.runtime.look()
  const waiting = checkable(scope, types)
  const checked: CheckedInstance[] = []
  const failures: unknown[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (signal?.aborted === true || failures.length > 0) return
      try {
        checked.push(await checkInstance(scope, next, deadline))
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  signal?.throwIfAborted()
  if (failures.length > 0) throw failures[0]
  return checked
}

async function checkInstance(scope: OperationScope, instance: IndexedInstance, deadline: number): Promise<CheckedInstance> {
  const outcome = await testSaved(scope, instance, deadline)
  await recordOutcome(scope, instance, outcome)
  const { row, typeKey, pluginKey } = instance
  return { id: row.id, name: row.name, type: typeKey, plugin: pluginKey, outcome }
}

/** Instances that may be selected and that have a test of their own. */
export function checkable(scope: OperationScope, types?: readonly string[]): IndexedInstance[] {
  return [...scope.runtime.index.instances()].filter(
    ({ row, typeKey, plugin }) =>
      row.status !== 'disabled' && plugin !== undefined && hasTest(plugin.class) && (types === undefined || types.includes(typeKey)),
  )
}

/** A class that is registered may inherit it. */
function hasTest(of: { readonly prototype: object }): boolean {
  return 'onTest' in of.prototype && typeof of.prototype.onTest === 'function'
}
