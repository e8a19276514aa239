import { DatabaseSync } from '@photostructure/sqlite'
import { sqlite } from '../../sqlite.ts'

/** As `@types/better-sqlite3` declares it, shortened to what matters. */
interface BetterStatement<Parameters extends unknown[]> {
  readonly reader: boolean
  run(...parameters: Parameters): { changes: number; lastInsertRowid: number | bigint }
  all(...parameters: Parameters): unknown[]
  raw(toggle?: boolean): this
  columns(): { name: string; column: string | null }[]
}
declare const better: {
  prepare<P extends unknown[] | {} = unknown[]>(source: string): P extends unknown[] ? BetterStatement<P> : BetterStatement<[P]>
  exec(source: string): unknown
  close(): unknown
}

/** As `@types/node` 22 declares `node:sqlite`. */
type Input = null | number | bigint | string | NodeJS.ArrayBufferView
interface NodeStatement {
  all(...parameters: Input[]): Record<string, unknown>[]
  all(named: Record<string, Input>, ...parameters: Input[]): Record<string, unknown>[]
  run(...parameters: Input[]): { changes: number | bigint; lastInsertRowid: number | bigint }
  run(named: Record<string, Input>, ...parameters: Input[]): { changes: number | bigint; lastInsertRowid: number | bigint }
  columns(): { name: string; type: string | null }[]
  setReturnArrays(enabled: boolean): void
}
declare const node: { prepare(sql: string): NodeStatement; exec(sql: string): void; close(): void }

sqlite(new DatabaseSync(':memory:'))
sqlite(better)
sqlite(node)
sqlite('plugboard.db', { prefix: 'app_', lockTimeout: 500 })
// @ts-expect-error a pool of another database is none of SQLite's
sqlite({ query: () => Promise.resolve() })
// @ts-expect-error an option that does not exist
sqlite('plugboard.db', { perfix: 'app_' })
// @ts-expect-error a path is text
sqlite(new URL('file:///plugboard.db'))
