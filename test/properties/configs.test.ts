import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, expect } from 'vitest'
import { generateKey, type Board, type HistoryEntry, type Json } from '../../src/index.ts'
import { describeEachDatabase } from '../support/databases.ts'
import { actor } from '../support/gateways.ts'
import { nested } from '../support/json-arbitraries.ts'
import { openBoard, type TestBoard } from '../support/open-board.ts'
import { allowTimeForRuns, runs } from '../support/runs.ts'
import { expectSame } from '../support/same.ts'
import { anyConfig, Journey, Traveller } from '../support/traveller.ts'
import { bundleWorker } from '../support/worker.ts'

type Config = { readonly [name: string]: Json }

const run = promisify(execFile)
const [k1, k2] = ['k1', 'k2'].map((id) => generateKey(id)) as [string, string]
let worker: Awaited<ReturnType<typeof bundleWorker>>
beforeAll(async () => {
  worker = await bundleWorker('read-worker')
})
afterAll(() => worker[Symbol.dispose]())

const create = (board: Board, name: string, config: unknown): ReturnType<Board['admin']['create']> =>
  board.admin.create({ type: Journey, plugin: 'traveller', name, config }, { actor })
const seenBy = async (board: Board, id: string): Promise<unknown> =>
  ((await board.getById(Journey, id, { allowDisabled: true })) as Traveller).seen()
const withoutSecrets = ({ secret: _, secrets: __, login, ...rest }: Config): unknown => {
  const { file: ___, ...shown } = login as Config
  return { ...rest, login: shown }
}

/** One config's way: created, built here and elsewhere, edited beside, read in the history, rolled back. Ends with `second` stored. */
async function travel({ board }: TestBoard, other: Board, name: string, [first, second]: readonly [Config, Config]): Promise<string> {
  const { id, config: shown } = await create(board, name, first)
  expectSame(shown, withoutSecrets(first), 'shown')
  expectSame(await seenBy(board, id), first, 'built')
  await other.refresh()
  expectSame(await seenBy(other, id), first, 'built elsewhere')

  // Another field, from another process, with the config as it is shown there: the secrets are kept.
  const note = 'another note'
  const read = await other.admin.get(id)
  await other.admin.update(id, { config: { ...(read.config as Config), note } }, { actor })
  await board.refresh()
  expectSame(await seenBy(board, id), { ...first, note }, 'edited beside')

  await board.admin.update(id, { config: second }, { actor })
  expectSame(await seenBy(board, id), { ...second, ...keptBy(second, first) }, 'replaced')

  const entries = await board.admin.history({ instance: id, diff: true })
  checkDiff(entries, { ...first, note }, second)
  const created = entries.at(-1)
  await board.admin.rollback(id, created?.id ?? '', { actor })
  expectSame(await seenBy(board, id), first, 'rolled back')
  await board.admin.rollback(id, entries[0]?.id ?? '', { actor })
  expectSame(await seenBy(board, id), { ...second, ...keptBy(second, first) }, 'and forth')
  return id
}

/** A secret that is not typed stays. */
function keptBy(second: Config, first: Config): object {
  const file = (first['login'] as Config)['file']
  const login = second['login'] as Config
  return file === undefined || login['file'] !== undefined ? {} : { login: { ...login, file } }
}

/** The entry of the last update shows each field of the config that is no secret as it was and as it is. */
function checkDiff(entries: readonly HistoryEntry[], before: Config, after: Config): void {
  const diff = entries[0]?.config
  if (diff === undefined || diff === null) return expect(after).toStrictEqual(before)
  if (!diff.readable) throw new Error(diff.text)
  for (const { path, secret, ...values } of diff.fields) {
    if (secret) expectSame(values, { before: undefined, after: undefined }, path)
    else if (!path.includes('.')) expectSame(values, { before: before[path], after: after[path] }, path)
  }
}

