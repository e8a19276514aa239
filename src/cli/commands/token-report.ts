import type { Board, TokenCounts, TokenFailure } from '../../index.ts'
import type { Paint } from '../paint.ts'
import { withProgress } from '../progress.ts'
import { visibleLine } from '../visible.ts'

type OnProgress = (progress: { readonly done: number }) => void

/** Work on every row that holds a sealed config, with a progress bar. */
export async function withTokenProgress<R>(
  board: Board,
  what: string,
  work: (board: Board, onProgress: OnProgress) => Promise<R>,
): Promise<R> {
  await board.internals.runtime.load()
  const { instances, history } = await board.internals.store.read((reader) => reader.sealedCounts())
  let before = 0
  return withProgress(what, instances + history, (advance) =>
    work(board, ({ done }) => {
      advance(done - before)
      before = done
    }),
  )
}

/** `2 live, 1 removed, 7 in the history` */
export function showCounts({ live, removed, history }: TokenCounts): string {
  return `${live} live, ${removed} removed, ${history} in the history`
}

/** What can't be opened, one line each. */
export function describeFailures(
  { failures, failed }: { readonly failures: readonly TokenFailure[]; readonly failed: number },
  paint: Paint,
): readonly string[] {
  const lines = failures.map(({ kind, instance, entry, message }) => {
    const of = instance === null ? '' : ` ${instance.name === null ? '' : `'${visibleLine(instance.name)}' `}${paint.dim(instance.id)}`
    return `${paint.red('✗')} ${kind}${of}${entry === null ? '' : paint.dim(` entry ${entry}`)}\n    ${visibleLine(message)}`
  })
  return failed > failures.length ? [...lines, `… and ${failed - failures.length} more that can not be opened.`] : lines
}
