export * from './apply.ts'
export * from './keep-used.ts'
export * from './plan.ts'
