import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actor, Bank, Cash, Gateway, log } from '../../test/support/gateways.ts'
import { openBoard, TempFolder, testKeys } from '../../test/support/open-board.ts'
import { bundleWorker } from '../../test/support/worker.ts'
import { createBoard, StaleWriteError, type CreateInput, type InstanceDetail } from '../index.ts'
import { sqlite } from '../sqlite.ts'

const bank = (name: string, over: Partial<CreateInput> = {}): CreateInput => ({
  type: Gateway,
  plugin: 'bank',
  name,
  config: { apiKey: `key-of-${name}` },
  status: 'active',
  ...over,
})

test('every change names its actor in the history; without an actor nothing happens', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const before = (await board.admin.history()).length
  for (const nobody of [undefined, {}, { actor: {} }, { actor: { id: '', name: 'x' } }, { actor: { id: 'x' } }]) {
    await expect(board.admin.create(bank('Main'), nobody as never)).rejects.toMatchObject({ code: 'actor_required' })
  }
  expect(await board.admin.history()).toHaveLength(before)
  const { id } = await board.admin.create(bank('Main'), { actor })
  const grace = { actor: { id: 'u2', name: 'Grace' } }
  await board.admin.update(id, { name: 'Renamed', config: { note: 'n', baseUrl: 'https://bank.example' } }, grace)
  await board.admin.setStatus(id, 'reserved', grace)
  await board.admin.move(id, { to: 'first' }, grace)
  await board.admin.remove(id, grace)
  await board.admin.restore(id, grace)
  const history = await board.admin.history({ limit: 6 })
  expect(history.map((each) => [each.action, each.actor.name, each.changed.join()])).toStrictEqual([
    ['restore', 'Grace', 'status'],
    ['remove', 'Grace', ''],
    ['reorder', 'Grace', 'order'],
    ['status', 'Grace', 'status'],
    ['update', 'Grace', 'name,config.note,config.baseUrl'],
    ['create', 'Ada', 'name,status,priority,weight,tags,config.apiKey'],
  ])
  expect(history[3]).toMatchObject({ before: { status: 'active' }, after: { status: 'reserved' }, instance: { id, name: 'Renamed' } })
  // [18] No config value, secret or not, lies in clear.
  expect(JSON.stringify(history)).not.toMatch(/key-of-Main|bank\.example/)
  expect(await board.admin.history({ instance: id })).toHaveLength(5)
  const [newest, next] = await board.admin.history({ limit: 2 })
  expect(await board.admin.history({ limit: 1, before: { revision: newest?.revision ?? 0, id: newest?.id ?? '' } })).toStrictEqual([next])
})

test('[43] a name taken by another instance of the plugin is refused; after its removal it is free', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  const other = await board.admin.create(bank('Other'), { actor })
  await expect(board.admin.create(bank('Main'), { actor })).rejects.toMatchObject({ code: 'duplicate_name', instanceName: 'Main' })
  await expect(board.admin.create(bank('  Main '), { actor })).rejects.toMatchObject({ code: 'duplicate_name' })
  await expect(board.admin.update(other.id, { name: 'Main' }, { actor })).rejects.toMatchObject({ code: 'duplicate_name' })
  // The same name under another plugin is another instance.
  await board.admin.create({ type: Gateway, plugin: 'cash', name: 'Main' }, { actor })
  await board.admin.remove(id, { actor })
  const again = await board.admin.create(bank('Main'), { actor })
  expect(again.id).not.toBe(id)
  // Restored beside the new one, it comes back DISABLED and with a suffix, its config with it.
  const restored = await board.admin.restore(id, { actor })
  expect(restored).toMatchObject({ id, name: 'Main (2)', status: 'disabled', secrets: [{ path: 'apiKey', set: true }] })
  expect(((await board.getById(Gateway, id, { allowDisabled: true })) as Bank).key).toBe('key-of-Main')
  await expect(board.admin.restore(id, { actor })).rejects.toMatchObject({ code: 'instance_not_found' })
})

