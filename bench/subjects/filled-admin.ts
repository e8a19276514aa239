import type { Board } from 'plugboard'
import { createAdmin, type Admin } from 'plugboard/admin'
import { openBoard } from './contracts-with-instances.ts'
import { countedStore } from './counted-store.ts'
import { filledSqlite, type FilledDatabase } from './filled-databases.ts'

/** What is read of a page. */
export interface Page {
  readonly items: readonly { readonly name: string }[]
  readonly next: string | null
  readonly matching: number
}

/** The admin of a board with so many instances, asked in this process. */
export interface FilledAdmin extends AsyncDisposable {
  readonly board: Board
  readonly admin: Admin
  readonly database: FilledDatabase
  /** Sent since it was last emptied. */
  readonly statements: string[]
  /** One request of the list of all instances: its query, as it stands in the address. */
  list(query: string): Promise<Page>
}

export async function filledAdmin(instances: number): Promise<FilledAdmin> {
  const database = await filledSqlite(instances)
  const statements: string[] = []
  const board = openBoard(countedStore(database.store, statements), database.keys)
  await board.ready()
  const admin = createAdmin(board, { authorize: () => ({ id: 'bench', name: 'Bench', permissions: ['read'] }) })
  return {
    board,
    admin,
    database,
    statements,
    list: async (query) => {
      const response = await admin.fetch(new Request(`http://bench.test/api/v1/instances?${query}`))
      if (!response.ok) throw new Error(`The list answered ${response.status}: ${await response.text()}`)
      return (await response.json()) as Page
    },
    [Symbol.asyncDispose]: async () => {
      admin.close()
      await board.close()
      await database[Symbol.asyncDispose]()
    },
  }
}
