import { expect, test } from 'vitest'
import { z } from 'zod'
import { actor } from '../../test/support/gateways.ts'
import { openBoard, until } from '../../test/support/open-board.ts'
import { First, release, Second, steps, Teller, Third } from '../../test/support/versions.ts'
import { Plugin, type Board, type CreateInput } from '../index.ts'
import type { InstanceRow, SealedConfig } from '../store/index.ts'

const teller = (name: string, config: object, over: Partial<CreateInput> = {}): CreateInput => ({
  type: Teller,
  plugin: 'bank',
  name,
  config,
  status: 'active',
  ...over,
})

/** A row and its token, as they stand in the database. */
async function stored(board: Board, id: string): Promise<readonly [InstanceRow | undefined, SealedConfig | undefined]> {
  return board.internals.store.read(async (reader) => [(await reader.instances({ ids: [id] }))[0], (await reader.configs([id]))[0]])
}

function fresh(): void {
  steps.ran = []
  steps.before = () => {}
}

test('an older config is brought to the version of the code in memory; a mere read writes nothing, and the first save writes the new version', async () => {
  fresh()
  await using opened = await openBoard(release(First))
  const { board } = opened
  const { id, configVersion } = await board.admin.create(teller('Main', { key: 'key-of-main', host: 'one.example' }), { actor })
  expect(configVersion).toStrictEqual({ stored: 1, code: 1 })
  const before = await stored(board, id)
  const next = await opened.another(release(Third))
  expect(await next.get(Teller).tell()).toBe('3 Main key-of-main https://one.example')
  expect(steps.ran).toStrictEqual([1, 2])
  const detail = await next.admin.get(id)
  expect(detail).toMatchObject({
    configVersion: { stored: 1, code: 3 },
    state: { ok: true },
    config: { baseUrl: 'https://one.example' },
    secrets: [{ path: 'apiKey', set: true }],
  })
  expect(await next.admin.test(id, { actor })).toMatchObject({
    ok: true,
    passed: ['registered', 'decrypts', 'migrates', 'validates', 'builds'],
  })
  expect(await stored(board, id)).toStrictEqual(before)
  expect(await board.admin.test(id, { actor })).toMatchObject({ ok: true, passed: ['registered', 'decrypts', 'validates', 'builds'] })
  // An edit of something else leaves the config as it stands.
  await next.admin.update(id, { priority: 3 }, { actor })
  expect((await stored(board, id))[1]).toStrictEqual(before[1])
  // A save that changes nothing but the version.
  await next.admin.update(id, { config: detail.config }, { actor })
  const [row] = await stored(board, id)
  expect(row).toMatchObject({ configVersion: 3, configRevision: 2 })
  steps.ran = []
  expect(await next.admin.get(id)).toMatchObject({ configVersion: { stored: 3, code: 3 }, config: { baseUrl: 'https://one.example' } })
  expect(await next.get(Teller).tell()).toBe('3 Main key-of-main https://one.example')
  expect(steps.ran).toStrictEqual([])
  const { revision } = await next.admin.get(id)
  expect((await next.admin.update(id, { config: detail.config }, { actor })).revision).toBe(revision)
  const [save] = await next.admin.history({ instance: id, limit: 1 })
  expect(save).toMatchObject({
    configVersion: { before: 1, after: 3 },
    changed: expect.arrayContaining(['config.apiKey', 'config.baseUrl']),
  })
})

test('rows written before there were versions, which hold 0, are of the first one', async () => {
  fresh()
  await using opened = await openBoard(release(First))
  const { id } = await opened.board.admin.create(teller('Old', { key: 'key-of-old' }), { actor })
  await opened.board.internals.store.write((writer) => writer.updateInstances([{ id, configVersion: 0, rebuild: true }]))
  expect(await opened.board.admin.get(id)).toMatchObject({ configVersion: { stored: 1, code: 1 }, state: { ok: true } })
  const next = await opened.another(release(Second))
  expect(await next.get(Teller).tell()).toBe('2 Old key-of-old bank.example')
  expect((await stored(next, id))[0]).toMatchObject({ configVersion: 0 })
})

