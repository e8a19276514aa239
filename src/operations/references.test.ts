import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { actor, Bank, Gateway } from '../../test/support/gateways.ts'
import { openBoard, TempFolder, testKeys, until } from '../../test/support/open-board.ts'
import { createBoard, Plugin, RegistrationError, type CreateInput } from '../index.ts'
import { sqlite } from '../sqlite.ts'

/** Secrets of this file's tests in a folder of their own, and what a board needs to read them. */
class SecretFolder extends TempFolder {
  write(name: string, text: string): string {
    writeFileSync(join(this.path, name), text)
    return `file:${join(this.path, name)}`
  }
  get references(): { readonly file: readonly string[] } {
    return { file: [`${this.path}/`] }
  }
}
const bank = (name: string, apiKey: unknown, more: object = {}): CreateInput => ({
  type: Gateway,
  plugin: 'bank',
  name,
  config: { apiKey, ...more },
  status: 'active',
})

test('a secret that is a reference reaches the plugin as what it names; stored and shown is what it says', async () => {
  using folder = new SecretFolder()
  const $ref = folder.write('key', 'the-secret\n')
  await using opened = await openBoard({ references: folder.references })
  const { admin } = opened.board
  const created = await admin.create(bank('Main', { $ref }), { actor })
  expect((opened.board.get(Gateway) as Bank).key).toBe('the-secret')
  expect(created).toMatchObject({
    state: { ok: true },
    config: {},
    secrets: [{ path: 'apiKey', set: true, reference: $ref, resolves: true }],
  })
  expect(await admin.get(created.id)).toStrictEqual(created)
  expect(inspect(await admin.history({ diff: true }), { depth: 9 })).not.toContain('the-secret')
  // A save that leaves it blank keeps it.
  await admin.update(created.id, { config: { note: 'n' } }, { actor })
  expect((opened.board.get(Gateway) as Bank).key).toBe('the-secret')
  // Another process, where nothing is turned on, can't use it, and says so.
  const other = await opened.another({ references: {} })
  expect(await other.admin.get(created.id)).toMatchObject({
    state: { ok: false, reason: 'reference_unresolved', text: expect.stringContaining('None is') },
    secrets: [{ reference: $ref, resolves: false }],
  })
  expect((await opened.database.dump()).toString('latin1')).not.toContain('the-secret')
})

test('[24] the history tells what a reference was and is, and of a value that there was one', async () => {
  using folder = new SecretFolder()
  const [one, two] = [folder.write('one', 'secret-one'), folder.write('two', 'secret-two')]
  await using opened = await openBoard({ references: folder.references })
  const { admin } = opened.board
  const { id } = await admin.create(bank('Main', { $ref: one }), { actor })
  for (const apiKey of [{ $ref: two }, 'a-value', 'another-value', { $ref: one }]) await admin.update(id, { config: { apiKey } }, { actor })
  const diffs = (await admin.history({ instance: id, diff: true })).map(({ config }) => (config?.readable === true ? config.fields : []))
  const secret = { path: 'apiKey', secret: true, before: undefined, after: undefined }
  expect(diffs).toStrictEqual([
    [{ ...secret, reference: { before: null, after: one } }],
    [secret],
    [{ ...secret, reference: { before: two, after: null } }],
    [{ ...secret, reference: { before: one, after: two } }],
    [{ ...secret, reference: { before: null, after: one } }],
  ])
})

