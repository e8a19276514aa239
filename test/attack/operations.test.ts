import { expect, test } from 'vitest'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { openBoard } from '../support/open-board.ts'
import { StoreError } from '../../src/index.ts'
import type { Store } from '../../src/store/index.ts'

test('restoring under a taken name cuts a long name between characters, never inside one', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { admin } = opened.board
  const name = `${'x'.repeat(244)}😀😀😀`
  const input = { type: Gateway, plugin: 'bank', name, config: { apiKey: 'key-one' } }
  const { id } = await admin.create(input, { actor })
  await admin.remove(id, { actor })
  await admin.create(input, { actor })
  const restored = await admin.restore(id, { actor })
  expect(Buffer.from(restored.name).toString()).toBe(restored.name)
})

test('restore takes an id in capitals, as every other call does', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { admin } = opened.board
  const { id } = await admin.create({ type: Gateway, plugin: 'bank', name: 'one', config: { apiKey: 'key-one' } }, { actor })
  await admin.remove(id.toUpperCase(), { actor })
  await expect(admin.restore(id.toUpperCase(), { actor })).resolves.toMatchObject({ id })
})

test('a history limit that is no number is taken as the default', async () => {
  await using opened = await openBoard({ plugins: [Bank, Cash] })
  await expect(opened.board.admin.history({ limit: Number.NaN })).resolves.toBeInstanceOf(Array)
})

test('a test deadline that is no number is refused, not an immediate failure that is kept as health', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  const { admin } = board
  const { id } = await admin.create({ type: Gateway, plugin: 'bank', name: 'one', config: { apiKey: 'key-one' } }, { actor })
  Bank.act = async (_, call) => {
    if (call === 'onTest') await new Promise((resolve) => setTimeout(resolve, 30))
  }
  // What a timer can't count is refused, as createBoard refuses it: it is not cut to something else in silence.
  for (const deadline of [Number.NaN, 2 ** 31, -1, 0]) {
    await expect(admin.test(id, { actor, deadline })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(admin.testDraft({ instance: id }, { actor, deadline })).rejects.toMatchObject({ code: 'invalid_input' })
  }
  expect(await board.internals.store.read((reader) => reader.health([id]))).toEqual([])
  expect(await admin.test(id, { actor, deadline: 2 ** 31 - 1 })).toMatchObject({ ok: true })
})

test('a rollback moves no traffic by itself', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  const create = (name: string, priority: number) =>
    board.admin.create({ type: Gateway, plugin: 'bank', name, priority, config: { apiKey: 'key-one' }, status: 'active' }, { actor })
  const first = await create('first', 1)
  await create('second', 5)
  await board.admin.update(first.id, { priority: 9 }, { actor })
  expect((await board.explain(Gateway)).find((each) => each.chosen)?.name).toBe('second')
  const created = (await board.admin.history({ instance: first.id })).at(-1)
  await board.admin.rollback(first.id, created?.id ?? '', { actor })
  expect((await board.explain(Gateway)).find((each) => each.chosen)?.name).toBe('second')
})

test('a save that was written is not told as failed because reading it back failed', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 60_000 })
  const { board } = opened
  const store: Store = board.internals.store
  const read = store.read.bind(store)
  const write = store.write.bind(store)
  let away = false
  store.read = (work) => (away ? Promise.reject(new StoreError('the database went away')) : read(work))
  store.write = async (work) => {
    const done = await write(work)
    away = true
    return done
  }
  const saved = await board.admin.create({ type: Gateway, plugin: 'bank', name: 'one', config: { apiKey: 'key-one' } }, { actor }).then(
    () => 'told as saved',
    (error: unknown) => `told as failed: ${String(error)}`,
  )
  away = false
  store.write = write
  expect(saved).toBe('told as saved')
})
