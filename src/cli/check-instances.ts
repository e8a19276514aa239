import type { Board, InstanceDetail } from '../index.ts'
import { allInstances, nameOf, type InstanceName } from './board-inside.ts'
import { inParallel } from './in-parallel.ts'
import { withProgress } from './progress.ts'

/** A stored instance, and whether it can be used as it stands. */
export interface CheckedInstance extends InstanceName {
  readonly status: string
  readonly configVersion: InstanceDetail['configVersion']
  readonly ok: boolean
  readonly reason: string | null
  readonly text: string | null
}

/** Opens and validates every config; nothing is built. */
export async function checkInstances(board: Board): Promise<readonly CheckedInstance[]> {
  const all = await allInstances(board)
  return withProgress('Checking', all.length, (advance) =>
    inParallel(all, 4, async (instance) => {
      const { status, state, configVersion } = await board.admin.get(instance.row.id)
      advance()
      const verdict = state.ok ? { ok: true, reason: null, text: null } : { ok: false, reason: state.reason, text: state.text }
      return { ...nameOf(instance), status, configVersion, ...verdict }
    }),
  )
}
