export { readAllowList } from './allow-list.ts'
export type * from './options.ts'
export { mayPass } from './outcome.ts'
export { References, type ResolvedConfig } from './references.ts'
