import type { InstanceStatus, StrategyName } from '../contract/index.ts'
import type { TypeReference } from '../registry/index.ts'
import {
  applyInstances,
  planInstances,
  type ApplyInstancesOptions,
  type InstancesPlan,
  type PlanInstancesOptions,
} from './apply-instances.ts'
import { create, type CreateInput, type CreateOptions } from './create.ts'
import { detailOf, instanceAt, type InstanceDetail } from './instance-detail.ts'
import { exportInstances, type ExportedInstances, type ExportOptions } from './export-instances.ts'
import type { InstancesDocument } from './instances-document.ts'
import { listInstances, type InstancePage, type ListQuery } from './list-instances.ts'
import { listRemoved, type RemovedPage, type RemovedQuery } from './list-removed.ts'
import { locate, type Located } from './locate.ts'
import { migrateConfigs, type MigrateConfigsInput, type MigrateConfigsReport } from './migrate-configs.ts'
import { eject, metrics, reinstate, type EjectOptions, type InstanceMetrics } from './eject.ts'
import { purgeHistory, type PurgeInput, type PurgeReport } from './purge-history.ts'
import { readHistory, type HistoryEntry, type HistoryQuery } from './read-history.ts'
import { reload } from './reload.ts'
import { remove, restore, type RemoveOptions } from './remove.ts'
import { move, orderOf, reorder, type MoveTarget, type ReorderOptions, type TypeOrder } from './reorder.ts'
import { rollback, type RollbackOptions } from './rollback.ts'
import { rotateKeys, type RotateInput, type RotateReport } from './rotate-keys.ts'
import type { Actor, OperationScope } from './scope.ts'
import { setStatus, type StatusOptions } from './set-status.ts'
import { setStrategy, strategyOf, type StrategyOptions, type TypeStrategy } from './strategy.ts'
import { takeOver, type TakeOverOptions } from './take-over.ts'
import { testDraft, testInstance, type DraftInput, type TestOptions, type TestOutcome } from './test-instance.ts'
import { update, type UpdateInput, type UpdateOptions } from './update.ts'
import { verifyKeys, type VerifyInput, type VerifyReport } from './verify-keys.ts'

/**
 * What an operator does. Every change takes an actor, goes into the history, and is served by this process when its promise resolves (where the database
 * can't be read just then, as soon as it can: what is committed is never told as failed).
 */
export class Operations {
  readonly #scope: OperationScope

  constructor(scope: OperationScope) {
    this.#scope = scope
  }

