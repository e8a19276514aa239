// Long because the one command is shown from every side, on the same few rows.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { actor } from '../../test/support/gateways.ts'
import { openBoard, testKeys, type TestBoard } from '../../test/support/open-board.ts'
import { First, release, Second, steps, Teller, Third } from '../../test/support/versions.ts'
import { bundleWorker } from '../../test/support/worker.ts'
import { OlderCodeRunsError, Plugin, type Board, type ConfigStep, type CreateInput, type Json, type JsonObject } from '../index.ts'
import type { InstanceRow, SealedConfig } from '../store/index.ts'

const teller = (name: string, config: object, over: Partial<CreateInput> = {}): CreateInput => ({
  type: Teller,
  plugin: 'bank',
  name,
  config,
  ...over,
})

/** So many instances of the first release, whose board is closed. */
async function older(count: number): Promise<TestBoard & { readonly ids: readonly string[] }> {
  steps.ran = []
  steps.before = () => {}
  const opened = await openBoard(release(First))
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    ids.push((await opened.board.admin.create(teller(`n${n}`, { key: `key-of-${n}`, host: `h${n}.example` }), { actor, force: true })).id)
  }
  await opened.board.close()
  return { ...opened, ids }
}

async function rowsOf(board: Board): Promise<readonly InstanceRow[]> {
  return board.internals.store.read((reader) => reader.instances({ removed: true }))
}

async function tokenOf(board: Board, id: string): Promise<SealedConfig | undefined> {
  return (await board.internals.store.read((reader) => reader.configs([id])))[0]
}

/** What is stored, in clear. */
async function clear(board: Board, id: string): Promise<Json> {
  const instance = board.internals.runtime.index.instance(id)
  const sealed = await tokenOf(board, id)
  if (instance?.plugin === undefined || sealed === undefined) throw new Error('no such row')
  return board.internals.runtime.builder.openStored(instance, instance.plugin, sealed)
}

test('all live rows are brought to the version of the code, with history; removed ones and the history keep theirs', async () => {
  await using opened = await older(3)
  const [main = '', gone = ''] = opened.ids
  const board = await opened.another(release(Third))
  await board.admin.remove(gone, { actor })
  const historyBefore = await board.internals.store.read((reader) => reader.history())
  const progress: unknown[] = []
  const report = await board.admin.migrateConfigs({ batch: 1, onProgress: (state) => void progress.push(state) }, { actor })
  const told = (n: number): object => ({
    id: opened.ids[n],
    type: 'teller',
    plugin: 'bank',
    name: `n${n}`,
    from: 1,
    to: 3,
    changed: ['config', 'config.apiKey', 'config.baseUrl'],
  })
  expect(report).toStrictEqual({
    plan: false,
    migrated: 2,
    instances: [told(0), told(2)],
    failed: 0,
    failures: [],
    contested: 0,
    waitingFor: [],
  })
  expect(progress).toStrictEqual([
    { done: 1, total: 2 },
    { done: 2, total: 2 },
  ])
  expect((await rowsOf(board)).map((row) => [row.configVersion, row.configRevision])).toStrictEqual([
    [3, 2],
    [1, 1],
    [3, 2],
  ])
  expect(await clear(board, main)).toStrictEqual({ apiKey: 'key-of-0', baseUrl: 'https://h0.example' })
  steps.ran = []
  expect(await (await board.getById(Teller, main, { allowDisabled: true })).tell()).toBe('3 n0 key-of-0 https://h0.example')
  expect(steps.ran).toStrictEqual([])
  const history = await board.internals.store.read((reader) => reader.history())
  expect(history.slice(2)).toStrictEqual(historyBefore)
  const [entry] = await board.admin.history({ instance: main, limit: 1, diff: true })
  expect(entry).toMatchObject({
    action: 'migrate',
    actor,
    configVersion: { before: 1, after: 3 },
    changed: ['config', 'config.apiKey', 'config.baseUrl'],
    // In one version, nothing was changed.
    config: { readable: true, fields: [] },
  })
  // Nothing is left to do, so nothing is written.
  const { revision } = await board.internals.store.head()
  expect(await board.admin.migrateConfigs({}, { actor })).toMatchObject({ migrated: 0, failed: 0 })
  expect((await board.internals.store.head()).revision).toBe(revision)
  // The way back is an entry of the history.
  const first = (await board.admin.history({ instance: main })).at(-1)
  const old = await opened.another(release(First))
  await old.admin.rollback(main, first?.id ?? '', { actor })
  expect(await clear(old, main)).toStrictEqual({ key: 'key-of-0', host: 'h0.example' })
})

