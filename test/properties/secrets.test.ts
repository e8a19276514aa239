import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect } from 'vitest'
import { mask } from '../../src/config/index.ts'
import { Plugin, PluginType, type EventName, type Json, type Methods } from '../../src/index.ts'
import { describeEachDatabase } from '../support/databases.ts'
import { actor } from '../support/gateways.ts'
import { openBoard } from '../support/open-board.ts'
import { allowTimeForRuns, runs } from '../support/runs.ts'
import { expectSame } from '../support/same.ts'
import { anyFields, canary, configOf, marker, schemaOf, type Fields } from '../support/shapes.ts'

abstract class Keeper extends PluginType('keeper') {
  static readonly methods: Methods<Keeper> = { seen: 'repeatable', fail: 'once' }
  abstract seen(): unknown
  abstract fail(): Promise<void>
}

/** Whatever else it has, one secret and one field that is none. */
function withBoth(fields: Fields): Fields {
  return {
    ...fields,
    hidden: { shape: { kind: 'text', secret: true }, optional: false },
    told: { shape: { kind: 'text', secret: false }, optional: false },
  }
}

/** A plugin whose config is of a shape, which shows what it got, and throws all of it where it fails. */
function keeperOf(fields: Fields) {
  return class extends Plugin(Keeper, { key: 'keeper', config: schemaOf(fields) }) {
    seen(): unknown {
      return this.config
    }
    async fail(): Promise<void> {
      throw Object.assign(new Error(`with ${JSON.stringify(this.config)}`), { config: this.config })
    }
    onTest(): Promise<void> {
      return this.fail()
    }
  }
}

allowTimeForRuns()
describeEachDatabase((kind, test) => {
  test('[24][44] whatever the shape of a config: no answer, error, event or log shows a secret; blank ones are kept; the plugin gets them', async () => {
    const seen = { markers: 0, kept: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(anyFields.map(withBoth), fc.infiniteStream(fc.nat(1_000_000)), async (fields, numbers) => {
        const pick = (below: number): number => (numbers.next().value ?? 0) % below
        const [before, after] = [configOf(fields, pick), configOf(fields, pick)]
        const outputs: unknown[] = []
        const log = (...said: readonly unknown[]): void => void outputs.push(said)
        const logger = { debug: log, info: log, warn: log, error: log }
        await using opened = await openBoard({ plugins: [keeperOf(fields)], logger }, kind)
        const { board } = opened
        const names: readonly EventName[] = [
          'change',
          'selected',
          'failover',
          'unloadable',
          'recovered',
          'stale',
          'fresh',
          'disposalFailed',
        ]
        for (const name of names) board.on(name, (event) => void outputs.push(event))
        const said = async <T>(work: Promise<T>): Promise<T | undefined> => {
          try {
            const result = await work
            outputs.push(result)
            return result
          } catch (error) {
            outputs.push(error)
            return undefined
          }
        }
        const model = board.internals.registry.type(Keeper).plugins.get('keeper')?.config
        if (model === undefined) throw new Error('no config')

        const created = await board.admin.create(
          { type: Keeper, plugin: 'keeper', name: 'one', config: before, status: 'active' },
          { actor },
        )
        const { id } = created
        outputs.push(created)
        // Saved as it is shown, here and elsewhere: every secret is kept.
        const other = await opened.another()
        for (const each of [board, other]) {
          const { config } = await each.admin.get(id)
          outputs.push(await each.admin.update(id, { config, name: 'one' }, { actor }))
          expectSame((await each.getById(Keeper, id)).seen(), before, 'kept')
        }
        seen.kept += model.secrets.length

        // Another config with its secrets left blank: saved with the old ones, or refused, and told either way.
        const typed = mask(model, after).config
        const saved = await said(board.admin.update(id, { config: typed }, { actor }))
        if (saved === undefined) seen.refused++
        await said(board.admin.update(id, { config: { ...(after as object), stranger: 'canary-typed' } }, { actor }))
        await said(board.admin.update(id, { config: wrong(after) }, { actor }))
        await said(board.admin.testDraft({ instance: id, config: typed }, { actor }))
        await said(board.admin.testDraft({ type: Keeper, plugin: 'keeper', config: after }, { actor }))
        await said(board.admin.update(id, { clearSecrets: model.secrets.map(({ name }) => name) }, { actor }))
        await said(board.admin.update(id, { config: after }, { actor }))
        await said(board.admin.test(id, { actor }))
        await said(board.use(Keeper).fail())
        await said(board.run(Keeper, (keeper) => keeper.fail()))
        const entries = await board.admin.history({ instance: id, diff: true })
        outputs.push(entries, await board.admin.get(id), await board.explain(Keeper), await board.status(), board.instances(Keeper))
        for (const { id: entry } of entries) await said(board.admin.rollback(id, entry, { actor }))

        const told = outputs
          .map((output) => `${inspect(output, { depth: 30, showHidden: true, maxArrayLength: null })}\n${asJson(output)}`)
          .join('\n')
        expect(told.slice(Math.max(0, told.search(canary) - 200)).slice(0, canary.test(told) ? 400 : 0)).toBe('')
        seen.markers += (told.match(marker) ?? []).length
      }),
      runs(8, kind),
    )
    // Positive control: what is no secret was shown, and there were secrets.
    expect(seen.markers).toBeGreaterThan(0)
    expect(seen.kept).toBeGreaterThan(0)
  })
})

/** The same config with every text that is at hand replaced by a number and the other way round. */
function wrong(config: Json): Json {
  if (typeof config === 'string') return 5
  if (typeof config === 'number') return `canary-${config}`
  if (Array.isArray(config)) return config.map((item: Json) => wrong(item))
  if (typeof config === 'object' && config !== null)
    return Object.fromEntries(Object.entries(config).map(([key, item]) => [key, wrong(item)]))
  return config
}

function asJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, item: unknown) =>
      item instanceof Error ? Object.assign({}, item, { message: item.message, stack: item.stack, cause: item.cause }) : item,
    ) ?? ''
  )
}
