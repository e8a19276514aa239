export * from './history-of.ts'
export * from './rows.ts'
export * from './store.ts'
