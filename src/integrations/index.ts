export * from './redis.ts'
export * from './otel.ts'