test('[14] what a reference gives is validated and built like a typed value, and shown in no refusal', async () => {
  using folder = new SecretFolder()
  await using opened = await openBoard({ references: folder.references })
  const { admin } = opened.board
  const short = folder.write('short', 'abc')
  await expect(admin.create(bank('Main', { $ref: short }), { actor })).rejects.toMatchObject({
    code: 'config_invalid',
    issues: [{ pointer: '/apiKey' }],
  })
  const canary = 'canary-7f3a9c'
  Bank.act = (self, call) => {
    if (call === 'onStart') throw new Error(`refused ${self.key}`)
  }
  const refused: unknown = await admin
    .create(bank('Main', { $ref: folder.write('canary', canary) }), { actor })
    .catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'trial_build_failed', message: expect.stringContaining('refused [secret]') })
  expect(inspect(refused, { depth: 9 })).not.toContain(canary)
  expect(opened.board.instances(Gateway).map(({ name }) => name)).not.toContain('Main')
})

test('a reference elsewhere than at a secret is refused with a pointer, and nothing is written', async () => {
  using folder = new SecretFolder()
  await using opened = await openBoard({ references: folder.references })
  const $ref = folder.write('key', 'the-secret')
  const issues = [{ pointer: '/note', message: expect.stringContaining('Here: apiKey') }]
  const { admin } = opened.board
  const config = { apiKey: 'abcd', note: { $ref } }
  await expect(admin.create(bank('Main', 'abcd', { note: { $ref } }), { actor, force: true })).rejects.toMatchObject({
    code: 'config_invalid',
    issues,
  })
  await expect(admin.testDraft({ type: Gateway, plugin: 'bank', config }, { actor })).rejects.toMatchObject({
    code: 'config_invalid',
    issues,
  })
})

test('a reference that gives nothing now is refused, and saved by force; the rest is validated all the same', async () => {
  using folder = new SecretFolder()
  await using opened = await openBoard({ references: folder.references })
  const { admin } = opened.board
  const $ref = `file:${join(folder.path, 'later')}`
  const refused = {
    code: 'secret_reference',
    plugin: 'bank',
    problems: [{ secret: 'apiKey', reason: 'not_found', message: expect.any(String) }],
  }
  await expect(admin.create(bank('Main', { $ref }), { actor })).rejects.toMatchObject(refused)
  await expect(admin.create(bank('Main', { $ref }, { note: 5 }), { actor, force: true })).rejects.toMatchObject({
    code: 'config_invalid',
    issues: [{ pointer: '/note' }],
  })
  for (const wrong of ['env:HOME', 'file:/etc/hostname', 'no-reference', 'vault:x'])
    await expect(admin.create(bank('Main', { $ref: wrong }), { actor, force: true })).rejects.toMatchObject({ code: 'secret_reference' })
  const told: string[] = []
  opened.board.on('unloadable', ({ reason }) => told.push(reason))
  opened.board.on('recovered', () => told.push('recovered'))
  const { id, state } = await admin.create(bank('Main', { $ref }), { actor, force: true })
  expect(state).toMatchObject({ ok: false, reason: 'reference_unresolved' })
  expect(await admin.test(id, { actor })).toMatchObject({ ok: false, passed: ['registered', 'decrypts'], failed: 'resolves' })
  expect(await admin.testDraft({ instance: id, config: {} }, { actor })).toMatchObject({ ok: false, failed: 'resolves' })
  expect((await opened.board.explain(Gateway)).find((each) => each.id === id)).toMatchObject({ reason: 'reference_unresolved' })
  // It is tried again by itself.
  folder.write('later', 'here-now')
  await until(() => told.includes('recovered'))
  expect(told).toStrictEqual(['reference_unresolved', 'recovered'])
  expect(await admin.test(id, { actor })).toMatchObject({
    ok: true,
    passed: ['registered', 'decrypts', 'resolves', 'validates', 'builds', 'onTest'],
  })
})