test('a plan runs every step and writes nothing', async () => {
  await using opened = await older(2)
  const board = await opened.another(release(Third))
  steps.before = (_from, config) => {
    if ((config as { key?: string }).key === 'key-of-1') throw new Error('not this one')
  }
  const before = [await rowsOf(board), (await board.internals.store.head()).revision]
  const plan = await board.admin.migrateConfigs({ plan: true }, { actor })
  expect(plan).toMatchObject({ plan: true, migrated: 1, instances: [{ name: 'n0', from: 1, to: 3 }], failed: 1, contested: 0 })
  expect([await rowsOf(board), (await board.internals.store.head()).revision]).toStrictEqual(before)
})

test('it needs an actor and a batch that makes sense', async () => {
  await using opened = await older(0)
  const board = await opened.another(release(Third))
  const code = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: { code: string }) => error.code)
  expect(await code(board.admin.migrateConfigs({}, {} as never))).toBe('actor_required')
  for (const batch of [0, -1, 1.5, Number.NaN, 1_001])
    expect(await code(board.admin.migrateConfigs({ batch }, { actor }))).toBe('invalid_input')
})

test('[22] what fails is left exactly as it was, told with its step and reason, and the others go on', async () => {
  await using opened = await older(5)
  const [throwing = '', hanging = '', wrong = '', damaged = '', fine = ''] = opened.ids
  steps.before = (from, config) => {
    const { key, apiKey = key } = config as { key?: string; apiKey?: string }
    if (apiKey === 'key-of-0' && from === 2) throw new Error(`canary: ${JSON.stringify(config)}`)
    if (apiKey === 'key-of-1') return new Promise(() => {})
    return undefined
  }
  const board = await opened.another({ ...release(Third), buildDeadline: 300 })
  // A host that makes no URL; and a token that is none.
  const old = await opened.another(release(First))
  await old.admin.update(wrong, { config: { key: 'key-of-2', host: ' ' } }, { actor })
  await old.internals.store.write((writer) => writer.updateInstances([{ id: damaged, config: 'no token', rebuild: true }]))
  await old.close()
  const before = [await rowsOf(board), await Promise.all(opened.ids.map((id) => tokenOf(board, id)))]
  const report = await board.admin.migrateConfigs({}, { actor })
  expect(report).toMatchObject({ migrated: 1, instances: [{ id: fine }], failed: 4, contested: 0 })
  const failures = report.failures.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  expect(failures).toMatchObject([
    { id: throwing, reason: 'migration_failed', step: 2, from: 1, to: 3, message: expect.stringMatching(/canary/) },
    { id: hanging, reason: 'migration_failed', step: 1, message: expect.stringMatching(/did not end within 300 ms/) },
    { id: wrong, reason: 'config_invalid', step: null },
    { id: damaged, reason: 'cannot_decrypt', step: null },
  ])
  expect(JSON.stringify(report)).not.toMatch(/key-of-/)
  const after = [await rowsOf(board), await Promise.all(opened.ids.map((id) => tokenOf(board, id)))]
  expect(after.map((rows) => rows.slice(0, 4))).toStrictEqual(before.map((rows) => rows.slice(0, 4)))
  expect(await board.admin.get(throwing)).toMatchObject({
    state: { ok: false, reason: 'migration_failed' },
    configVersion: { stored: 1, code: 3 },
  })
  // Mended, it goes on with what is left.
  steps.before = () => {}
  expect(await board.admin.migrateConfigs({}, { actor })).toMatchObject({ migrated: 2, failed: 2 })
})