test('two releases side by side on one database: the old one goes on with what the new one has read, and serves its last good object once the new one has saved', async () => {
  fresh()
  await using opened = await openBoard(release(First))
  const old = opened.board
  const { id } = await old.admin.create(teller('Main', { key: 'key-of-main' }), { actor })
  const next = await opened.another(release(Second))
  expect(await next.get(Teller).tell()).toBe('2 Main key-of-main bank.example')
  // The old one edits a row that the new one has only read, and both follow.
  await old.admin.update(id, { config: { host: 'two.example', key: 'second-key' } }, { actor })
  await next.refresh()
  expect([await old.get(Teller).tell(), await next.get(Teller).tell()]).toStrictEqual([
    '1 Main second-key two.example',
    '2 Main second-key two.example',
  ])
  const unloadable: unknown[] = []
  old.on('unloadable', (event) => void unloadable.push(event))
  await next.admin.update(id, { config: { host: 'three.example', apiKey: 'third-key' } }, { actor })
  await old.refresh()
  await until(() => unloadable.length === 1)
  expect(unloadable).toMatchObject([{ reason: 'config_newer', serving: 2 }])
  expect([await old.get(Teller).tell(), await next.get(Teller).tell()]).toStrictEqual([
    '1 Main second-key two.example',
    '2 Main third-key three.example',
  ])
  const told = /written with version 2 of 'bank'; the code here reads up to version 1\. Deploy/
  expect((await old.status()).unloadable).toMatchObject([{ id, text: expect.stringMatching(told) }])
  expect((await old.explain(Teller))[0]).toMatchObject({ chosen: true, text: expect.stringMatching(told) })
  expect(await old.admin.get(id)).toMatchObject({
    configVersion: { stored: 2, code: 1 },
    state: { ok: false, reason: 'config_newer', text: expect.stringMatching(told) },
    config: null,
    secrets: [],
  })
  expect((await next.status()).unloadable).toStrictEqual([])
})

test('a downgrade is refused clearly: nothing builds the row, nothing writes over it, and all else goes on', async () => {
  fresh()
  await using opened = await openBoard(release(Second))
  const { id } = await opened.board.admin.create(teller('Main', { apiKey: 'key-of-main' }), { actor })
  const old = await opened.another(release(First))
  const before = await stored(old, id)
  expect(old.find(Teller)).toBeUndefined()
  await expect(old.getById(Teller, id)).rejects.toMatchObject({
    code: 'unloadable',
    reason: 'config_newer',
    cause: { stored: 2, supported: 1 },
  })
  for (const config of [{ host: 'x.example' }, { key: 'typed-anew', host: 'x.example' }]) {
    await expect(old.admin.update(id, { config }, { actor })).rejects.toMatchObject({ reason: 'config_newer' })
    await expect(old.admin.testDraft({ instance: id, config }, { actor })).rejects.toMatchObject({ reason: 'config_newer' })
  }
  await expect(old.admin.update(id, { clearSecrets: ['key'] }, { actor, force: true })).rejects.toMatchObject({ reason: 'config_newer' })
  expect(await old.admin.test(id, { actor })).toMatchObject({ ok: false, passed: ['registered', 'decrypts'], failed: 'migrates' })
  expect(await stored(old, id)).toStrictEqual(before)
  // Seen without a try, where another one answers.
  await old.admin.create(teller('Other', { key: 'key-of-other' }, { priority: -1 }), { actor })
  const later = await opened.another(release(First))
  expect(await later.get(Teller).tell()).toMatch(/^1 Other/)
  expect((await later.explain(Teller)).map(({ reason }) => reason)).toStrictEqual(['selected', 'config_newer'])
  // What is no config can be changed, and an operator may replace it on purpose: the newer one is in the history.
  await old.admin.update(id, { name: 'Renamed' }, { actor })
  expect(await old.admin.update(id, { config: { key: 'typed-anew' } }, { actor, replaceConfig: true })).toMatchObject({
    configVersion: { stored: 1, code: 1 },
    state: { ok: true },
  })
  const [replaced] = await old.admin.history({ instance: id, limit: 1, diff: true })
  expect(replaced).toMatchObject({
    configVersion: { before: 2, after: 1 },
    config: { readable: false, text: expect.stringMatching(/version 2/) },
  })
  // The newer release reads what the older one wrote.
  await opened.board.refresh()
  expect(await opened.board.getById(Teller, id)).toMatchObject({ tell: expect.any(Function) })
  const entries = await opened.board.admin.history({ instance: id, diff: true })
  expect(entries[0]?.config).toMatchObject({ readable: true, fields: [{ path: 'apiKey', secret: true }] })
  expect(await opened.board.admin.rollback(id, entries.at(-1)?.id ?? '', { actor })).toMatchObject({
    configVersion: { stored: 2, code: 2 },
  })
  expect(await (await opened.board.getById(Teller, id)).tell()).toBe('2 Main key-of-main bank.example')
})

