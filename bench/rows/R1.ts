import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { asClass, createContainer } from 'awilix'
import { Container as InversifyContainer } from 'inversify'
import { Container as TypediContainer } from 'typedi'
import { bytesPerIteration } from '../harness/allocation.ts'
import { freshLoop } from '../harness/fresh-loop.ts'
import { measure } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import type { Side } from '../harness/side.ts'
import { boardOf, plainAdders, type Adder } from '../subjects/contracts.ts'

type AdderClass = new () => Adder

/** Sixteen contracts, asked for in turn: no side may keep what it found. */
const contracts = 16

export const row: Row = {
  id: 'R1',
  what: 'get a contract and call a method, 16 contracts, changes followed',
  against: 'Map.get by class, and the call',
  goal: 1.2,
  guardedBy: 'ratio',
  peers: ['typedi', 'inversify', 'awilix', '@nestjs/core'],
  run,
}

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  await using subject = await boardOf(contracts)
  const { board, types } = subject
  const plugboard = loop('Plugboard: board.get(Type).add()', types, (type) => board.get(type))
  const compared = await measure([mapSide(contracts), plugboard, ...(await peers())], { rounds })
  return {
    compared,
    growth: [
      {
        of: 'contracts',
        steps: await Promise.all(
          (quick ? [16, 160] : [16, 160, 1_600]).map(async (size) => {
            await using many = await boardOf(size)
            const own = loop('Plugboard', many.types, (type) => many.board.get(type))
            return { size, compared: await measure([mapSide(size), own], { rounds: Math.ceil(rounds / 3) }) }
          }),
        ),
      },
    ],
    bounds: [
      {
        what: 'bytes allocated by a get and a call',
        value: bytesPerIteration((times) => plugboard.run(times)),
        atMost: 0.5,
        kind: 'weighed',
      },
    ],
  }
}

function mapSide(size: number): Side {
  const classes = plainAdders(size)
  const map = new Map<AdderClass, Adder>(classes.map((each) => [each, new each()]))
  return loop('Map.get(Class).add()', classes, (each) => map.get(each) as Adder)
}

/** Each key in turn. */
function loop<K>(name: string, keys: readonly K[], get: (key: K) => Adder): Side {
  return freshLoop(name, 'use(keys[i % count]).add(i & 7)', keys, get)
}

async function peers(): Promise<Side[]> {
  const classes = plainAdders(contracts)
  for (const each of classes) TypediContainer.set({ id: each, value: new each() })
  const inversify = new InversifyContainer()
  for (const each of classes) inversify.bind(each).toConstantValue(new each())
  const awilix = createContainer<Record<string, Adder>>()
  const names = classes.map((_, index) => `adder${index}`)
  classes.forEach((each, index) => awilix.register(`adder${index}`, asClass(each).singleton()))
  class Application {}
  Module({ providers: classes.map((each) => ({ provide: each, useValue: new each() })) })(Application)
  const nest = await NestFactory.createApplicationContext(Application, { logger: false })
  return [
    loop('typedi: Container.get', classes, (each) => TypediContainer.get(each)),
    loop('inversify: container.get', classes, (each) => inversify.get<Adder>(each)),
    loop('awilix: container.resolve', names, (name) => awilix.resolve<Adder>(name)),
    loop('NestJS: moduleRef.get', classes, (each) => nest.get<Adder>(each)),
  ]
}
