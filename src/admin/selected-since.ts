import type { Board } from '../board.ts'

/** Since when each type's instance has been selected, as far as this admin has seen it begin. */
export class SelectedSince {
  readonly #since = new Map<string, { readonly id: string; readonly at: number }>()

  constructor(board: Board, now: () => number) {
    board.on('selected', ({ type, to }) => {
      if (to === null) this.#since.delete(type)
      else this.#since.set(type, { id: to.id, at: now() })
    })
  }

  /** Milliseconds since the epoch; `null` where it began before the admin was made. */
  of(type: string, id: string): number | null {
    const known = this.#since.get(type)
    return known?.id === id ? known.at : null
  }
}
