import { expect, test } from 'vitest'
import { z } from 'zod'
import { actor } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'
import { Plugin, PluginType, type Methods } from '../index.ts'

abstract class Sender extends PluginType('sender') {
  static readonly methods: Methods<Sender> = { send: 'once' }
  abstract send(): Promise<void>
}

class Asking extends Plugin(Sender, {
  key: 'asking',
  config: z.object({ url: z.string().refine((url) => url !== 'hangs' || new Promise<boolean>(() => {})) }),
}) {
  async send(): Promise<void> {}
}

test('validating that never ends ends every save and every test of a draft at a deadline; nothing is written', async () => {
  await using opened = await openBoard({ plugins: [Asking], buildDeadline: 30 })
  const { admin } = opened.board
  const hangs = { url: 'hangs' }
  const { id } = await admin.create({ type: Sender, plugin: 'asking', name: 'one', config: { url: 'a' } }, { actor })
  await admin.update(id, { config: { url: 'b' } }, { actor })
  const { revision } = opened.board.internals.runtime
  const refused = { code: 'deadline', deadline: 30, message: "Validating the config of 'asking' did not end within 30 ms." }
  for (const force of [false, true]) {
    const input = { type: Sender, plugin: 'asking', name: 'two', config: hangs }
    await expect(admin.create(input, { actor, force })).rejects.toMatchObject(refused)
    await expect(admin.update(id, { config: hangs }, { actor, force })).rejects.toMatchObject(refused)
  }
  const outcome = { ok: false, failed: 'validates', message: "Validating the config of 'asking' did not end within 20 ms." }
  const draft = { type: Sender, plugin: 'asking', config: hangs }
  expect(await admin.testDraft(draft, { actor, deadline: 20 })).toMatchObject({ ...outcome, passed: ['registered'] })
  const passed = ['registered', 'decrypts']
  expect(await admin.testDraft({ instance: id, config: hangs }, { actor, deadline: 20 })).toMatchObject({ ...outcome, passed })
  await opened.board.refresh()
  expect(opened.board.internals.runtime.revision).toBe(revision)

  class Hanging extends Plugin(Sender, {
    key: 'asking',
    config: z.object({ url: z.string().refine(() => new Promise<boolean>(() => {})) }),
  }) {
    async send(): Promise<void> {}
  }
  const next = await opened.another({ plugins: [Hanging] })
  const created = (await admin.history({ instance: id })).at(-1)?.id ?? ''
  await expect(next.admin.rollback(id, created, { actor })).rejects.toMatchObject(refused)
  expect(await next.admin.get(id)).toMatchObject({ state: { ok: false, reason: 'deadline' }, config: { url: 'b' } })
})