test('a step that throws leaves the row as it is and visible, and no secret is in what is said of it', async () => {
  fresh()
  await using opened = await openBoard(release(First))
  const { board } = opened
  const { id } = await board.admin.create(teller('Main', { key: 'canary-of-main' }), { actor })
  const before = await stored(board, id)
  steps.before = (from, config) => {
    if (from === 2) throw new Error(`no host in ${JSON.stringify(config)}`)
  }
  const next = await opened.another(release(Third))
  const error = await next.getById(Teller, id).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ reason: 'migration_failed', cause: { code: 'config_migration', plugin: 'bank', from: 2 } })
  const detail = await next.admin.get(id)
  expect(detail).toMatchObject({
    state: { ok: false, reason: 'migration_failed', text: expect.stringMatching(/from version 2 to 3 of 'bank'/) },
    config: null,
  })
  const outcome = await next.admin.test(id, { actor })
  expect(outcome).toMatchObject({ ok: false, failed: 'migrates' })
  const update = await next.admin.update(id, { config: { baseUrl: 'https://x.example' } }, { actor }).catch((thrown: unknown) => thrown)
  expect(update).toMatchObject({ reason: 'migration_failed' })
  const { inspect } = await import('node:util')
  const said = inspect([error, detail, outcome, update, await next.status(), await next.explain(Teller)], { depth: 12, showHidden: true })
  expect(said).toMatch(/no host in/)
  expect(said).not.toMatch(/canary-of-main/)
  expect(await stored(board, id)).toStrictEqual(before)
  // The operator's way out, where the step can't be mended.
  expect(await next.admin.update(id, { config: { apiKey: 'typed-anew' } }, { actor, replaceConfig: true })).toMatchObject({
    state: { ok: true },
  })
  const [entry] = await next.admin.history({ instance: id, limit: 1 })
  expect(entry).toMatchObject({ configVersion: { before: 1, after: 3 } })
  steps.before = () => {}
  const first = (await next.admin.history({ instance: id })).at(-1)
  await next.admin.rollback(id, first?.id ?? '', { actor })
  expect(await next.get(Teller).tell()).toBe('3 Main canary-of-main https://bank.example')
})

test('fault 8: a step that hangs is ended by its deadline, and nobody else waits for it', async () => {
  fresh()
  await using opened = await openBoard(release(First))
  const { id } = await opened.board.admin.create(teller('Main', { key: 'key-of-main' }), { actor })
  await opened.board.admin.create(teller('Other', { key: 'key-of-other' }, { priority: 5 }), { actor })
  let hangs = true
  steps.before = (_from, config) => (hangs && (config as { key?: string }).key === 'key-of-main' ? new Promise<void>(() => {}) : undefined)
  const next = await opened.another({ ...release(Second), buildDeadline: 200 })
  expect(await next.get(Teller).tell()).toMatch(/^2 Other/)
  await expect(next.getById(Teller, id)).rejects.toMatchObject({
    reason: 'migration_failed',
    cause: { from: 1, cause: { code: 'deadline', deadline: 200 } },
  })
  expect((await next.explain(Teller))[0]).toMatchObject({
    reason: 'migration_failed',
    text: expect.stringMatching(/did not end within 200 ms/),
  })
  // It is tried again.
  hangs = false
  await until(async () => (await next.get(Teller).tell()) === '2 Main key-of-main bank.example')
})

test('attack 17: a kept secret stays bound, whatever a step has renamed', async () => {
  fresh()
  await using opened = await openBoard(release(First))
  const { board } = opened
  const { id } = await board.admin.create(teller('Main', { key: 'key-of-main', host: 'one.example' }), { actor })
  const next = await opened.another(release(Third))
  const rogue = { baseUrl: 'https://rogue.example' }
  const refused = { code: 'secret_reentry_required', secrets: [{ secret: 'apiKey', changed: ['baseUrl'] }] }
  await expect(next.admin.update(id, { config: rogue }, { actor })).rejects.toMatchObject(refused)
  await expect(next.admin.update(id, { config: {} }, { actor })).rejects.toMatchObject(refused)
  await expect(next.admin.testDraft({ instance: id, config: rogue }, { actor })).rejects.toMatchObject(refused)
  // Under its old name it is no field, and nothing of the old secret is kept by it.
  await expect(next.admin.update(id, { config: { host: 'one.example' } }, { actor })).rejects.toMatchObject({ code: 'config_invalid' })
  expect((await stored(next, id))[0]).toMatchObject({ configVersion: 1, configRevision: 1 })
  await next.admin.update(id, { config: { baseUrl: 'https://one.example', note: 'n' } }, { actor })
  expect(await next.get(Teller).tell()).toBe('3 Main key-of-main https://one.example')
  // Replaced as a whole, nothing stays: not even the secret that was there.
  await expect(next.admin.update(id, { config: rogue }, { actor, replaceConfig: true })).rejects.toMatchObject({ code: 'config_invalid' })
})

