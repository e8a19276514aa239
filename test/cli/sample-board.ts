import { afterAll, beforeAll, expect } from 'vitest'
import { CliHouse, type CliRoom, type Outcome } from './cli-room.ts'

/** A room that is migrated and synced, with the API instances 'Main' (active, with a secret) and 'Spare' (disabled). Copy it for each test. */
export async function sampleRoom(house: CliHouse): Promise<CliRoom> {
  const room = house.room()
  for (const args of [['migrate'], ['sync']]) fine(await room.plugboard(args))
  const main = ['--name', 'Main', '--status', 'active', '--set-env', 'apiKey=KEY', '--set', 'port=25']
  fine(await room.plugboard(['instance', 'create', 'mailer', 'api', ...main], { env: { KEY: 'secret-of-main' } }))
  fine(await room.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'Spare']))
  return room
}

/** What the tests of a file share: a house, and the sample room to copy. */
export interface SampleHouse {
  readonly house: CliHouse
  readonly template: CliRoom
}

/** Opens it before a file's first test and closes it after the last one. What it gives has its fields from then on. */
export function sampleHouse(): SampleHouse {
  const opened: { house?: CliHouse; template?: CliRoom } = {}
  beforeAll(async () => {
    opened.house = new CliHouse()
    opened.template = await sampleRoom(opened.house)
  })
  afterAll(() => opened.house?.[Symbol.asyncDispose]())
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The house opens with the first test.')
    return value
  }
  return {
    get house() {
      return there(opened.house)
    },
    get template() {
      return there(opened.template)
    },
  }
}

/** What a command said, where it ended with 0. */
export function fine(outcome: Outcome): Outcome {
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
  return outcome
}

export const uuid: RegExp = /^[0-9a-f-]{36}$/

/** An instance, as --json tells it. */
export interface Detail {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly priority: number
  readonly revision: number
  readonly config: Readonly<Record<string, unknown>>
  readonly secrets: readonly { readonly path: string; readonly set: boolean }[]
  readonly [field: string]: unknown
}

export async function show(room: CliRoom, name: string): Promise<Detail> {
  return fine(await room.plugboard(['instance', 'show', name, '--json'])).json<{ instance: Detail }>().instance
}
