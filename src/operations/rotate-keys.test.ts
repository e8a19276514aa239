// Long because one rotation is shown from every side, on the same few tokens.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { actor, Bank, Cash, Gateway, log } from '../../test/support/gateways.ts'
import { openBoard, until, type TestBoard } from '../../test/support/open-board.ts'
import { bundleWorker } from '../../test/support/worker.ts'
import { generateKey, KeyNotEverywhereError, WrongKeyError, type Board, type CreateInput } from '../index.ts'
import { keyIdOf, parseKeyring, seal, type Json } from '../crypto/index.ts'
import type { SealedHistory, SealedInstance } from '../store/index.ts'

const [k1, k2, k3] = ['k1', 'k2', 'k3'].map((id) => generateKey(id)) as [string, string, string]
const bank = (name: string, over: Partial<CreateInput> = {}): CreateInput => ({
  type: Gateway,
  plugin: 'bank',
  name,
  config: { apiKey: `key-of-${name}`, note: `note of ${name}` },
  ...over,
})

/** Every token there is, as it stands in the database. */
async function tokensOf(
  board: Board,
): Promise<{ readonly instances: readonly SealedInstance[]; readonly history: readonly SealedHistory[] }> {
  return board.internals.store.read(async (reader) => ({
    instances: await reader.sealedInstances({ limit: 10_000 }),
    history: await reader.sealedHistory({ limit: 10_000 }),
  }))
}

/** Key ids in use, of all tokens and the key check. */
async function keysInUse(board: Board): Promise<readonly string[]> {
  const { instances, history } = await tokensOf(board)
  const { keyCheck } = await board.internals.store.read((reader) => reader.meta())
  const tokens = [...instances.map(({ config }) => config), ...history.flatMap((row) => [row.sealedBefore, row.sealedAfter]), keyCheck]
  return [...new Set(tokens.flatMap((token) => (token === null ? [] : (keyIdOf(token) ?? '?'))))].toSorted()
}

/** Two edited instances sealed with k1, one of them removed, and one with k3. The boards that wrote them are closed. */
async function mixed(): Promise<TestBoard & { readonly ids: readonly string[] }> {
  const opened = await openBoard({ keys: k1 })
  const ids: string[] = []
  for (const name of ['Main', 'Gone']) {
    const { id } = await opened.board.admin.create(bank(name), { actor })
    await opened.board.admin.update(id, { config: { note: `second note of ${name}` } }, { actor })
    ids.push(id)
  }
  await opened.board.admin.remove(ids[1] ?? '', { actor })
  await opened.board.close()
  const third = await opened.another({ keys: `${k3},${k1}` })
  ids.push((await third.admin.create(bank('Third'), { actor })).id)
  await third.close()
  return { ...opened, ids }
}