test('a rollback across versions brings the old config to the version of the code, or refuses', async () => {
  fresh()
  await using opened = await openBoard(release(First))
  const { id } = await opened.board.admin.create(teller('Main', { key: 'first-key', host: 'one.example' }), { actor })
  await opened.board.admin.update(id, { name: 'Renamed' }, { actor })
  const [renamed, created] = await opened.board.admin.history({ instance: id })
  const next = await opened.another(release(Third))
  await next.admin.update(id, { config: { apiKey: 'second-key', baseUrl: 'https://two.example' } }, { actor })
  const [saved] = await next.admin.history({ instance: id, limit: 1 })
  await next.admin.update(id, { name: 'Third name' }, { actor })
  const [third] = await next.admin.history({ instance: id, limit: 1 })
  // The config of an entry that did not touch it stands in an entry before, and so does its version.
  expect(await next.admin.rollback(id, renamed?.id ?? '', { actor })).toMatchObject({
    name: 'Renamed',
    configVersion: { stored: 3, code: 3 },
  })
  expect(await next.get(Teller).tell()).toBe('3 Renamed first-key https://one.example')
  await next.admin.rollback(id, third?.id ?? '', { actor })
  expect(await next.get(Teller).tell()).toBe('3 Third name second-key https://two.example')
  const before = await stored(next, id)
  steps.before = (from) => {
    if (from === 1) throw new Error('the step is gone')
  }
  await expect(next.admin.rollback(id, created?.id ?? '', { actor })).rejects.toMatchObject({ code: 'config_migration', from: 1 })
  expect(await stored(next, id)).toStrictEqual(before)
  fresh()
  // Of a newer release than the code: refused by the older one, whose own entry is the way down.
  const old = await opened.another(release(First))
  await expect(old.admin.rollback(id, saved?.id ?? '', { actor })).rejects.toMatchObject({ code: 'config_newer', stored: 3, supported: 1 })
  expect(await stored(next, id)).toStrictEqual(before)
  expect(await old.admin.rollback(id, created?.id ?? '', { actor })).toMatchObject({
    configVersion: { stored: 1, code: 1 },
    state: { ok: true },
  })
  expect((await old.admin.history({ instance: id, limit: 1 }))[0]).toMatchObject({ configVersion: { before: 3, after: 1 } })
  await next.refresh()
  expect(await next.get(Teller).tell()).toBe('3 Main first-key https://one.example')
})

test('a newer config is not even opened: it is told as newer where its key is missing, too', async () => {
  fresh()
  await using opened = await openBoard(release(First))
  const { id } = await opened.board.admin.create(teller('Main', { key: 'key-of-main' }), { actor })
  await opened.board.internals.store.write((writer) =>
    writer.updateInstances([{ id, config: 'sealed elsewhere', configVersion: 2, rebuild: true }]),
  )
  const old = await opened.another(release(First))
  expect(await old.admin.get(id)).toMatchObject({ state: { ok: false, reason: 'config_newer' } })
  await expect(old.getById(Teller, id)).rejects.toMatchObject({ reason: 'config_newer' })
  await expect(old.admin.update(id, { config: { key: 'typed-anew' } }, { actor })).rejects.toMatchObject({ reason: 'config_newer' })
})