test('what is out of bounds is refused with all reasons, and nothing is written', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  const revision = board.internals.runtime.revision
  const fields = async (input: object): Promise<string[]> => {
    const error = await board.admin.update(id, input, { actor }).catch((thrown: unknown) => thrown)
    return ((error as { issues?: { pointer: string }[] }).issues ?? []).map((issue) => issue.pointer)
  }
  for (const name of ['', '   ', 'x'.repeat(256), 'a\u0000b', 'a\nb', '\ud800', 5, null])
    expect(await fields({ name }), String(name)).toStrictEqual(['/name'])
  for (const priority of [1.5, '1', Number.NaN, 1e9, null, 2 ** 53])
    expect(await fields({ priority }), String(priority)).toStrictEqual(['/priority'])
  for (const weight of [-1, 0.5, '1']) expect(await fields({ weight })).toStrictEqual(['/weight'])
  for (const status of ['on', '', 'ACTIVE', null]) expect(await fields({ status })).toStrictEqual(['/status'])
  for (const tags of ['eu', [''], [' eu'], [5], ['x'.repeat(101)], Array.from({ length: 51 }, (_, n) => `t${n}`)])
    expect(await fields({ tags })).toStrictEqual(['/tags'])
  expect(await fields({ name: '', priority: 'x', status: 'y' })).toStrictEqual(['/name', '/status', '/priority'])
  expect(await fields({ config: { apiKey: 'good-key' }, clearSecrets: ['nope'] })).toStrictEqual(['/clearSecrets'])
  await board.refresh()
  expect(board.internals.runtime.revision).toBe(revision)
  // Odd, and allowed: kept as it was given.
  const odd = [
    'سلام دنیا',
    '😀',
    'a"b\'c`; DROP TABLE x; --',
    '\u202eabc',
    'x'.repeat(255),
    '<script>alert(1)</script>',
    '%00',
    '${process}',
  ]
  for (const name of odd) expect((await board.admin.update(id, { name, tags: [name.slice(0, 90).trim()] }, { actor })).name).toBe(name)
})

test('[45] a write that names an old revision is refused with the current state; an unchanged save writes nothing', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const seen = await board.admin.create(bank('Main'), { actor })
  const other = await opened.another()
  await other.admin.update(seen.id, { name: 'Theirs' }, { actor })
  const { revision } = seen
  for (const write of [
    () => board.admin.update(seen.id, { name: 'Mine' }, { actor, revision }),
    () => board.admin.update(seen.id, { config: { note: 'mine' } }, { actor, revision }),
    () => board.admin.setStatus(seen.id, 'disabled', { actor, revision }),
    () => board.admin.remove(seen.id, { actor, revision }),
  ]) {
    const error = await write().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StaleWriteError)
    expect(error).toMatchObject({ expected: 1, actual: 2, current: { name: 'Theirs', revision: 2 } })
  }
  const now = await board.admin.update(seen.id, { name: 'Mine' }, { actor, revision: 2 })
  expect(now.revision).toBe(3)
  const before = board.internals.runtime.revision
  expect(await board.admin.update(seen.id, { name: 'Mine', config: { baseUrl: undefined } }, { actor, revision: 3 })).toStrictEqual(now)
  await board.admin.setStatus(seen.id, 'active', { actor })
  expect((await board.admin.history({ limit: 1 }))[0]?.changed).toStrictEqual(['name'])
  expect((await board.status()).revision).toBe(before)
})