test('[20] rotating re-seals live, removed and historic tokens of several keys, and the key check; the configs are what they were', async () => {
  await using opened = await mixed()
  const [main = '', gone = '', third = ''] = opened.ids
  const board = await opened.another({ keys: `${k2},${k1},${k3}` })
  const before = await tokensOf(board)
  const rows = await board.internals.store.read((reader) => reader.instances({ removed: true }))
  const progress: unknown[] = []
  const report = await board.admin.rotateKeys({ batch: 2, onProgress: (state) => void progress.push(state) }, { actor })
  expect(report).toStrictEqual({
    dryRun: false,
    keyId: 'k2',
    found: [
      { keyId: 'k1', live: 1, removed: 1, history: 6 },
      { keyId: 'k3', live: 1, removed: 0, history: 1 },
    ],
    resealed: { live: 2, removed: 1, history: 7 },
    keyCheck: true,
    failed: 0,
    failures: [],
    contested: 0,
    waitingFor: [],
  })
  expect(progress).toStrictEqual([2, 3, 5, 7, 8].map((done) => ({ done, total: 8 })))
  expect(await keysInUse(board)).toStrictEqual(['k2'])
  const after = await board.internals.store.read((reader) => reader.instances({ removed: true }))
  expect(after).toStrictEqual(
    rows.map((row) => Object.assign({}, row, { keyId: row.keyId === null ? null : 'k2', stamp: expect.any(Number) })),
  )
  const [entry] = await board.admin.history({ limit: 1 })
  expect(entry).toMatchObject({ action: 'rotate', actor, after: { keyId: 'k2', live: 2, removed: 1, history: 7, failed: 0 } })

  // The new key alone opens everything: rows, what was removed, and the history.
  const next = await opened.another({ keys: k2 })
  expect(await next.admin.get(main)).toMatchObject({ state: { ok: true }, config: { note: 'second note of Main' } })
  expect(((await next.getById(Gateway, third, { allowDisabled: true })) as Bank).key).toBe('key-of-Third')
  expect(await next.admin.restore(gone, { actor })).toMatchObject({ config: { note: 'second note of Gone' } })
  const [created] = (await next.admin.history({ instance: main, diff: true })).toReversed()
  expect(created?.config).toMatchObject({ readable: true })
  expect(await next.admin.rollback(main, created?.id ?? '', { actor })).toMatchObject({ config: { note: 'note of Main' } })
  expect(await next.admin.verifyKeys()).toMatchObject({ ok: true, failed: 0 })
  expect(before.instances).toHaveLength(3)

  // The old one alone is told which key is wanted.
  const error = await opened.another({ keys: k1 }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(WrongKeyError)
  expect(error).toMatchObject({ keyId: 'k2', message: expect.stringContaining("sealed with the key 'k2'") })
})

test('[20] a dry run tells what would be done and writes nothing; a rotation with nothing to do writes nothing either', async () => {
  await using opened = await mixed()
  const board = await opened.another({ keys: `${k2},${k1},${k3}` })
  const before = [await tokensOf(board), (await board.internals.store.head()).revision]
  const planned = await board.admin.rotateKeys({ dryRun: true }, { actor })
  expect(planned).toMatchObject({ dryRun: true, resealed: { live: 2, removed: 1, history: 7 }, keyCheck: true, failed: 0 })
  expect([await tokensOf(board), (await board.internals.store.head()).revision]).toStrictEqual(before)
  await board.admin.rotateKeys({}, { actor })
  const { revision } = await board.internals.store.head()
  expect(await board.admin.rotateKeys({}, { actor })).toMatchObject({
    found: [{ keyId: 'k2', live: 2, removed: 1, history: 7 }],
    resealed: { live: 0, removed: 0, history: 0 },
    keyCheck: false,
  })
  expect((await board.internals.store.head()).revision).toBe(revision)
})

test('[20] a rotation needs an actor, keys, and a batch that makes sense', async () => {
  await using opened = await openBoard({ keys: k1 })
  const code = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: { code: string }) => error.code)
  expect(await code(opened.board.admin.rotateKeys({}, {} as never))).toBe('actor_required')
  for (const batch of [0, -1, 1.5, Number.NaN, 5_001]) {
    expect(await code(opened.board.admin.rotateKeys({ batch }, { actor }))).toBe('invalid_input')
  }
  const without = await opened.another({ plugins: [Cash], keys: undefined })
  expect(await code(without.admin.rotateKeys({}, { actor }))).toBe('keys_missing')
  expect(await code(without.admin.verifyKeys())).toBe('keys_missing')
  // Where nothing registered has a config, nobody else has checked the keys.
  const wrong = await opened.another({ plugins: [Cash], keys: k2 })
  expect(await code(wrong.admin.rotateKeys({}, { actor }))).toBe('wrong_key')
  expect(await code(wrong.admin.verifyKeys())).toBe('wrong_key')
  await using empty = await openBoard({ plugins: [Cash], keys: undefined })
  expect(await code(empty.board.admin.rotateKeys({}, { actor }))).toBe('conflict')
})

