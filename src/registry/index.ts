export { buildRegistry, type Registrations } from './build-registry.ts'
export { durationProblem } from './check-duration.ts'
export { isPriority, priorityLimit } from './check-plugin.ts'
export * from './registry.ts'
