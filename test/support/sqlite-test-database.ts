import { existsSync, readFileSync } from 'node:fs'
import { sqlite } from '../../src/sqlite.ts'
import { loadSqlite } from '../../src/store/sqlite/load-sqlite.ts'
import { temporaryFolder } from '../../src/store/sqlite/temporary-folder.ts'
import type { DatabaseKind } from './databases.ts'

/** A file in a folder of its own. */
export const sqliteDatabase: DatabaseKind = {
  name: 'sqlite',
  async open() {
    const folder = await temporaryFolder()
    const place = folder.file('board.db')
    return {
      factory: sqlite(place),
      place,
      async sql(statement) {
        const database = (await loadSqlite())(place)
        try {
          database.exec('pragma busy_timeout = 10000')
          // SQLite's rows are objects of columns.
          return database.prepare(statement).all() as Readonly<Record<string, unknown>>[]
        } finally {
          database.close()
        }
      },
      async dump() {
        const files = ['', '-wal', '-shm'].map((end) => place + end).filter((file) => existsSync(file))
        return Buffer.concat(files.map((file) => readFileSync(file)))
      },
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    }
  },
}
