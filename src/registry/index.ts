export { buildRegistry, type Registrations } from './build-registry.ts'
export { isPriority, priorityLimit } from './check-plugin.ts'
export * from './registry.ts'