test('a row of a newer release is left alone and told', async () => {
  await using opened = await older(2)
  const [main = ''] = opened.ids
  const third = await opened.another(release(Third))
  await third.admin.update(main, { config: { apiKey: 'typed-anew' } }, { actor })
  await third.close()
  const second = await opened.another(release(Second))
  const before = await tokenOf(second, main)
  expect(await second.admin.migrateConfigs({}, { actor })).toMatchObject({
    migrated: 1,
    instances: [{ name: 'n1', from: 1, to: 2 }],
    failed: 1,
    failures: [{ id: main, reason: 'config_newer', from: 3, to: 2, step: null }],
  })
  expect(await tokenOf(second, main)).toStrictEqual(before)
})

test('edits, removals and saves by others meanwhile win', async () => {
  await using opened = await older(6)
  const [edited = '', removed = '', saved = ''] = opened.ids
  const old = await opened.another(release(First))
  const other = await opened.another(release(Third))
  const board = await opened.another(release(Third))
  const { store } = board.internals
  const read = store.read.bind(store)
  let interfered = false
  // Right after the configs were read, others write.
  store.read = async (work) => {
    const result = await read(work)
    const [first] = Array.isArray(result) ? (result as readonly Partial<SealedConfig>[]) : []
    if (first?.configVersion === 1 && first.config !== undefined && !interfered) {
      interfered = true
      await old.admin.update(edited, { config: { key: 'edited-key', host: 'edited.example' } }, { actor })
      await old.admin.remove(removed, { actor })
      await other.admin.update(saved, { config: { apiKey: 'saved-key' } }, { actor })
    }
    return result
  }
  const report = await board.admin.migrateConfigs({ force: true }, { actor })
  expect(interfered).toBe(true)
  expect(report).toMatchObject({ migrated: 4, failed: 0, contested: 0 })
  expect(await clear(board, edited)).toStrictEqual({ apiKey: 'edited-key', baseUrl: 'https://edited.example' })
  expect(await clear(board, saved)).toStrictEqual({ apiKey: 'saved-key' })
  expect((await rowsOf(board)).map((row) => row.configVersion)).toStrictEqual([3, 1, 3, 3, 3, 3])
})

