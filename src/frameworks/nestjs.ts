import type { Admin } from '../admin/index.ts'
import { expressAdmin, type ExpressRequest } from './express.ts'
import { fastifyAdmin, type FastifyRequest, type FastifyScope } from './fastify.ts'

export { BOARD, boardModule, type BoardModule, type BoardModuleOptions, type BoardProvider } from './board-module.ts'

/** What is needed of an application of NestJS, on either platform. */
export interface NestApplication {
  use(path: string, middleware: unknown): unknown
  getHttpAdapter(): { getType(): string; getInstance(): unknown }
}

export interface NestMount {
  /** Path the admin is mounted at, `/admin`; a global prefix is not put before it. */
  readonly prefix: string
}

/** A request of the platform the application runs on. */
export type NestRequest = ExpressRequest | FastifyRequest

/**
 * Mounts the admin in a NestJS application, on Express or on Fastify. Call it before `listen()`. Guards are of controllers and don't run for it: `authorize`
 * asks the application's own services, `app.get(Sessions)`, and gets the platform's request.
 *
 * @example
 * const app = await NestFactory.create(AppModule)
 * await nestAdmin(app, admin, { prefix: '/admin' })
 * await app.listen(3000)
 */
export async function nestAdmin(app: NestApplication, admin: Admin<never>, { prefix }: NestMount): Promise<void> {
  const adapter = app.getHttpAdapter()
  if (adapter.getType() !== 'fastify') {
    // The platform's requests are what this admin was made for: its author says so where they type `authorize`.
    app.use(prefix === '' ? '/' : prefix, expressAdmin(admin as unknown as Admin<ExpressRequest>))
    return
  }
  const fastify = adapter.getInstance() as { register(plugin: unknown, options: object): PromiseLike<unknown> }
  const plugin: (scope: FastifyScope<FastifyRequest>, options: object, done: (error?: Error) => void) => void = fastifyAdmin(
    admin as unknown as Admin<FastifyRequest>,
  )
  await fastify.register(plugin, { prefix })
}
