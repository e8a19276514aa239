import { ConflictError, InvalidInputError } from '../errors/index.ts'
import { durationProblem, type TypeReference } from '../registry/index.ts'
import type { CallFigures, Health, IndexedInstance, InstanceRecord } from '../runtime/index.ts'
import { instanceAt } from './instance-detail.ts'
import { checkActor, historyOf, metadataOf, type Actor, type OperationScope } from './scope.ts'
import { serve } from './written.ts'

export interface EjectOptions {
  readonly actor: Actor
  /** Milliseconds until it is back by itself. Default: until it is reinstated, configured anew, or the process ends. */
  readonly for?: number
}

/** How an instance does in this process. */
export interface InstanceMetrics extends CallFigures {
  readonly id: string
  /** Keys of its type and plugin. */
  readonly type: string
  readonly plugin: string
  readonly name: string
  readonly health:
    | { readonly state: 'healthy'; readonly failures: number }
    /** `backIn` milliseconds; `null`: when it is put back. */
    | { readonly state: 'ejected'; readonly by: 'failures' | 'operator'; readonly backIn: number | null; readonly ejections: number }
    | { readonly state: 'on_trial'; readonly ejections: number }
}

/**
 * Has this process pass an instance over for a while, as if its calls had failed. Other processes go on with it: to take it out everywhere, disable it. The
 * history says who did it.
 *
 * @throws ConflictError where it is the last one that can answer; InstanceNotFoundError, InvalidInputError, ActorRequiredError. Nothing happens then.
 */
export async function eject(scope: OperationScope, id: string, options: EjectOptions): Promise<InstanceMetrics> {
  const actor = checkActor(options)
  const time = options.for ?? Number.POSITIVE_INFINITY
  const problem = options.for === undefined ? undefined : durationProblem(options.for, 1)
  if (problem !== undefined) throw new InvalidInputError([{ pointer: '/for', message: problem }])
  const { instance, record } = await served(scope, id)
  const { ejection } = scope.runtime.slot(instance.typeKey)
  const checkSpare = (): void => {
    if (ejection.isLast(instance.row.id))
      throw new ConflictError(`'${instance.row.name}' is the last one of '${instance.typeKey}' that can answer. To have none, disable it.`)
  }
  checkSpare()
  await write(scope, instance, actor, 'eject', { ejectedFor: options.for ?? null })
  // Others may have gone while it was written.
  checkSpare()
  ejection.eject(record, time)
  return metricsOf(scope, instance, record)
}

/**
 * Puts an ejected instance back into service in this process, whoever ejected it, without a trial.
 *
 * @throws InstanceNotFoundError, ActorRequiredError
 */
export async function reinstate(scope: OperationScope, id: string, options: { readonly actor: Actor }): Promise<InstanceMetrics> {
  const actor = checkActor(options)
  const { instance, record } = await served(scope, id)
  if (record.health.state !== 'healthy') await write(scope, instance, actor, 'reinstate', { ejectedFor: 0 })
  scope.runtime.slot(instance.typeKey).ejection.reinstate(record)
  return metricsOf(scope, instance, record)
}

/** What this process knows of its calls: instances that were built here, in selection order. */
export async function metrics(scope: OperationScope, type?: TypeReference): Promise<readonly InstanceMetrics[]> {
  await scope.runtime.load()
  const types = type === undefined ? [...scope.registry.types.values()] : [scope.registry.type(type)]
  return types.flatMap((each) =>
    scope.runtime.index.ordered(each).flatMap((instance) => {
      const record = scope.runtime.pool.record(instance.row.id)
      return record === undefined ? [] : [metricsOf(scope, instance, record)]
    }),
  )
}

async function served(scope: OperationScope, id: string): Promise<{ readonly instance: IndexedInstance; readonly record: InstanceRecord }> {
  await scope.runtime.ready()
  await scope.runtime.look()
  const instance = instanceAt(scope, id)
  if (instance.plugin === undefined || instance.row.status === 'disabled')
    throw new ConflictError(
      `'${instance.row.name}' answers no calls: ${instance.plugin === undefined ? 'its code is missing' : 'it is disabled'}.`,
    )
  return { instance, record: scope.runtime.pool.recordOf(instance) }
}

async function write(scope: OperationScope, instance: IndexedInstance, actor: Actor, action: string, over: object): Promise<void> {
  const { row } = instance
  await scope.store.write((writer) =>
    writer.appendHistory([
      historyOf(actor, action, {
        typeId: row.typeId,
        pluginId: row.pluginId,
        instanceId: row.id,
        changed: [],
        before: metadataOf(row),
        after: { ...metadataOf(row), ...over },
      }),
    ]),
  )
  await serve(scope, [instance.typeKey])
}

function metricsOf(scope: OperationScope, { row, typeKey, pluginKey }: IndexedInstance, record: InstanceRecord): InstanceMetrics {
  const now = scope.elapsed()
  return {
    id: row.id,
    type: typeKey,
    plugin: pluginKey,
    name: row.name,
    ...record.counters.figures(now),
    health: healthTold(record.health, now),
  }
}

/** Whether calls pass it over, with what is left of the time. */
export function healthTold(health: Health, now: number): InstanceMetrics['health'] {
  if (health.state === 'healthy') return { state: 'healthy', failures: health.failures }
  if (health.state === 'on_trial') return { state: 'on_trial', ejections: health.ejections }
  const backIn = Number.isFinite(health.until) ? Math.max(Math.ceil(health.until - now), 0) : null
  return { state: 'ejected', by: health.by, backIn, ejections: health.ejections }
}