test('it is refused while a living process has older code, unless forced; that one serves on with what it has', async () => {
  await using opened = await older(2)
  const [main = ''] = opened.ids
  const old = await opened.another(release(First))
  await old.admin.setStatus(main, 'active', { actor })
  expect(await old.get(Teller).tell()).toBe('1 n0 key-of-0 h0.example')
  const board = await opened.another(release(Third))
  const before = await rowsOf(board)
  const error = await board.admin.migrateConfigs({}, { actor }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(OlderCodeRunsError)
  expect(error).toMatchObject({
    code: 'older_code_runs',
    processes: [{ pid: process.pid, plugins: [{ plugin: 'teller/bank', version: 1 }] }],
    message: expect.stringMatching(/teller\/bank reads up to version 1/),
  })
  expect(await rowsOf(board)).toStrictEqual(before)
  expect(await board.admin.migrateConfigs({ plan: true }, { actor })).toMatchObject({ migrated: 2, waitingFor: [{ pid: process.pid }] })
  expect(await board.admin.migrateConfigs({ force: true }, { actor })).toMatchObject({ migrated: 2, waitingFor: [] })
  await old.refresh()
  expect(await old.get(Teller).tell()).toBe('1 n0 key-of-0 h0.example')
  expect((await old.status()).unloadable).toMatchObject([{ id: main, text: expect.stringMatching(/version 3 of 'bank'/) }])
  // Another application, without the plugin, is not asked; nor is a process that is as new.
  await old.close()
  class Other extends Plugin(Teller, { key: 'other' }) {
    async tell() {
      return 'other'
    }
  }
  await opened.another(release(Other))
  await opened.another(release(Third))
  const first = (await board.admin.history({ instance: main })).at(-1)
  const restored = await opened.another({ ...release(First), refreshEvery: 60_000 })
  await restored.admin.rollback(main, first?.id ?? '', { actor })
  await restored.close()
  expect(await board.admin.migrateConfigs({}, { actor })).toMatchObject({ migrated: 1 })
})

test('one that starts in the middle with older code stops it, and what was done before stays', async () => {
  await using opened = await older(4)
  const board = await opened.another(release(Third))
  const late = {
    id: 'late',
    host: 'web-1',
    pid: 1,
    release: '0',
    keyIds: [],
    revision: 1,
    startedAt: 0,
    configVersions: { teller: { bank: 2 } },
  }
  let waits: Promise<unknown> = Promise.resolve()
  // Its row is there before the next batch is written: writes are made one after the other.
  const onProgress = (): void => {
    waits = board.internals.store.heartbeat({ ...late, registered: { teller: ['bank'] }, seenAt: Date.now() }, 3_600_000)
  }
  await expect(board.admin.migrateConfigs({ batch: 1, onProgress }, { actor })).rejects.toMatchObject({
    code: 'older_code_runs',
    processes: [{ host: 'web-1', plugins: [{ plugin: 'teller/bank', version: 2 }] }],
  })
  await waits
  expect((await rowsOf(board)).map((row) => row.configVersion)).toStrictEqual([3, 1, 1, 1])
  await board.internals.store.forgetProcess('late')
  expect(await board.admin.migrateConfigs({ batch: 3 }, { actor })).toMatchObject({ migrated: 3 })
})

test('a batch takes the same number of statements, whatever its size', async () => {
  await using opened = await older(24)
  const used: number[] = []
  for (const [batch, plugin] of [
    [2, Second],
    [12, Third],
  ] as const) {
    const board = opened.idle(release(plugin))
    const seen: number[] = []
    opened.statements.length = 0
    await board.admin.migrateConfigs({ batch, onProgress: () => void seen.push(opened.statements.length) }, { actor })
    used.push(...seen.slice(1).map((count, index) => count - (seen[index] ?? 0)))
    await board.close()
  }
  expect([...new Set(used)]).toHaveLength(1)
})

test(
  'fault 1: killed with -9 at any point, each row is of the version before or after, and the next run goes on',
  { timeout: 120_000 },
  async () => {
    using worker = await bundleWorker('migrate-configs-worker')
    for (const [hold, left] of [
      ['before-1', 5],
      ['open-1', 5],
      ['after-1', 3],
      ['open-2', 3],
      ['after-3', 0],
    ] as const) {
      await using opened = await older(5)
      await kill(await held(worker.path, opened.file, hold))
      const old = await opened.another(release(First))
      const states = await Promise.all(opened.ids.map(async (id) => (await old.admin.get(id)).state))
      expect(
        states.map((state) => (state.ok ? 'ok' : state.reason)),
        hold,
      ).toStrictEqual([...Array<string>(5 - left).fill('config_newer'), ...Array<string>(left).fill('ok')])
      await old.close()
      const board = await opened.another(release(Third))
      expect(await board.admin.migrateConfigs({ plan: true }, { actor }), hold).toMatchObject({ migrated: left })
      expect(await board.admin.migrateConfigs({ batch: 2 }, { actor }), hold).toMatchObject({ migrated: left, failed: 0 })
      for (const [n, id] of opened.ids.entries()) {
        expect(await clear(board, id), hold).toStrictEqual({ apiKey: `key-of-${n}`, baseUrl: `https://h${n}.example` })
        const actions = (await board.admin.history({ instance: id })).map(({ action }) => action)
        expect(actions, hold).toStrictEqual(['migrate', 'create'])
      }
    }
  },
)

/** A process that brings configs forward, and stands still where it was told to. */
async function held(path: string, file: string, hold: string): Promise<ChildProcess> {
  const env = { ...process.env, BOARD_FILE: file, PLUGBOARD_KEYS: testKeys, HOLD: hold }
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

test(
  '[16] whatever the steps and the configs: read lazily, brought forward at once, or saved, a config is the same',
  { timeout: 120_000 },
  async () => {
    const fc = await import('fast-check')
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'toString', 'پ')
    // As text holds it: -0, which fast-check makes too, is 0 there.
    const json = fc
      .jsonValue({ maxDepth: 2 })
      .map((value) => JSON.stringify(value))
      // That name is refused, which is shown elsewhere.
      .filter((text) => !text.includes('"__proto__"'))
      .map((text): Json => JSON.parse(text) as Json)
    const step = fc.oneof(
      fc.record({ kind: fc.constant('rename' as const), from: name, to: name }),
      fc.record({ kind: fc.constant('set' as const), to: name, value: json }),
      fc.record({ kind: fc.constant('wrap' as const), from: name, to: name }),
      fc.record({ kind: fc.constant('drop' as const), from: name }),
    )
    type Step = typeof step extends { generate: (...args: never) => { readonly value: infer S } } ? S : never
    const apply = (config: JsonObject, { kind, ...rest }: Step): JsonObject => {
      const { from = '', to = '', value = null } = rest as { from?: string; to?: string; value?: Json }
      const { [from]: taken, ...others } = config
      if (kind === 'set') return { ...config, [to]: value }
      if (taken === undefined || !Object.hasOwn(config, from)) return config
      return kind === 'drop' ? others : { ...others, [to]: kind === 'wrap' ? { [from]: taken } : taken }
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 5 }),
        fc.dictionary(name, json, { noNullPrototype: true }),
        fc.boolean(),
        async (chain, fields, isAsync) => {
          // The secret has another name in each version.
          class Old extends Plugin(Teller, { key: 'bank', config: z.looseObject({ secret1: z.string() }), secrets: { secret1: {} } }) {
            async tell() {
              return JSON.stringify(this.config)
            }
          }
          const current = chain.length + 1
          const last = `secret${current}`
          const migrate = Object.fromEntries(
            chain.map((each, index): [number, ConfigStep] => {
              const move = (config: JsonObject): JsonObject => {
                const { [`secret${index + 1}`]: secret = null, ...others } = config
                return { ...apply(others, each), [`secret${index + 2}`]: secret }
              }
              return [index + 1, isAsync ? async (config) => move(config) : move]
            }),
          )
          const config = z.looseObject({ [last]: z.string() })
          class Next extends Plugin(Teller, { key: 'bank', config, secrets: { [last]: {} }, version: current, migrate }) {
            async tell() {
              return JSON.stringify(this.config)
            }
          }
          await using opened = await openBoard(release(Old))
          const typed = { ...fields, secret1: 'the-secret' }
          const [read = '', brought = '', saved = ''] = await Promise.all(
            ['read', 'brought', 'saved'].map(async (each) => (await opened.board.admin.create(teller(each, typed), { actor })).id),
          )
          await opened.board.close()
          const { secret1: _, ...plain } = typed
          const expected = { ...chain.reduce(apply, plain as JsonObject), [last]: 'the-secret' }
          const board = await opened.another(release(Next))
          const told = async (id: string): Promise<unknown> =>
            JSON.parse(await (await board.getById(Teller, id, { allowDisabled: true })).tell())
          expect(await told(read)).toStrictEqual(expected)
          await board.admin.update(saved, { config: (await board.admin.get(saved)).config }, { actor })
          expect(await board.admin.migrateConfigs({}, { actor })).toMatchObject({ migrated: 2, failed: 0 })
          for (const id of [read, brought, saved]) {
            expect(await clear(board, id)).toStrictEqual(expected)
            expect(await told(id)).toStrictEqual(expected)
          }
        },
      ),
      // Shrinking on a database takes longer than the test may: the seed finds the case again.
      { numRuns: 25, endOnFailure: true },
    )
  },
)
