import 'reflect-metadata'
import { Body, Controller, HttpCode, Inject, Module, Post, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common'
import type { DynamicModule, INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Board } from 'plugboard'
import { boardModule } from 'plugboard/nestjs'
import { CodeSender, type Recipient } from './code-sender.ts'
import { Codes, NOW } from './codes.ts'

/** Stands for the users of the application. */
const users: ReadonlyMap<string, Recipient> = new Map([
  ['ada', { email: 'ada@example.com', phone: '+4915112345678' }],
  ['sam', { email: 'sam@example.com' }],
])

interface Asked {
  readonly user?: unknown
  readonly code?: unknown
}

@Controller('codes')
export class CodesController {
  readonly #codes: Codes
  constructor(@Inject(Codes) codes: Codes) {
    this.#codes = codes
  }

  /** Whether there is such a user, nobody learns here. */
  @Post()
  @HttpCode(202)
  async issue(@Body() { user }: Asked): Promise<object> {
    const to = users.get(String(user))
    if (to !== undefined)
      await this.#codes.issue(String(user), to).catch(() => {
        throw new ServiceUnavailableException('No code can be sent just now.')
      })
    return { message: 'If we know you, a code is on its way.' }
  }

  @Post('redeem')
  @HttpCode(200)
  redeem(@Body() { user, code }: Asked): object {
    if (!this.#codes.redeem(String(user), String(code))) throw new UnauthorizedException('This code is not good.')
    return { message: `You are signed in, ${String(user)}.` }
  }
}

@Module({})
export class AppModule {
  /** `boardModule` makes the contract's class a token: whoever asks for `CodeSender` is given a handle. */
  static with(board: Board, now: () => number): DynamicModule {
    return {
      module: AppModule,
      imports: [boardModule({ board, contracts: [CodeSender] })],
      controllers: [CodesController],
      providers: [Codes, { provide: NOW, useValue: now }],
    }
  }
}

/** The board is ready before it listens, and closed after its last request. */
export function makeApp(board: Board, now: () => number = Date.now): Promise<INestApplication> {
  return NestFactory.create(AppModule.with(board, now), { logger: false, forceCloseConnections: true })
}
