import type { StoreFactory } from '../../src/index.ts'
import { mysql } from '../../src/mysql.ts'
import { postgres } from '../../src/postgres.ts'
import { sqlite } from '../../src/sqlite.ts'

/**
 * The store at a place, for processes of a test's own, which are told it as text: a file's path is SQLite's, another database's is a URL.
 * The databases of [databases.ts](databases.ts) say their place.
 */
export function storeAt(place: string | undefined): StoreFactory {
  if (place?.startsWith('mysql:') === true) return mysql({ uri: place, connectionLimit: 4 })
  const [url = '', schema] = (place ?? '').split('#')
  if (url.startsWith('postgres') && schema !== undefined) return postgres({ connectionString: url, max: 4 }, { schema })
  return sqlite(place ?? '')
}

/** How a place says the schema. */
export function placeOfSchema(url: string, schema: string): string {
  return `${url}#${schema}`
}