test('[46] reorder takes the whole order in one write, keeps it a permutation, and touches no revision', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  const made: InstanceDetail[] = []
  for (const name of ['A', 'B', 'C']) made.push(await board.admin.create(bank(name), { actor }))
  const [a, b, c] = made.map((each) => each.id) as [string, string, string]
  const objects = await Promise.all(board.instances(Gateway).map((each) => each.load()))
  const { orderRevision } = await board.admin.order(Gateway)
  const after = await board.admin.reorder(Gateway, [c, a, b], { actor, orderRevision })
  expect(after).toStrictEqual({ ids: [c, a, b], orderRevision: orderRevision + 1 })
  expect(await board.get(Gateway).charge('')).toBe('C: ')
  // No object was rebuilt, and a save based on what was seen before the reorder is not stale.
  expect(await Promise.all([a, b, c].map((id) => board.getById(Gateway, id)))).toStrictEqual(objects)
  expect((await board.admin.get(a)).revision).toBe(made[0]?.revision)
  const stale = await board.admin.reorder(Gateway, [a, b, c], { actor, orderRevision }).catch((error: unknown) => error)
  expect(stale).toMatchObject({ code: 'stale_write', current: { ids: [c, a, b], orderRevision: orderRevision + 1 } })
  for (const ids of [[a, b], [a, b, c, c], [a, b, 'x'], []])
    await expect(board.admin.reorder(Gateway, ids, { actor })).rejects.toMatchObject({ code: 'invalid_input' })
  expect((await board.admin.move(b, { before: c }, { actor })).ids).toStrictEqual([b, c, a])
  expect((await board.admin.move(b, { after: c }, { actor })).ids).toStrictEqual([c, b, a])
  expect((await board.admin.move(c, { to: 'last' }, { actor })).ids).toStrictEqual([b, a, c])
  expect((await board.admin.move(b, { after: b }, { actor })).ids).toStrictEqual([b, a, c])
})

test('fault 3: fifty parallel edits and reorders from two processes: every accepted one is in the history, none is lost, the order stays a permutation', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const boards = [opened.board, await opened.another()]
  const ids: string[] = []
  for (const name of ['A', 'B', 'C', 'D']) ids.push((await opened.board.admin.create(bank(name), { actor })).id)
  await boards[1]?.refresh()
  const before = (await opened.board.admin.history({ limit: 500 })).length
  const work = Array.from({ length: 50 }, async (_, n) => {
    const board = boards[n % 2] ?? opened.board
    const id = ids[n % 4] ?? ''
    if (n % 5 === 0) await board.admin.move(id, { to: n % 2 === 0 ? 'first' : 'last' }, { actor })
    else if (n % 5 === 1) await board.admin.update(id, { config: { note: `note ${n}` } }, { actor, force: true })
    else if (n % 5 === 2) {
      const { revision } = await board.admin.get(id)
      await board.admin.update(id, { tags: [`t${n}`] }, { actor, revision })
    } else await board.admin.update(id, { weight: n }, { actor })
    return n
  })
  const results = await Promise.allSettled(work)
  const refused = results.flatMap((each) => (each.status === 'rejected' ? [each.reason as { code: string }] : []))
  expect(refused.every((error) => error.code === 'stale_write' || error.code === 'conflict')).toBe(true)
  const accepted = results.length - refused.length
  expect(accepted).toBeGreaterThanOrEqual(25)
  const history = await opened.board.admin.history({ limit: 500 })
  // A move onto the place it already has is a write too; a note that is already there is not.
  expect(history.length - before).toBe(accepted)
  expect(new Set(history.map((each) => each.revision)).size).toBe(history.length)
  const { ids: order } = await opened.board.admin.order(Gateway)
  expect(order.toSorted()).toStrictEqual(ids.toSorted())
  // What each instance is now is what its last history entry of that field says.
  for (const id of ids) {
    const entries = await opened.board.admin.history({ instance: id, limit: 500 })
    const now = await opened.board.admin.get(id)
    for (const field of ['weight', 'tags'] as const) {
      const last = entries.find((each) => each.changed.includes(field))
      expect(now[field]).toStrictEqual(last?.after?.[field])
    }
  }
}, 60_000)