  /** Reads one instance with its masked config. @throws InstanceNotFoundError */
  async get(id: string): Promise<InstanceDetail> {
    await this.#scope.runtime.loadRows()
    return detailOf(this.#scope, instanceAt(this.#scope, id))
  }

  /** {@inheritDoc listInstances} */
  list(query?: ListQuery): Promise<InstancePage> {
    return listInstances(this.#scope, query)
  }

  /** {@inheritDoc listRemoved} */
  listRemoved(query?: RemovedQuery): Promise<RemovedPage> {
    return listRemoved(this.#scope, query)
  }

  /** {@inheritDoc locate} */
  locate(id: string): Promise<Located> {
    return locate(this.#scope, id)
  }

  /** {@inheritDoc create} */
  create(input: CreateInput, options: CreateOptions): Promise<InstanceDetail> {
    return create(this.#scope, input, options)
  }

  /** {@inheritDoc update} */
  update(id: string, input: UpdateInput, options: UpdateOptions): Promise<InstanceDetail> {
    return update(this.#scope, id, input, options)
  }

  /** {@inheritDoc setStatus} */
  setStatus(ids: string | readonly string[], status: InstanceStatus, options: StatusOptions): Promise<readonly InstanceDetail[]> {
    return setStatus(this.#scope, typeof ids === 'string' ? [ids] : ids, status, options)
  }

  /** The order of a type's instances, with the revision that a conditional reorder names. */
  order(type: TypeReference): Promise<TypeOrder> {
    return orderOf(this.#scope, type)
  }

  /** How a type selects, and what may be chosen instead. @throws UnknownTypeError */
  strategy(type: TypeReference): Promise<TypeStrategy> {
    return strategyOf(this.#scope, type)
  }

  /** {@inheritDoc setStrategy} */
  setStrategy(type: TypeReference, strategy: StrategyName | null, options: StrategyOptions): Promise<TypeStrategy> {
    return setStrategy(this.#scope, type, strategy, options)
  }

  /** {@inheritDoc reorder} */
  reorder(type: TypeReference, ids: readonly string[], options: ReorderOptions): Promise<TypeOrder> {
    return reorder(this.#scope, type, ids, options)
  }

  /** {@inheritDoc move} */
  move(id: string, target: MoveTarget, options: ReorderOptions): Promise<TypeOrder> {
    return move(this.#scope, id, target, options)
  }

  /** {@inheritDoc reload} */
  reload(ids: string | readonly string[], options: { readonly actor: Actor }): Promise<readonly InstanceDetail[]> {
    return reload(this.#scope, typeof ids === 'string' ? [ids] : ids, options)
  }

  /** {@inheritDoc remove} */
  remove(id: string, options: RemoveOptions): Promise<void> {
    return remove(this.#scope, id, options)
  }

  /** {@inheritDoc restore} */
  restore(id: string, options: { readonly actor: Actor }): Promise<InstanceDetail> {
    return restore(this.#scope, id, options)
  }

  /** {@inheritDoc rollback} */
  rollback(id: string, entryId: string, options: RollbackOptions): Promise<InstanceDetail> {
    return rollback(this.#scope, id, entryId, options)
  }

  /** {@inheritDoc planInstances} */
  planInstances(document: InstancesDocument, options: PlanInstancesOptions): Promise<InstancesPlan> {
    return planInstances(this.#scope, document, options)
  }

  /** {@inheritDoc applyInstances} */
  applyInstances(document: InstancesDocument, options: ApplyInstancesOptions): Promise<InstancesPlan> {
    return applyInstances(this.#scope, document, options)
  }

  /** {@inheritDoc exportInstances} */
  exportInstances(options?: ExportOptions): Promise<ExportedInstances> {
    return exportInstances(this.#scope, options)
  }

  /** {@inheritDoc takeOver} */
  takeOver(id: string, options: TakeOverOptions): Promise<InstanceDetail> {
    return takeOver(this.#scope, id, options)
  }

  /** {@inheritDoc eject} */
  eject(id: string, options: EjectOptions): Promise<InstanceMetrics> {
    return eject(this.#scope, id, options)
  }

  /** {@inheritDoc reinstate} */
  reinstate(id: string, options: { readonly actor: Actor }): Promise<InstanceMetrics> {
    return reinstate(this.#scope, id, options)
  }

  /** {@inheritDoc metrics} */
  metrics(type?: TypeReference): Promise<readonly InstanceMetrics[]> {
    return metrics(this.#scope, type)
  }

  /** {@inheritDoc testInstance} */
  test(id: string, options: TestOptions): Promise<TestOutcome> {
    return testInstance(this.#scope, id, options)
  }

  /** {@inheritDoc testDraft} */
  testDraft(draft: DraftInput, options: TestOptions): Promise<TestOutcome> {
    return testDraft(this.#scope, draft, options)
  }

  /** {@inheritDoc readHistory} */
  history(query?: HistoryQuery): Promise<readonly HistoryEntry[]> {
    return readHistory(this.#scope, query)
  }

  /** {@inheritDoc purgeHistory} */
  purgeHistory(input: PurgeInput, options: { readonly actor: Actor }): Promise<PurgeReport> {
    return purgeHistory(this.#scope, input, options)
  }

  /** {@inheritDoc migrateConfigs} */
  migrateConfigs(input: MigrateConfigsInput, options: { readonly actor: Actor }): Promise<MigrateConfigsReport> {
    return migrateConfigs(this.#scope, input, options)
  }

  /** {@inheritDoc rotateKeys} */
  rotateKeys(input: RotateInput, options: { readonly actor: Actor }): Promise<RotateReport> {
    return rotateKeys(this.#scope, input, options)
  }

  /** {@inheritDoc verifyKeys} */
  verifyKeys(input?: VerifyInput): Promise<VerifyReport> {
    return verifyKeys(this.#scope, input)
  }
}
