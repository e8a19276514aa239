import 'reflect-metadata'
import { Controller, Get, Inject, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import fastify from 'fastify'
import { expect, test } from 'vitest'
import { Bank, Cash, actor, Gateway } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'
import type { Board } from '../index.ts'
import { BOARD, boardModule } from './board-module.ts'
import { fastifyBoard } from './fastify-board.ts'

declare module 'fastify' {
  interface FastifyInstance {
    board: Board
  }
}

const main = { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active', priority: 1 } as const

test('a contract is injected into NestJS by its class, as a handle that follows every change; the board is closed with the application', async () => {
  await using opened = await openBoard({ plugins: [Bank, Cash] })
  const board = opened.idle()
  class Checkout {
    readonly payments: Gateway
    readonly board: Board
    constructor(payments: Gateway, ofTheBoard: Board) {
      this.payments = payments
      this.board = ofTheBoard
    }
    pay(): Promise<string> {
      return this.payments.charge('o')
    }
  }
  // What decorators are compiled to.
  Inject(Gateway)(Checkout, undefined, 0)
  Inject(BOARD)(Checkout, undefined, 1)
  Get('pay')(Checkout.prototype, 'pay', Object.getOwnPropertyDescriptor(Checkout.prototype, 'pay') ?? {})
  Controller()(Checkout)
  class AppModule {}
  Module({ imports: [boardModule({ board, contracts: [Gateway] })], controllers: [Checkout] })(AppModule)
  const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false })
  await app.init()
  const checkout = app.get(Checkout)
  expect(checkout.board).toBe(board)
  expect(await checkout.pay()).toBe('cash: o')
  const { id } = await board.admin.create(main, { actor })
  expect(await checkout.pay()).toBe('Main: o')
  await board.admin.setStatus(id, 'disabled', { actor })
  expect(await checkout.pay()).toBe('cash: o')
  await app.close()
  await expect(checkout.pay()).rejects.toMatchObject({ code: 'board_closed' })
})

test('a Fastify application is decorated with the board, which is ready before it listens and closed with it', async () => {
  await using opened = await openBoard({ plugins: [Bank, Cash] })
  await opened.board.admin.create(main, { actor })
  const board = opened.idle()
  const app = fastify()
  await app.register(fastifyBoard(board))
  await app.register(async (scope) => {
    const payments = scope.board.use(Gateway)
    scope.get('/pay', () => payments.charge('o'))
  })
  const answer = await app.inject('/pay')
  expect(answer.body).toBe('Main: o')
  await app.close()
  await expect(board.use(Gateway).charge('o')).rejects.toMatchObject({ code: 'board_closed' })
})
