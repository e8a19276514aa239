import fc from 'fast-check'
import { expect } from 'vitest'
import { z } from 'zod'
import { generateKey, Plugin, type Board, type Json } from '../../src/index.ts'
import { describeEachDatabase, type DatabaseKind } from '../support/databases.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { openBoard } from '../support/open-board.ts'
import { allowTimeForRuns, runs } from '../support/runs.ts'

/** A config of any JSON, under names that somebody typed. */
class Chest extends Plugin(Gateway, {
  key: 'chest',
  config: z.object({ fieldInClear: z.record(z.string(), z.json()), secretInClear: z.json().optional() }),
  secrets: { secretInClear: {} },
}) {
  async charge(): Promise<string> {
    return ''
  }
  async quote(): Promise<string> {
    return ''
  }
}

/** Long enough to stand nowhere by chance. */
const unlikely: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('wort', 'کلمه', 'слово', '言葉', 'q"u/o+t'), fc.stringMatching(/^[a-z]{12}[0-9]{6}$/))
  .map(([start, end]) => `${start}-${end}`)
const part: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    unlikely,
    fc.bigInt(10n ** 13n, 10n ** 15n).map(Number),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(unlikely, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value
const config = fc.record(
  { fieldInClear: fc.dictionary(unlikely, part, { minKeys: 1, maxKeys: 3, noNullPrototype: true }), secretInClear: part },
  { noNullPrototype: true },
)

/** Every name and every value of a config but the names of the schema's fields. */
function wordsOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => wordsOf(item))
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([name, inner]) => [name].concat(wordsOf(inner)))
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
}

/** As any layer between might have written it. */
function spellings(word: string): readonly Buffer[] {
  const bytes = Buffer.from(word)
  const utf16 = Buffer.from(word, 'utf16le')
  const inside = [0, 1, 2].map((before) => {
    const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return base64.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
  })
  const texts = [
    JSON.stringify(word).slice(1, -1),
    encodeURIComponent(word),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...inside,
    ...inside.map((each) => each.replaceAll('+', '-').replaceAll('/', '_')),
    word.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ]
  return [bytes, utf16, Buffer.from(utf16).swap16(), ...texts.map((text) => Buffer.from(text))]
}

const [k1, k2] = ['k1', 'k2'].map((id) => generateKey(id)) as [string, string]

