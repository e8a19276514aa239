import type { StoreFactory } from 'plugboard'

/** The same store, each statement of which is told. */
export function countedStore(store: StoreFactory, statements: string[]): StoreFactory {
  return { ...store, open: (options) => store.open({ ...options, onStatement: (sql) => void statements.push(sql) }) }
}