test('a rotated file is seen at the next build, and by a reload in every process; where it is gone then, the last object serves on', async () => {
  using folder = new SecretFolder()
  const $ref = folder.write('key', 'first')
  await using opened = await openBoard({ references: folder.references })
  const { board } = opened
  const other = await opened.another()
  const { id, revision } = await board.admin.create(bank('Main', { $ref }), { actor })
  const keyIn = (each: typeof board): string => (each.get(Gateway) as Bank).key
  await until(() => keyIn(other) === 'first')
  folder.write('key', 'second')
  expect(await board.admin.test(id, { actor })).toMatchObject({ ok: true })
  expect(keyIn(board)).toBe('first')
  expect(await board.admin.reload(id, { actor })).toMatchObject([{ id, revision }])
  expect(keyIn(board)).toBe('second')
  await until(() => keyIn(other) === 'second')
  rmSync(join(folder.path, 'key'))
  const told: unknown[] = []
  board.on('unloadable', ({ serving }) => told.push(serving))
  expect(await board.admin.reload([id, id], { actor })).toMatchObject([{ state: { ok: false, reason: 'reference_unresolved' } }])
  expect([keyIn(board), told]).toStrictEqual(['second', [2]])
  const history = await board.admin.history({ instance: id })
  expect(history.map(({ action, changed, actor: { id: by } }) => [action, changed, by])).toMatchObject([
    ['reload', [], 'u1'],
    ['reload', [], 'u1'],
    ['create', expect.anything(), 'u1'],
  ])
  // An entry that changed nothing can be gone back to as well.
  folder.write('key', 'third')
  expect(await board.admin.rollback(id, history[0]?.id ?? '', { actor })).toMatchObject({ state: { ok: true } })
  await expect(board.admin.reload(crypto.randomUUID(), { actor })).rejects.toMatchObject({ code: 'instance_not_found' })
  await expect(board.admin.reload(id, {} as never)).rejects.toMatchObject({ code: 'actor_required' })
})

test('fault 8: a resolver that hangs is left at a deadline, wherever it is asked; nobody else waits for it', async () => {
  let hangs = false
  const signals: AbortSignal[] = []
  const references = {
    resolvers: {
      vault: async (name: string, { signal }: { readonly signal: AbortSignal }): Promise<string> => {
        signals.push(signal)
        if (hangs) await new Promise(() => {})
        return `value of ${name}`
      },
    },
  }
  await using opened = await openBoard({ references, buildDeadline: 50 })
  const { board } = opened
  const { admin } = board
  const { id } = await admin.create(bank('Main', { $ref: 'vault:a' }), { actor })
  expect((board.get(Gateway) as Bank).key).toBe('value of a')
  hangs = true
  const problems = [{ secret: 'apiKey', reason: 'deadline', message: 'what it refers to did not come within 50 ms' }]
  await expect(admin.create(bank('Other', { $ref: 'vault:b' }), { actor })).rejects.toMatchObject({ code: 'secret_reference', problems })
  await expect(admin.update(id, { config: { apiKey: { $ref: 'vault:b' } } }, { actor })).rejects.toMatchObject({ problems })
  expect(await admin.test(id, { actor })).toMatchObject({ ok: false, failed: 'resolves' })
  expect(await admin.testDraft({ instance: id, config: {} }, { actor })).toMatchObject({ ok: false, failed: 'resolves' })
  expect(await admin.get(id)).toMatchObject({ state: { ok: false, reason: 'reference_unresolved' }, secrets: [{ resolves: false }] })
  await admin.reload(id, { actor })
  expect(await board.use(Gateway).charge('o')).toBe('Main: o')
  expect(signals.filter((signal) => signal.aborted).length).toBeGreaterThanOrEqual(5)
})

