import type { Route } from '../route.ts'
import { historyRoutes } from './history-routes.ts'
import { instanceRoutes } from './instance-routes.ts'
import { pluginRoutes } from './plugin-routes.ts'
import { systemRoutes } from './system-routes.ts'
import { typeRoutes } from './type-routes.ts'

/** Every route, by the names of the table of endpoints. */
export const routes: readonly Route[] = [...systemRoutes, ...typeRoutes, ...pluginRoutes, ...instanceRoutes, ...historyRoutes]
