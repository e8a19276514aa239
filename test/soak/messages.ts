import type { Seen } from './expected.ts'

/** What a process says. Calls are told as numbers, three a call: its number, the kind and the outcome. */
export type Said =
  | { readonly say: 'ready' }
  | { readonly say: 'told'; readonly calls: readonly number[] }
  | { readonly say: 'problem'; readonly text: string }
  /** It has come to a round number of calls, and waits to be told to look at its heap. */
  | { readonly say: 'due'; readonly calls: number }
  | ({ readonly say: 'heap' } & Look)
  /** What it serves, in the order in which it does. */
  | { readonly say: 'serves'; readonly revision: number; readonly rows: Readonly<Record<string, readonly Seen[]>> }
  | { readonly say: 'ended'; readonly calls: number; readonly counts: Counts }

/** What a heap held after collection. */
export interface Look {
  readonly calls: number
  readonly bytes: number
  /** Of these, what the engine has compiled: it goes on compiling for as long as something that was rare becomes frequent. */
  readonly code: number
}

/** Of a process that has ended by itself. */
export interface Counts {
  readonly built: number
  readonly disposed: number
  readonly failovers: number
  readonly ejected: number
  readonly recovered: number
  /** Revisions it has served. */
  readonly changes: number
  readonly unloadable: number
}

/** What it is told. `rest`: to make no more calls; `look`: to say what it serves; `weigh`: to look at its heap and go on; `end`: to close its board. */
export type Order = 'rest' | 'look' | 'weigh' | 'end'