test('[44] a kept secret is not sent to a changed URL: it must be entered again, and nothing is written or built', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  const built = Bank.built
  const error = await board.admin
    .update(id, { config: { baseUrl: 'https://rogue.example' } }, { actor, force: true })
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'secret_reentry_required', secrets: [{ secret: 'apiKey', changed: ['baseUrl'] }] })
  expect([Bank.built, (await board.admin.get(id)).configRevision]).toStrictEqual([built, 1])
  await board.admin.update(id, { config: { note: 'the same place' } }, { actor })
  await board.admin.update(id, { config: { baseUrl: 'https://new.example', apiKey: 'entered-again' } }, { actor })
  expect((board.get(Gateway) as Bank).key).toBe('entered-again')
})

test('[47] a test of a saved instance goes through every step, and its outcome is kept without raising the revision', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  await board.refresh()
  const revision = board.internals.runtime.revision
  const serving = board.get(Gateway)
  expect(await board.admin.test(id, { actor })).toMatchObject({
    ok: true,
    failed: null,
    passed: ['registered', 'decrypts', 'validates', 'builds', 'onTest'],
  })
  Bank.act = (self, call) => {
    if (call === 'onTest') throw new Error(`401 for ${self.key}`)
  }
  expect(await board.admin.test(id, { actor })).toMatchObject({ ok: false, failed: 'onTest', message: '401 for [secret]' })
  for (const thrown of ['text', null]) {
    Bank.act = (_, call) => {
      if (call === 'onTest') throw thrown
    }
    expect((await board.admin.test(id, { actor })).ok).toBe(false)
  }
  Bank.act = (_, call) => (call === 'onTest' ? new Promise(() => {}) : undefined)
  expect(await board.admin.test(id, { actor, deadline: 30 })).toMatchObject({
    failed: 'onTest',
    message: "The test of 'Main' did not end within 30 ms.",
  })
  Bank.act = (_, call) => {
    if (call === 'onStart') throw new Error('no route')
  }
  expect(await board.admin.test(id, { actor })).toMatchObject({ failed: 'builds', passed: ['registered', 'decrypts', 'validates'] })
  Bank.act = () => {}
  const { store } = board.internals
  await store.write((writer) => writer.updateInstances([{ id, config: '{}', rebuild: true }]))
  await board.refresh()
  expect(await board.admin.test(id, { actor })).toMatchObject({ failed: 'decrypts', passed: ['registered'] })
  const [health] = await store.read((reader) => reader.health([id]))
  expect(health).toMatchObject({ instanceId: id, ok: false })
  expect(board.internals.runtime.revision).toBe((revision ?? 0) + 1)
  // The object that serves was not the one that was tested.
  expect(board.get(Gateway)).toBe(serving)
  expect(log.length).toBeGreaterThan(0)
  await expect(board.admin.test('nonsense', { actor })).rejects.toMatchObject({ code: 'instance_not_found', reason: 'malformed' })
})

test('a draft is tested as it was typed, with stored secrets where it leaves them blank; nothing is saved, nothing is sent elsewhere', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  await board.refresh()
  const revision = board.internals.runtime.revision
  const seen: string[] = []
  Bank.act = (self, call) => {
    if (call === 'onTest') seen.push(`${self.key} ${self.note}`)
    if (call === 'onTest' && self.note === 'bad') throw new Error(`refused ${self.key}`)
  }
  expect(await board.admin.testDraft({ instance: id, config: { note: 'draft' } }, { actor })).toMatchObject({ ok: true, failed: null })
  expect(await board.admin.testDraft({ instance: id, config: { note: 'bad', apiKey: 'typed-key' } }, { actor })).toMatchObject({
    ok: false,
    failed: 'onTest',
    message: 'refused [secret]',
  })
  expect(await board.admin.testDraft({ type: Gateway, plugin: 'bank', config: { apiKey: 'fresh-key' } }, { actor })).toMatchObject({
    ok: true,
  })
  expect(await board.admin.testDraft({ type: Gateway, plugin: 'cash' }, { actor })).toMatchObject({
    ok: true,
    passed: ['registered', 'validates', 'builds'],
  })
  expect(seen).toStrictEqual(['key-of-Main draft', 'typed-key bad', 'fresh-key '])
  const code = (draft: object): Promise<unknown> =>
    board.admin.testDraft(draft, { actor }).then(
      () => 'done',
      (error: { code: string }) => error.code,
    )
  expect(await code({ instance: id, config: { baseUrl: 'https://rogue.example' } })).toBe('secret_reentry_required')
  expect(await code({ type: Gateway, plugin: 'bank', config: {} })).toBe('config_invalid')
  expect(await code({ type: 'nope', plugin: 'bank' })).toBe('unknown_type')
  expect(await code({ type: Gateway })).toBe('unknown_plugin')
  await board.refresh()
  expect([seen.length, board.internals.runtime.revision]).toStrictEqual([3, revision])
  expect((await board.admin.get(id)).config).toStrictEqual({})
})