test('a whole secret group is a reference to JSON; a rollback brings references back', async () => {
  class Grouped extends Plugin(Gateway, {
    key: 'grouped',
    config: z.object({ account: z.object({ id: z.string(), key: z.string() }), note: z.string().default('') }),
    secrets: { account: {} },
  }) {
    async charge(): Promise<string> {
      return this.config.account.key
    }
    async quote(): Promise<string> {
      return this.config.note
    }
  }
  using folder = new SecretFolder()
  const $ref = folder.write('account.json', '{\n  "id": "1",\n  "key": "json-key"\n}\n')
  await using opened = await openBoard({ plugins: [Grouped], references: folder.references })
  const { admin } = opened.board
  const config = { account: { $ref } }
  const { id } = await admin.create({ type: Gateway, plugin: 'grouped', name: 'One', config, status: 'active' }, { actor })
  expect(await opened.board.use(Gateway).charge('o')).toBe('json-key')
  const [entry] = await admin.history({ instance: id })
  await admin.update(id, { config: { account: { id: '2', key: 'typed' } } }, { actor })
  expect(await opened.board.use(Gateway).charge('o')).toBe('typed')
  expect(await admin.rollback(id, entry?.id ?? '', { actor })).toMatchObject({
    secrets: [{ path: 'account', set: true, reference: $ref, resolves: true }],
  })
  expect(await opened.board.use(Gateway).charge('o')).toBe('json-key')
})

test('[50] what is wrong with references is listed with everything else that is wrong', () => {
  const create = (): unknown =>
    createBoard({
      plugins: [Bank, Bank.prototype as never],
      store: sqlite(':memory:'),
      keys: testKeys,
      references: { env: ['PLUGBOARD_KEYS'], file: ['secrets/', '/'] },
      refreshEvery: 1,
    })
  expect(create).toThrow(RegistrationError)
  const thrown = ((): unknown => {
    try {
      return create()
    } catch (error) {
      return error
    }
  })()
  expect((thrown as RegistrationError).problems.map(({ code, subject }) => `${code} ${subject}`)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('not_a_plugin'),
      'references_invalid createBoard({ references.env[0] })',
      'references_invalid createBoard({ references.file[0] })',
      'references_invalid createBoard({ references.file[1] })',
      'duration_invalid createBoard({ refreshEvery })',
    ]),
  )
})

test('a step to a newer version of a config gets the reference as it says, and what is brought forward is validated by what it names', async () => {
  const release = { type: Gateway, plugin: 'teller', name: 'One', status: 'active' } as const
  class Old extends Plugin(Gateway, { key: 'teller', config: z.object({ key: z.string() }), secrets: { key: {} } }) {
    async charge(): Promise<string> {
      return this.config.key
    }
    async quote(): Promise<string> {
      return ''
    }
  }
  const given: unknown[] = []
  class New extends Plugin(Gateway, {
    key: 'teller',
    config: z.object({ apiKey: z.string().min(4) }),
    secrets: { apiKey: {} },
    version: 2,
    migrate: {
      1: (config) => {
        given.push(config)
        return { apiKey: config['key'] }
      },
    },
  }) {
    async charge(): Promise<string> {
      return this.config.apiKey
    }
    async quote(): Promise<string> {
      return ''
    }
  }
  using folder = new SecretFolder()
  const $ref = folder.write('key', 'the-secret')
  await using opened = await openBoard({ plugins: [Old], references: folder.references })
  const { id } = await opened.board.admin.create({ ...release, config: { key: { $ref } } }, { actor })
  await opened.board.close()
  const next = await opened.another({ plugins: [New] })
  expect(await next.use(Gateway).charge('o')).toBe('the-secret')
  expect(given[0]).toStrictEqual({ key: { $ref } })
  expect(await next.admin.test(id, { actor })).toMatchObject({
    passed: ['registered', 'decrypts', 'migrates', 'resolves', 'validates', 'builds'],
  })
  folder.write('key', '')
  expect(await next.admin.migrateConfigs({}, { actor })).toMatchObject({ migrated: 0, failures: [{ id, reason: 'reference_unresolved' }] })
  folder.write('key', 'the-secret')
  expect(await next.admin.migrateConfigs({}, { actor })).toMatchObject({ migrated: 1, failed: 0 })
  expect(await next.admin.get(id)).toMatchObject({ state: { ok: true }, secrets: [{ path: 'apiKey', reference: $ref, resolves: true }] })
})
