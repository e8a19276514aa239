import { messageOf, PlugboardError } from '../errors/index.ts'
import type { Actor, Board } from '../index.ts'
import { readDjango } from './connect.ts'
import { planImport, type DjangoOutcome, type ImportPlan, type PlannedInstance, type PlanOptions } from './plan-import.ts'

export interface ApplyOptions {
  readonly actor: Actor
  /** Imports the others where the configs of some can't be opened. Default: nothing is written then. */
  readonly skipDamaged?: boolean
  /** Writes nothing where the plugin of some is not known. Default: they are passed over. */
  readonly strict?: boolean
  /** Saves without building on trial. */
  readonly force?: boolean
  /** Called after each instance. */
  readonly onProgress?: () => void
}

export interface ImportedInstance extends Omit<PlannedInstance, 'outcome'> {
  readonly outcome: DjangoOutcome | 'created' | 'failed'
}

export interface ImportReport {
  /** Whether it was written; `false` for a plan, and where something kept it from being written. */
  readonly applied: boolean
  /** Why nothing was written though it was asked for. */
  readonly refused: string | null
  readonly created: number
  readonly present: number
  /** Neither created nor present; of a plan, those that would not be. */
  readonly left: number
  readonly instances: readonly ImportedInstance[]
}

/**
 * Reads the three tables of django-plugin-system, in a transaction that can't write, opens the configs, and gives the values their types again. Writes
 * nothing.
 *
 * @param place `postgres://…`, `mysql://…`, or the path of an SQLite file.
 * @throws DjangoTablesError, DjangoKeysError, DriverMissingError, UnknownTypeError, UnknownPluginError, InvalidInputError
 */
export async function planDjango(board: Board, place: string, options: PlanOptions): Promise<ImportPlan> {
  return planImport(board, await readDjango(place), options)
}

/** What a plan says, as a report. */
export function reportPlan({ instances }: ImportPlan): ImportReport {
  return report(instances, { applied: false, refused: null })
}

/**
 * Creates what a plan says, each instance in the history. Their ids stay, so another run finds what this one created: stopped anywhere, it goes on when
 * run again.
 */
export async function applyDjango(board: Board, { instances, configs }: ImportPlan, options: ApplyOptions): Promise<ImportReport> {
  const { actor, force = false, onProgress } = options
  const refused = whyNot(instances, options)
  if (refused !== null) return report(instances, { applied: false, refused })
  const done: ImportedInstance[] = []
  for (const each of instances) {
    done.push(each.outcome === 'create' ? await create(each) : each)
    if (each.outcome === 'create') onProgress?.()
  }
  return report(done, { applied: true, refused: null })

  async function create(planned: PlannedInstance): Promise<ImportedInstance> {
    const { id, name, plugin, status, priority } = planned
    const config = configs.get(id)
    try {
      await board.admin.create(
        { id, name, status, priority, type: plugin?.type ?? '', plugin: plugin?.key ?? '', ...(config === undefined ? {} : { config }) },
        { actor, force },
      )
      return { ...planned, outcome: 'created' }
    } catch (error) {
      if (!(error instanceof PlugboardError)) throw error
      return { ...planned, outcome: 'failed', reasons: [messageOf(error)] }
    }
  }
}

function whyNot(instances: readonly PlannedInstance[], { skipDamaged = false, strict = false }: ApplyOptions): string | null {
  const has = (outcome: DjangoOutcome): boolean => instances.some((each) => each.outcome === outcome)
  if (!skipDamaged && has('damaged')) return 'the configs of some can not be opened'
  return strict && has('unknown_plugin') ? 'the plugin of some is not known' : null
}

function report(instances: readonly ImportedInstance[], outcome: Pick<ImportReport, 'applied' | 'refused'>): ImportReport {
  const count = (...wanted: readonly ImportedInstance['outcome'][]): number =>
    instances.filter((each) => wanted.includes(each.outcome)).length
  return {
    ...outcome,
    created: count('created'),
    present: count('present'),
    left: instances.length - count('created', 'create', 'present'),
    instances,
  }
}