test('[24] what a step leaves behind under a name that is no field any more is neither given to the plugin, nor stored, nor shown', async () => {
  fresh()
  class Careless extends Plugin(Teller, {
    key: 'bank',
    config: z.strictObject({ apiKey: z.string(), host: z.string().optional() }),
    secrets: { apiKey: {} },
    version: 2,
    migrate: { 1: (config) => ({ ...config, apiKey: config['key'] }) },
  }) {
    async tell() {
      return JSON.stringify(this.config)
    }
  }
  await using opened = await openBoard(release(First))
  const { id } = await opened.board.admin.create(teller('Main', { key: 'canary-of-main', note: 'old' }), { actor })
  await opened.board.close()
  const next = await opened.another(release(Careless))
  expect(await next.get(Teller).tell()).toBe('{"apiKey":"canary-of-main"}')
  expect(await next.admin.get(id)).toMatchObject({ state: { ok: true }, config: {} })
  await next.admin.migrateConfigs({}, { actor })
  const instance = next.internals.runtime.index.instance(id)
  const [, sealed] = await stored(next, id)
  if (instance?.plugin === undefined || sealed === undefined) throw new Error('no such row')
  expect(await next.internals.runtime.builder.openStored(instance, instance.plugin, sealed)).toStrictEqual({ apiKey: 'canary-of-main' })
  expect(JSON.stringify(await next.admin.history({ instance: id, diff: true }))).not.toMatch(/canary/)
})

test('[24] the diff across versions shows no secret of an older version, even where its name means something else by now', async () => {
  fresh()
  // `url` held a password; then it was split, and `url` is shown.
  class Before extends Plugin(Teller, { key: 'bank', config: z.object({ url: z.string(), note: z.string() }), secrets: { url: {} } }) {
    async tell() {
      return this.config.url
    }
  }
  class After extends Plugin(Teller, {
    key: 'bank',
    config: z.object({ url: z.string(), password: z.string(), note: z.string() }),
    secrets: { password: { boundTo: ['url'] } },
    version: 2,
    migrate: {
      1: ({ url, ...rest }) => {
        const [password, host] = typeof url === 'string' ? url.split('@') : []
        return { ...rest, url: host, password }
      },
    },
  }) {
    async tell() {
      return `${this.config.password} at ${this.config.url}`
    }
  }
  await using opened = await openBoard(release(Before))
  const { id } = await opened.board.admin.create(teller('Main', { url: 'canary-word@one.example', note: 'a' }), { actor })
  await opened.board.admin.update(id, { config: { url: 'canary-other@two.example', note: 'b' } }, { actor })
  const next = await opened.another(release(After))
  await next.admin.update(id, { config: { url: 'two.example', note: 'c' } }, { actor })
  expect(await next.get(Teller).tell()).toBe('canary-other at two.example')
  const history = await next.admin.history({ instance: id, diff: true })
  expect(history.map((entry) => entry.config)).toMatchObject([
    { readable: true, fields: [{ path: 'note', before: 'b', after: 'c' }] },
    {
      readable: true,
      fields: [
        { path: 'note', before: 'a', after: 'b' },
        { path: 'url', before: 'one.example', after: 'two.example' },
        { path: 'password', secret: true },
      ],
    },
    { readable: true, fields: [{ path: 'note' }, { path: 'url', after: 'one.example' }, { path: 'password', secret: true }] },
  ])
  expect(JSON.stringify([history, await next.admin.get(id)])).not.toMatch(/canary/)
  // The older release knows nothing of the newer config, and shows nothing of it.
  const old = await opened.another(release(Before))
  expect((await old.admin.history({ instance: id, diff: true }))[0]?.config).toMatchObject({ readable: false })
  expect(JSON.stringify(await old.admin.get(id))).not.toMatch(/canary|two\.example/)
})

test('a removed instance keeps its version, and is brought forward once it is restored; a key rotation leaves versions alone', async () => {
  fresh()
  const { generateKey } = await import('../index.ts')
  const [k1, k2] = [generateKey('k1'), generateKey('k2')]
  await using opened = await openBoard({ ...release(First), keys: k1 })
  const { id } = await opened.board.admin.create(teller('Gone', { key: 'key-of-gone' }), { actor })
  await opened.board.admin.remove(id, { actor })
  await opened.board.close()
  const next = await opened.another({ ...release(Second), keys: `${k2},${k1}` })
  await next.admin.rotateKeys({}, { actor })
  const read = await next.internals.store.read((reader) => reader.configs([id]))
  expect(read).toMatchObject([{ configVersion: 1, configRevision: 1 }])
  expect(await next.admin.restore(id, { actor })).toMatchObject({
    configVersion: { stored: 1, code: 2 },
    secrets: [{ path: 'apiKey', set: true }],
  })
  await next.admin.setStatus(id, 'active', { actor })
  expect(await next.get(Teller).tell()).toBe('2 Gone key-of-gone bank.example')
})