allowTimeForRuns()
describeEachDatabase((kind, test) => {
  test('[16] random configs of every field kind go through create, edit, history, rollback, rotation and a second process deep-equal', async () => {
    let n = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyConfig, anyConfig), { minLength: 1, maxLength: 3 }), async (pairs) => {
        await using opened = await openBoard({ plugins: [Traveller], keys: k1 }, kind)
        const other = await opened.another()
        const stored = new Map<string, Json>()
        for (const pair of pairs) {
          const id = await travel(opened, other, `n${n++}`, pair)
          stored.set(id, { ...pair[1], ...keptBy(pair[1], pair[0]) })
        }
        await Promise.all([opened.board.close(), other.close()])

        const rotating = await opened.another({ keys: `${k2},${k1}` })
        expect(await rotating.admin.rotateKeys({ batch: 3 }, { actor })).toMatchObject({ failed: 0 })
        for (const [id, config] of stored) expectSame(await seenBy(rotating, id), config, 'rotated')
        await rotating.close()

        const env = { ...process.env, BOARD_FILE: opened.database.place, PLUGBOARD_KEYS: k2 }
        const { stdout } = await run(process.execPath, [worker.path], { env, maxBuffer: 1 << 28 })
        expectSame(JSON.parse(stdout), Object.fromEntries(stored), 'in another process')
      }),
      runs(2, kind),
    )
  })

  test('[16] what can not be carried is refused with a pointer before anything is written; -0 is the 0 that JSON has', async () => {
    await using opened = await openBoard({ plugins: [Traveller], keys: k1 }, kind)
    const { board } = opened
    const [fine] = fc.sample(anyConfig, { numRuns: 1, seed: 7 })
    const { id } = await create(board, 'fine', { ...fine, any: { a: [-0, { b: -0 }] } })
    expect(await seenBy(board, id)).toStrictEqual({ ...fine, any: { a: [0, { b: 0 }] } })
    const stored = (): Promise<unknown> =>
      Promise.all(['instances', 'history'].map((table) => opened.database.sql(`select * from plugboard_${table} order by id`)))
    const before = await stored()
    const circular: { self?: unknown } = {}
    circular.self = circular
    const refused: readonly (readonly [unknown, pointer: RegExp])[] = [
      [JSON.parse('{"__proto__":1}'), /^\/any\/__proto__$/],
      [{ a: [JSON.parse('{"b":{"__proto__":{"admin":true}}}')] }, /^\/any\/a\/0\/b\/__proto__$/],
      [nested(101, 'x'), /^\/any(\/0\/down){50}$/],
      [circular, /^\/any\/self\/self/],
      [[Number.NaN], /^\/any\/0$/],
      [{ x: Number.NEGATIVE_INFINITY }, /^\/any\/x$/],
      [new Date(), /^\/any$/],
      [[1n], /^\/any\/0$/],
      [Object.assign([1], { extra: 2 }), /^\/any\/extra$/],
      [new Uint8Array(4), /^\/any$/],
      [{ [Symbol('s')]: 1 }, /^\/any$/],
    ]
    for (const [value, pointer] of refused) {
      const error = await create(board, 'refused', { ...fine, any: value }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'config_invalid', issues: [{ pointer: expect.stringMatching(pointer) }] })
      await expect(board.admin.update(id, { config: { ...fine, any: value } }, { actor })).rejects.toMatchObject({ code: 'config_invalid' })
    }
    expect(await stored()).toStrictEqual(before)
    expect(before).toMatchObject([[{ id }], expect.arrayContaining([expect.objectContaining({ instance_id: id })])])
    // A prototype was not changed on the way.
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })

  test('[16][17] a megabyte of text, and a key file, come back byte for byte', async () => {
    await using opened = await openBoard({ plugins: [Traveller], keys: k1 }, kind)
    const [fine] = fc.sample(anyConfig, { numRuns: 1, seed: 7 })
    const file = `-----BEGIN PRIVATE KEY-----\r\n${Buffer.alloc(1_200, 7).toString('base64')}\r\n-----END PRIVATE KEY-----\r\n\r\n`
    const config = { ...fine, text: '0123456789abcdef'.repeat(65_536), login: { user: '', file } }
    const { id } = await create(opened.board, 'large', config)
    expect(await seenBy(await opened.another(), id)).toStrictEqual(config)
  })
})
