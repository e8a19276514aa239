export { createAdmin, type Admin, type AdminOptions, type Mount } from './admin.ts'
export type { AdminActor, Permissions } from './actor.ts'
export type * from './api.ts'
export type { Endpoint, EndpointName, Permission } from './endpoints.ts'
