export * from './choose.ts'
export * from './explain.ts'
export * from './order.ts'
