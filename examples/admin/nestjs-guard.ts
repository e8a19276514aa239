import 'reflect-metadata'
import { Body, Controller, Get, HttpCode, Inject, Injectable, Module, Post, Res, UnauthorizedException, UseGuards } from '@nestjs/common'
import type { CanActivate, ExecutionContext, INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Board } from 'plugboard'
import { createAdmin, type AdminActor } from 'plugboard/admin'
import { nestAdmin } from 'plugboard/nestjs'
import { actorOf, signIn } from './users.ts'

/** Who is signed in, by the cookie of a request. */
@Injectable()
export class Sessions {
  readonly #users = new Map<string, string>()

  open(userId: string): string {
    const id = crypto.randomUUID()
    this.#users.set(id, userId)
    return id
  }

  actor(cookie: string | null | undefined): AdminActor | null {
    const id = /(?:^|;\s*)session=([\w-]+)/.exec(cookie ?? '')?.[1]
    return id === undefined ? null : actorOf(this.#users.get(id))
  }
}

/** Guards the application's own controllers. The admin is not one of them: its `authorize` asks the same service. */
@Injectable()
export class SignedIn implements CanActivate {
  readonly #sessions: Sessions
  constructor(@Inject(Sessions) sessions: Sessions) {
    this.#sessions = sessions
  }

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ readonly headers: { readonly cookie?: string } }>()
    return this.#sessions.actor(headers.cookie) !== null
  }
}

/** What both platforms have. */
interface Reply {
  header(name: string, value: string): unknown
}

@Controller()
export class Shop {
  readonly #sessions: Sessions
  constructor(@Inject(Sessions) sessions: Sessions) {
    this.#sessions = sessions
  }

  @Get('orders')
  @UseGuards(SignedIn)
  orders(): readonly string[] {
    return ['an order']
  }

  @Post('login')
  @HttpCode(204)
  login(@Body() body: object, @Res({ passthrough: true }) reply: Reply): void {
    const userId = signIn(body)
    if (userId === undefined) throw new UnauthorizedException()
    reply.header('set-cookie', `session=${this.#sessions.open(userId)}; HttpOnly; SameSite=Lax; Path=/`)
  }
}

@Module({ controllers: [Shop], providers: [Sessions, SignedIn] })
export class AppModule {}

/** NestJS 12 on either platform: the admin beside guarded controllers. */
export async function nestApp(board: Board, platform: 'Express' | 'Fastify'): Promise<INestApplication> {
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter()
  const app = await NestFactory.create(AppModule, adapter, { logger: false, forceCloseConnections: true })
  const sessions = app.get(Sessions)
  const admin = createAdmin(board, { authorize: (request) => sessions.actor(request.headers.get('cookie')) })
  await nestAdmin(app, admin, { prefix: '/admin' })
  return app
}