test('[21] what can not be opened is told with its instance, key id and reason, and is byte for byte what it was', async () => {
  await using opened = await mixed()
  const [main = '', gone = '', third = ''] = opened.ids
  const forged = await openBoard({ keys: generateKey('k1') })
  await forged.board.admin.create(bank('Main'), { actor })
  const [foreign] = (await tokensOf(forged.board)).instances
  await forged[Symbol.asyncDispose]()
  await opened.database.sql(`update plugboard_instances set config = '${foreign?.config ?? ''}' where id = '${main}'`)
  await opened.database.sql(`update plugboard_instances set config = 'no token' where id = '${gone}'`)
  // k3 is not in this keyring.
  const board = await opened.another({ keys: `${k2},${k1}` })
  const before = await tokensOf(board)
  const dry = await board.admin.rotateKeys({ dryRun: true }, { actor })
  const verified = await board.admin.verifyKeys()
  const report = await board.admin.rotateKeys({}, { actor })
  const expected = [
    { kind: 'live', instance: { id: main, name: 'Main' }, entry: null, keyId: 'k1', reason: 'not_authentic' },
    { kind: 'removed', instance: { id: gone, name: 'Gone' }, entry: null, keyId: null, reason: 'malformed' },
    { kind: 'live', instance: { id: third, name: 'Third' }, entry: null, keyId: 'k3', reason: 'unknown_key' },
    { kind: 'history', instance: { id: third, name: 'Third' }, entry: expect.any(String), keyId: 'k3', reason: 'unknown_key' },
  ]
  for (const { failures, failed } of [dry, verified, report]) {
    expect(failures).toMatchObject(expected)
    expect(failed).toBe(4)
  }
  expect(report.resealed).toStrictEqual({ live: 0, removed: 0, history: 6 })
  expect(verified).toMatchObject({ ok: false, checked: { live: 2, removed: 1, history: 7 } })
  const after = await tokensOf(board)
  expect(after.instances).toStrictEqual(before.instances)
  const isThird = ({ instanceId }: SealedHistory): boolean => instanceId === third
  expect(after.history.filter(isThird)).toStrictEqual(before.history.filter(isThird))
  // With the missing key it goes on; only what is damaged is left.
  await board.close()
  const whole = await opened.another({ keys: `${k2},${k1},${k3}` })
  expect(await whole.admin.rotateKeys({}, { actor })).toMatchObject({ resealed: { live: 1, removed: 0, history: 1 }, failed: 2 })
})

test('[20] what an edit kept in the history because it could not be opened is re-sealed once its key is at hand', async () => {
  await using opened = await mixed()
  const [, , third = ''] = opened.ids
  // k3 is not at hand, so the operator enters the config anew; what stood there goes into the history as it is.
  const board = await opened.another({ keys: k1 })
  await board.admin.update(third, { config: { apiKey: 'entered-anew' } }, { actor, replaceConfig: true })
  await board.close()
  const whole = await opened.another({ keys: `${k2},${k1},${k3}` })
  expect(await whole.admin.rotateKeys({}, { actor })).toMatchObject({ failed: 0 })
  const next = await opened.another({ keys: k2 })
  expect(await next.admin.verifyKeys()).toMatchObject({ ok: true })
  const [update] = await next.admin.history({ instance: third, diff: true, limit: 1 })
  expect(update?.config).toMatchObject({
    readable: true,
    fields: [
      { path: 'apiKey', secret: true },
      { path: 'note', before: 'note of Third' },
    ],
  })
})