allowTimeForRuns()
describeEachDatabase((kind, test) => {
  test('[18] no part of any config can be read in all that is stored: rows, history, what was removed, what was rotated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(config, { minLength: 3, maxLength: 3 }), async ([first, second, third]) => {
        await using opened = await openBoard({ plugins: [Chest, Cash], keys: `${k1},${k2}` }, kind)
        const { board } = opened
        const create = { type: Gateway, plugin: 'chest', name: 'name-in-clear', tags: ['tag-in-clear'], config: first }
        const { id } = await board.admin.create(create, { actor: { id: 'actor-in-clear', name: 'Ada' } })
        await board.admin.update(id, { config: second }, { actor })
        const gone = await board.admin.create({ type: Gateway, plugin: 'chest', name: 'gone', config: third }, { actor })
        await board.admin.remove(gone.id, { actor })
        await board.admin.history({ diff: true })
        // A save that is refused leaves nothing either.
        const wrong = { fieldInClear: { 'refused-name': { '': 'refused-value' } }, secretInClear: 5n }
        await expect(board.admin.update(id, { config: wrong }, { actor })).rejects.toMatchObject({ code: 'config_invalid' })
        const rotator = await opened.another({ keys: `${k2},${k1}` })
        const before = await opened.database.dump()
        await rotator.admin.rotateKeys({}, { actor })
        await board.admin.rollback(id, (await board.admin.history({ instance: id })).at(-1)?.id ?? '', { actor })
        const dumps = [before, await opened.database.dump()]
        const isStored = (text: string | Buffer): boolean => dumps.some((dump) => dump.includes(text))

        // Positive control: this is where it would stand.
        for (const clear of ['name-in-clear', 'tag-in-clear', 'actor-in-clear', 'fieldInClear', 'secretInClear'])
          expect(isStored(clear), clear).toBe(true)
        const words = [first, second, third].flatMap((each) => wordsOf(each as Json)).filter((word) => !word.endsWith('InClear'))
        expect(words.length).toBeGreaterThan(3)
        const keys = [k1, k2].map((key) => key.slice(3))
        for (const word of [...words, 'refused-name', 'refused-value', ...keys])
          for (const spelling of spellings(word))
            if (isStored(spelling)) throw new Error(`'${word}' stands in the database, as '${spelling.toString('latin1')}'`)
      }),
      runs(4, kind),
    )
  })

  test('[19][21] with any other keys nothing opens: ready() names the variable and the key id, and writes nothing', async () => {
    const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,12}$/)
    await fc.assert(
      fc.asyncProperty(id, fc.uniqueArray(id, { maxLength: 3 }), async (own, others) => {
        await using opened = await openBoard({ keys: generateKey(own) }, kind)
        await opened.board.admin.create({ type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' } }, { actor })
        await opened.board.close()
        const before = await allRows(opened.database)
        // The same id among them has other bytes.
        const keys = others.length === 0 ? undefined : others.map((each) => generateKey(each)).join()
        const error: unknown = await opened.another({ keys }).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: others.length === 0 ? 'keys_missing' : 'wrong_key', keyId: own })
        expect((error as Error).message).toContain('PLUGBOARD_KEYS')
        expect((error as Error).message).toContain(`'${own}'`)
        for (const key of (keys ?? '').split(',').filter((each) => each !== ''))
          expect((error as Error).message).not.toContain(key.split(':')[1])
        expect(await allRows(opened.database)).toStrictEqual(before)
      }),
      runs(4, kind),
    )
  })

  test('[19][21] a single row of a key that is missing is unreadable: it names the variable and the key id, and nothing writes over it', async () => {
    await using opened = await openBoard({ plugins: [Bank, Cash], keys: `${k2},${k1}` }, kind)
    const row = { type: Gateway, plugin: 'bank', status: 'active' } as const
    const { id } = await opened.board.admin.create({ ...row, name: 'Of k2', config: { apiKey: 'key-two' }, priority: 1 }, { actor })
    await opened.board.close()
    const first = await opened.another({ keys: `${k1},${k2}` })
    await first.admin.rotateKeys({}, { actor })
    const both = await opened.another({ keys: `${k2},${k1}` })
    await both.admin.update(id, { config: { apiKey: 'key-two again' } }, { actor })
    await first.admin.create({ ...row, name: 'Of k1', config: { apiKey: 'key-one' } }, { actor })
    await Promise.all([first.close(), both.close()])
    const token = await tokenOf(opened, id)

    const alone = await opened.another({ keys: k1 })
    expect(await alone.use(Gateway).charge('o')).toBe('Of k1: o')
    const { state } = await alone.admin.get(id)
    expect(state).toMatchObject({ ok: false, reason: 'cannot_decrypt', text: expect.stringMatching(/'Of k2'.*'k2'.*PLUGBOARD_KEYS/) })
    await expect(alone.admin.update(id, { config: { apiKey: 'key-new' } }, { actor })).rejects.toMatchObject({ reason: 'cannot_decrypt' })
    expect(await tokenOf(opened, id)).toBe(token)
  })
})

type Database = Awaited<ReturnType<DatabaseKind['open']>>

/** All that an operator owns; presence and clocks apart. */
async function allRows(database: Database): Promise<unknown> {
  const tables = ['types', 'plugins', 'instances', 'history']
  return Promise.all(tables.map((table) => database.sql(`select * from plugboard_${table} order by id`)))
}

async function tokenOf({ database }: { readonly board: Board; readonly database: Database }, id: string): Promise<unknown> {
  const [row] = await database.sql(`select config from plugboard_instances where id = '${id}'`)
  return row?.['config']
}