test('[16] random configs go through create, edit, history and a second process deep-equal', async () => {
  const { z } = await import('zod')
  const { Plugin } = await import('../index.ts')
  class Any extends Plugin(Gateway, { key: 'any', config: z.object({ value: z.json(), secret: z.json() }), secrets: { secret: {} } }) {
    seen(): unknown {
      return this.config
    }
    async charge(): Promise<string> {
      return ''
    }
    async quote(): Promise<string> {
      return ''
    }
  }
  await using opened = await openBoard({ plugins: [Any] })
  const other = await opened.another()
  let n = 0
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 2 }), async (first, second) => {
      const value = JSON.parse(JSON.stringify(first)) as unknown
      const secret = JSON.parse(JSON.stringify(second)) as unknown
      // '' is a blank secret: nothing is typed.
      if (JSON.stringify([value, secret]).includes('"__proto__"') || secret === '') return
      const { id } = await opened.board.admin.create(
        { type: Gateway, plugin: 'any', name: `n${n++}`, config: { value: null, secret } },
        { actor },
      )
      const saved = await opened.board.admin.update(id, { config: { value, secret } }, { actor })
      expect(saved.config).toStrictEqual({ value })
      await other.refresh()
      const object = (await other.getById(Gateway, id, { allowDisabled: true })) as Any
      expect(object.seen()).toStrictEqual({ value, secret })
    }),
    { numRuns: 30, examples: [[{ a: [false, 30, null, 'False', 0.1] }, ['x', { y: null }]]] },
  )
}, 60_000)

test('[31] kill -9 in the middle of an edit: the instance is as before or as after, and its history with it', async () => {
  using folder = new TempFolder()
  using worker = await bundleWorker('edit-worker')
  await using board = createBoard({
    plugins: [Bank, Cash],
    store: sqlite(folder.file),
    keys: testKeys,
    migrate: 'on-start',
    sync: 'on-start',
  })
  await board.ready()
  const { id } = await board.admin.create(bank('Main', { config: { apiKey: 'the-key', note: '0' } }), { actor })
  for (let round = 0; round < 6; round++) {
    const child = spawn(process.execPath, [worker.path], {
      env: { ...process.env, PLUGBOARD_KEYS: testKeys, BOARD_FILE: folder.file, INSTANCE: id },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let acknowledged = -1
    child.stdout.on('data', (data: Buffer) => {
      for (const line of data.toString().trim().split('\n')) acknowledged = Math.max(acknowledged, Number(line))
    })
    await once(child.stdout, 'data')
    // At another moment each round, wherever the edits then are.
    await new Promise((resolve) => setTimeout(resolve, 20 + round * 17))
    child.kill('SIGKILL')
    await once(child, 'close')
    await board.refresh()
    const now = await board.admin.get(id)
    expect(now.state).toStrictEqual({ ok: true })
    const note = Number((now.config as { note: string }).note)
    expect(note).toBeGreaterThanOrEqual(acknowledged)
    const [last] = await board.admin.history({ instance: id, limit: 1 })
    expect(last?.changed).toContain('config.note')
    expect((board.get(Gateway) as Bank).note).toBe(String(note))
    expect(now.configRevision).toBe((await board.admin.history({ instance: id, limit: 500 })).length)
    expect(now.tags).toStrictEqual([`t${note}`])
  }
}, 60_000)