test('[20] a rotation is refused while a living process lacks the key, and goes through once it is gone', async () => {
  await using opened = await mixed()
  const board = await opened.another({ keys: `${k2},${k1},${k3}` })
  const { store } = board.internals
  const row = {
    id: store.newId(),
    host: 'web-1',
    pid: 4711,
    release: '0',
    keyIds: ['k1'],
    revision: 1,
    startedAt: 0,
    registered: null,
    configVersions: null,
  }
  const beat = (ago: number, over: object = {}): Promise<void> => store.heartbeat({ ...row, seenAt: Date.now() - ago, ...over }, 3_600_000)
  await beat(1_000)
  const before = await tokensOf(board)
  const error = await board.admin.rotateKeys({}, { actor }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(KeyNotEverywhereError)
  expect(error).toMatchObject({ code: 'key_not_everywhere', keyId: 'k2', processes: [{ host: 'web-1', pid: 4711, keyIds: ['k1'] }] })
  expect((error as Error).message).toMatch(/web-1, pid 4711: k1/)
  expect(await tokensOf(board)).toStrictEqual(before)
  expect(await board.admin.rotateKeys({ dryRun: true }, { actor })).toMatchObject({ waitingFor: [{ host: 'web-1', pid: 4711 }] })
  // Not seen for 90 seconds, or started again with the key.
  await beat(91_000)
  expect(await board.admin.rotateKeys({ dryRun: true }, { actor })).toMatchObject({ waitingFor: [] })
  await beat(0, { keyIds: ['k1', 'k2'] })
  expect(await board.admin.rotateKeys({}, { actor })).toMatchObject({ resealed: { live: 2 } })
  // It seals with k1 first, so k1 is not to be taken away from it.
  const { keys } = await board.admin.verifyKeys()
  expect(keys.map(({ keyId, seals, removable }) => [keyId, seals, removable])).toStrictEqual([
    ['k2', true, false],
    ['k1', true, false],
    ['k3', false, true],
  ])
})

test('[20] a process without the key that starts in the middle stops the rotation, which goes on afterwards', async () => {
  await using opened = await mixed()
  const board = await opened.another({ keys: `${k2},${k1},${k3}` })
  let waits: Promise<unknown> = Promise.resolve()
  const onProgress = (): void => {
    // Its row is there before the next batch is written: writes are made one after the other.
    const row = {
      host: hostname(),
      pid: 1,
      release: '0',
      keyIds: ['k1'],
      revision: 1,
      startedAt: 0,
      seenAt: Date.now(),
      registered: null,
      configVersions: null,
    }
    waits = board.internals.store.heartbeat({ id: 'late', ...row }, 3_600_000)
  }
  await expect(board.admin.rotateKeys({ batch: 1, onProgress }, { actor })).rejects.toMatchObject({ code: 'key_not_everywhere' })
  await waits
  const found = await keysInUse(board)
  expect(found).toStrictEqual(['k1', 'k2', 'k3'])
  expect(await board.admin.verifyKeys()).toMatchObject({ ok: true })
  expect((await board.admin.history({ limit: 1 }))[0]?.action).not.toBe('rotate')
  await board.internals.store.forgetProcess('late')
  await board.admin.rotateKeys({ batch: 1 }, { actor })
  expect(await keysInUse(board)).toStrictEqual(['k2'])
})

test('[20] edits by another board during a rotation win, and are rotated too', async () => {
  await using opened = await openBoard({ keys: k1 })
  const ids: string[] = []
  for (let n = 0; n < 12; n++) ids.push((await opened.board.admin.create(bank(`n${n}`, { config: { apiKey: `key-${n}` } }), { actor })).id)
  await opened.board.close()
  // It has the new key, and seals with the old one still, as in the middle of a deployment.
  const other = await opened.another({ keys: `${k1},${k2}` })
  const board = await opened.another({ keys: `${k2},${k1}` })
  const { store } = board.internals
  let edited = 0
  const read = store.read.bind(store)
  // Right after each page of instances was read, somebody edits one of it.
  store.read = async (work) => {
    const result = await read(work)
    const [first] = Array.isArray(result) ? (result as readonly Partial<SealedInstance>[]) : []
    const id = first?.id ?? ''
    if (first?.config !== undefined && ids.includes(id) && edited < 6) {
      edited++
      await other.admin.update(id, { config: { note: `edited ${ids.indexOf(id)}` } }, { actor })
    }
    return result
  }
  const report = await board.admin.rotateKeys({ batch: 3 }, { actor })
  expect(edited).toBe(6)
  expect(report).toMatchObject({ failed: 0, contested: 0 })
  expect(await keysInUse(board)).toStrictEqual(['k2'])
  const notes = await Promise.all(ids.map(async (id) => ((await board.admin.get(id)).config as { note?: string }).note))
  expect(notes.filter((note) => note?.startsWith('edited'))).toHaveLength(4)
  for (const [n, note] of notes.entries()) expect([undefined, `edited ${n}`]).toContain(note)
  const configs = await Promise.all(ids.map((id) => board.getById(Gateway, id, { allowDisabled: true })))
  expect(configs.map((object) => (object as Bank).key)).toStrictEqual(ids.map((_, n) => `key-${n}`))
})

test('[20] no object is rebuilt in a running board, and no If-Match goes stale', async () => {
  await using opened = await openBoard({ keys: `${k1},${k2}` })
  const { board } = opened
  const { id, revision, configRevision, updatedAt } = await board.admin.create(bank('Main', { status: 'active' }), { actor })
  const other = await opened.another({ keys: `${k2},${k1}` })
  await until(() => log.includes('disposed 1'))
  const objects = [board.get(Gateway), other.get(Gateway)]
  const before = [Bank.built, log.length]
  const rebuilt: unknown[] = []
  for (const each of [board, other]) each.on('unloadable', (event) => void rebuilt.push(event))
  await other.admin.rotateKeys({}, { actor })
  for (const each of [board, other]) await each.refresh()
  expect([board.get(Gateway), other.get(Gateway)]).toStrictEqual(objects)
  expect(board.get(Gateway)).toBe(objects[0])
  expect([Bank.built, log.length]).toStrictEqual(before)
  expect(rebuilt).toStrictEqual([])
  expect(await board.admin.get(id)).toMatchObject({ revision, configRevision, updatedAt })
  await board.admin.update(id, { priority: 3 }, { actor, revision })
})

test('[20] a batch takes the same number of statements, whatever its size', async () => {
  await using opened = await openBoard({ keys: k1 })
  for (let n = 0; n < 24; n++) await opened.board.admin.create(bank(`n${n}`), { actor, force: true })
  await opened.board.close()
  const used: number[] = []
  for (const [batch, keys] of [
    [2, `${k2},${k1}`],
    [12, `${k3},${k2},${k1}`],
  ] as const) {
    const board = opened.idle({ keys })
    opened.statements.length = 0
    const seen: number[] = []
    await board.admin.rotateKeys({ batch, onProgress: () => void seen.push(opened.statements.length) }, { actor })
    const batches = seen.slice(1).map((count, index) => count - (seen[index] ?? 0))
    // Between instances and history stands an empty page.
    used.push(...batches.filter((_, index) => index !== 24 / batch - 1))
    await board.close()
  }
  // Two reads, and a write that raises the revision, looks at the processes and replaces the tokens.
  // Where a database gives nothing back from an UPDATE, the revision is asked for as well.
  const raising = process.env['PLUGBOARD_TEST_DATABASE'] === 'mariadb-restricted' ? 2 : 1
  expect([...new Set(used)]).toStrictEqual([4 + raising])
})

test(
  '[20] killed with -9 at any point, nothing is lost, every process opens everything, and the next run goes on',
  { timeout: 60_000 },
  async () => {
    using worker = await bundleWorker('rotate-worker')
    for (const hold of ['before-first', 'batch-1', 'batch-2-open', 'batch-4', 'final-open', 'after-final']) {
      await using opened = await mixed()
      await kill(await held(worker.path, opened.file, hold))
      // The database stands before or after each batch: old and new keys together open all of it.
      const board = await opened.another({ keys: `${k2},${k1},${k3}` })
      expect(await board.admin.verifyKeys(), hold).toMatchObject({ ok: true, checked: { live: 2, removed: 1, history: 7 } })
      const left = await board.admin.rotateKeys({ dryRun: true }, { actor })
      const counts = { 'before-first': 10, 'batch-1': 8, 'batch-2-open': 8, 'batch-4': 1, 'final-open': 0, 'after-final': 0 }[hold]
      expect([left.resealed.live + left.resealed.removed + left.resealed.history, left.keyCheck], hold).toStrictEqual([
        counts,
        hold !== 'after-final',
      ])
      await board.admin.rotateKeys({ batch: 2 }, { actor })
      const rotations = (await board.admin.history()).filter(({ action }) => action === 'rotate')
      expect(rotations, hold).toHaveLength(1)
      const next = await opened.another({ keys: k2 })
      expect(await next.admin.verifyKeys(), hold).toMatchObject({ ok: true, checked: { live: 2, removed: 1, history: 7 } })
      expect(await next.admin.get(opened.ids[0] ?? ''), hold).toMatchObject({ config: { note: 'second note of Main' } })
    }
  },
)

/** A process that rotates, and stands still where it was told to. */
async function held(path: string, file: string, hold: string): Promise<ChildProcess> {
  const env = { ...process.env, BOARD_FILE: file, PLUGBOARD_KEYS: `${k2},${k1},${k3}`, HOLD: hold }
  const child = spawn(process.execPath, [path], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  expect(said.toString()).toBe(`holding ${hold}\n`)
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

test('[20] whatever the configs and the keys they were sealed with, after a rotation all opens with the new key, deep-equal', async () => {
  const fc = await import('fast-check')
  const rings = Array.from({ length: 4 }, (_, n) => generateKey(`r${n}`))
  // As JSON carries it: -0 is stored as 0.
  const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)
  const row = fc.record({ config: json, old: fc.option(json), key: fc.nat(3), removed: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 12 }), fc.integer({ min: 1, max: 7 }), async (rows, batch) => {
      await using opened = await openBoard({ keys: rings.join() })
      const { store } = opened.board.internals
      const plugin = (await store.read((reader) => reader.plugins())).find(({ key }) => key === 'bank')
      const { id: pluginId = '', typeId = '' } = plugin ?? {}
      const planted = await Promise.all(
        rows.map(async ({ config, old, key, removed }, n) => {
          const keyring = parseKeyring(rings[key])
          if (keyring === undefined) throw new Error('no keyring')
          const id = store.newId()
          const binding = { instanceId: id, pluginId }
          const live = await seal(keyring, config as Json, { ...binding, purpose: 'live' })
          const past = old === null ? null : await seal(keyring, old as Json, { ...binding, purpose: 'history' })
          return { id, name: `n${n}`, live, past, keyId: keyring.primary, removed }
        }),
      )
      await store.write(async (writer) => {
        const same = { typeId, pluginId, status: 'disabled', priority: 0, weight: 1, tags: [], configVersion: 0, managedBy: null } as const
        await writer.insertInstances(planted.map(({ id, name, live, keyId }) => ({ ...same, id, name, config: live, keyId })))
        await writer.updateInstances(planted.filter((each) => each.removed).map(({ id }) => ({ id, removedAt: writer.now })))
        const entry = { actorId: 'u', actorName: 'u', action: 'update', changed: [], before: null, after: {}, note: null }
        await writer.appendHistory(
          planted.map(({ id, live, past }) => {
            const versions = { configVersionBefore: 0, configVersionAfter: 0 }
            return { ...entry, ...versions, typeId, pluginId, instanceId: id, sealedBefore: past, sealedAfter: live }
          }),
        )
      })
      const before = await opened.board.admin.verifyKeys()
      expect(before.ok).toBe(true)
      const [, first = '', ...others] = rings
      const board = await opened.another({ keys: [first, rings[0], ...others].join() })
      expect(await board.admin.rotateKeys({ batch }, { actor })).toMatchObject({ failed: 0, contested: 0 })
      const next = await opened.another({ keys: first })
      expect(await next.admin.verifyKeys()).toMatchObject({ ok: true, checked: before.checked })
      const { instances } = await tokensOf(next)
      const { builder } = next.internals.runtime
      const [registered] = [...next.internals.registry.types.values()].flatMap((type) => type.plugins.get('bank') ?? [])
      if (registered === undefined) throw new Error('no plugin')
      for (const [n, { id }] of planted.entries()) {
        const stored = instances.find((each) => each.id === id)
        const instance = { row: { id, pluginId, name: `n${n}` } } as Parameters<typeof builder.openConfig>[0]
        expect(await builder.openConfig(instance, registered, { config: stored?.config ?? null, configVersion: 0 })).toStrictEqual(
          rows[n]?.config,
        )
      }
    }),
    { numRuns: 12 },
  )
})
