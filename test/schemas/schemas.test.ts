import { afterAll, beforeAll, describe, expect } from 'vitest'
import {
  createBoard,
  Plugin,
  PluginType,
  type Board,
  type ConfigSchema,
  type Json,
  type JsonObject,
  type Methods,
  type PluginClass,
} from '../../src/index.ts'
import { mask, type ConfigModel } from '../../src/config/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { actor } from '../support/gateways.ts'
import { openBoard, type TestBoard } from '../support/open-board.ts'
import { skipAsNotApplicable } from '../skip.ts'
import { arktype } from './arktype.ts'
import { described } from './described.ts'
import { factsAt } from './facts.ts'
import { joi } from './joi.ts'
import { absent, kinds, notJson, type Given, type Kind, type KindName, type Without } from './kinds.ts'
import { valibot } from './valibot.ts'
import { zod } from './zod.ts'

abstract class Seer extends PluginType('seer') {
  static readonly methods: Methods<Seer> = { seen: 'repeatable' }
  abstract seen(): unknown
}

function seer(key: string, config: unknown, secrets: readonly string[] = []): PluginClass<Seer> {
  return class extends Plugin(Seer, {
    key,
    // What the libraries' tables hold is of every type there is.
    config: config as ConfigSchema,
    secrets: Object.fromEntries(secrets.map((secret) => [secret, {}])),
  }) {
    seen(): unknown {
      return this.config
    }
  }
}

const names = Object.keys(kinds) as readonly KindName[]
const keyOf = (name: string): string => name.replaceAll(' ', '-')
const without = (given: Given | Without): string | undefined => ('without' in given ? given.without : undefined)
// Inputs that JSON can't carry are none of these.
const configOf = (input: unknown): JsonObject => (input === absent ? {} : { field: input as Json })

for (const library of [zod, arktype, valibot, joi, described]) {
  describe(`configs of ${library.name}`, () => {
    let opened: TestBoard
    let other: Board
    beforeAll(async () => {
      const plugins = names.flatMap((name) => {
        const given = library.kinds[name]
        const { secrets }: Kind = kinds[name]
        return 'without' in given ? [] : [seer(keyOf(name), given.config, secrets)]
      })
      opened = await openBoard({ plugins })
      other = await opened.another()
    })
    afterAll(() => opened[Symbol.asyncDispose]())

    for (const name of names) {
      const given = library.kinds[name]
      skipAsNotApplicable(without(given))(
        `${name === 'file' ? '[17]' : ''}[11][14][16] ${name}: described for the form, stored as typed, given, refused`,
        async () => {
          const kind: Kind = kinds[name]
          const lacks = 'lacks' in given ? (given.lacks ?? {}) : {}
          const model = opened.board.internals.registry.type(Seer).plugins.get(keyOf(name))?.config
          if (model === undefined) throw new Error('not registered')
          checkFacts(model, kind, lacks)
          for (const [index, [input, output]] of kind.good.entries()) {
            const shown = await checkGood({ opened, other, model }, { kind: name, n: index }, configOf(input), configOf(output))
            if (kind.secrets !== undefined) expect(JSON.stringify(shown)).not.toMatch(/canary|PRIVATE|service_account/)
          }
          const { length } = await opened.board.admin.history({ limit: 500 })
          for (const [input, pointer] of kind.bad) {
            const create = { type: Seer, plugin: keyOf(name), name: `bad ${name}`, config: configOf(input) }
            const error = await opened.board.admin.create(create, { actor }).catch((thrown: unknown) => thrown)
            const issues = [{ pointer: 'pointer' in lacks ? pointer.slice(0, pointer.lastIndexOf('/')) : pointer }]
            expect(error, `refused: ${JSON.stringify(input)}`.slice(0, 200)).toMatchObject({ code: 'config_invalid', issues })
          }
          expect(await opened.board.admin.history({ limit: 500 }), 'nothing was written').toHaveLength(length)
        },
      )
    }

    for (const name of notJson) {
      const given = library.notJson[name]
      skipAsNotApplicable(without(given))(`[50] ${name}: JSON can't carry it, so it is refused when the board is created`, () => {
        const plugins = 'without' in given ? [] : [seer('refused', given.config)]
        const create = (): Board => createBoard({ plugins, store: sqlite(':memory:') })
        expect(create).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ code: 'config_not_json' })] }))
      })
    }
  })
}

/** The kept JSON Schema says what the kind is, but for what the library can't say. */
function checkFacts(model: ConfigModel, kind: Kind, lacks: object): void {
  for (const [path, facts] of Object.entries(kind.facts)) {
    const said: Readonly<Record<string, unknown>> = factsAt(model, path)
    for (const [fact, expected] of Object.entries(facts))
      expect(said[fact], `${path}: ${fact}`).toStrictEqual(fact in lacks ? undefined : expected)
  }
}

/** What is typed is stored unchanged, the plugin gets the library's output here and in another process, and saved as it is shown nothing is written. */
async function checkGood(
  { opened, other, model }: { readonly opened: TestBoard; readonly other: Board; readonly model: ConfigModel },
  { kind, n }: { readonly kind: string; readonly n: number },
  config: JsonObject,
  output: unknown,
): Promise<unknown> {
  const before = structuredClone(config)
  const create = { type: Seer, plugin: keyOf(kind), name: `${kind} ${n}`, config }
  const { id, config: shown } = await opened.board.admin.create(create, { actor })
  expect(config, 'what the caller holds').toStrictEqual(before)
  expect(await storedConfig(opened.board, id), 'stored').toStrictEqual(before)
  await other.refresh()
  for (const board of [opened.board, other]) {
    const object = await board.getById(Seer, id, { allowDisabled: true })
    expect(object.seen(), 'given').toStrictEqual(output)
  }
  expect(shown, 'shown').toStrictEqual(mask(model, before).config)
  const saved = await other.admin.update(id, { config: shown }, { actor })
  expect(saved.configRevision).toBe(1)
  expect(await storedConfig(other, id)).toStrictEqual(before)
  return shown
}

async function storedConfig(board: Board, id: string): Promise<unknown> {
  const { runtime, store } = board.internals
  const instance = runtime.index.instance(id)
  const [sealed] = await store.read((reader) => reader.configs([id]))
  if (instance?.plugin === undefined || sealed === undefined) throw new Error('no instance')
  return runtime.builder.openConfig(instance, instance.plugin, sealed)
}
