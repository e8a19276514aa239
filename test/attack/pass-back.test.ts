import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SecretReentryRequiredError, SecretReferenceError, type Board, type CreateInput, type Json } from '../../src/index.ts'
import { actor } from '../support/gateways.ts'
import { Listener } from '../support/listener.ts'
import { openBoard, TempFolder } from '../support/open-board.ts'
import { Plain, Poster, Variants } from '../support/posters.ts'

const secret = `the-secret-${crypto.randomUUID()}`
const input = (plugin: string, config: Json): CreateInput => ({ type: Poster, plugin, name: plugin, config, status: 'active' })

/** What an attacker who may configure tries with a stored secret: each way to have it sent elsewhere. */
async function attack(board: Board, id: string, config: object, changed: readonly string[]): Promise<void> {
  const { admin } = board
  const refused = { code: 'secret_reentry_required', secrets: [{ secret: 'token', changed }] }
  for (const force of [false, true]) {
    const saved = await admin.update(id, { config }, { actor, force }).catch((error: unknown) => error)
    expect(saved).toBeInstanceOf(SecretReentryRequiredError)
    expect(saved).toMatchObject(refused)
    // A blank text is no secret either.
    await expect(admin.update(id, { config: { ...config, token: '' } }, { actor, force })).rejects.toMatchObject(refused)
  }
  await expect(admin.testDraft({ instance: id, config }, { actor })).rejects.toMatchObject(refused)
  await expect(admin.testDraft({ instance: id, config: { ...config, token: '' } }, { actor })).rejects.toMatchObject(refused)
}

test('attack 17: a kept secret is sent to no other address: not by a save, a draft test, a test, a rollback, a restoration or another variant', async () => {
  await using rogue = await Listener.open()
  await using ours = await Listener.open()
  await using opened = await openBoard({ plugins: [Plain, Variants] })
  const { board } = opened
  const { admin } = board
  const { id } = await admin.create(input('plain', { url: ours.url, token: secret }), { actor })
  await attack(board, id, { url: rogue.url }, ['url'])

  // Rolled back to an address of theirs, the secret that was there comes back with it, and not the one that is stored now.
  const theirs = await admin.create({ ...input('plain', { url: rogue.url, token: 'their-own' }), name: 'theirs' }, { actor })
  const [entry] = await admin.history({ instance: theirs.id })
  await admin.update(theirs.id, { config: { url: ours.url, token: secret } }, { actor })
  await admin.rollback(theirs.id, entry?.id ?? '', { actor })
  await admin.test(theirs.id, { actor })
  await expect(admin.rollback(id, entry?.id ?? '', { actor }), "another instance's entry").rejects.toMatchObject({ code: 'invalid_input' })
  // Removed and restored, an instance is what it was, and as bound.
  await admin.remove(id, { actor })
  await admin.restore(id, { actor })
  await attack(board, id, { url: rogue.url }, ['url'])
  // A restored one under the name of another takes nothing of it.
  await admin.remove(theirs.id, { actor })
  await admin.restore(theirs.id, { actor })
  await admin.test(theirs.id, { actor })

  const variants = await admin.create(input('variants', { token: secret, to: { kind: 'here', url: ours.url } }), { actor })
  await attack(board, variants.id, { to: { kind: 'here', url: rogue.url } }, ['to.url'])
  await attack(board, variants.id, { to: { kind: 'there', host: '127.0.0.1', port: rogue.port } }, ['to.url', 'to.host', 'to.kind'])

  expect(new Set(rogue.heard)).toEqual(new Set(['their-own']))
  // Positive control: with the address unchanged the secret is kept, and does arrive.
  ours.heard.length = 0
  await admin.update(id, { config: { url: ours.url } }, { actor })
  expect(await admin.testDraft({ instance: id, config: { url: ours.url } }, { actor })).toMatchObject({ ok: true })
  expect(await admin.testDraft({ instance: variants.id, config: { to: { kind: 'here', url: ours.url } } }, { actor })).toMatchObject({
    ok: true,
  })
  expect(await admin.test(id, { actor })).toMatchObject({ ok: true })
  expect(ours.heard.length).toBeGreaterThanOrEqual(5)
  expect(new Set(ours.heard)).toEqual(new Set([secret]))
})

test('attack 17: what a reference names is sent nowhere but where the code says, kept or typed anew, by whatever operation', async () => {
  await using rogue = await Listener.open()
  await using ours = await Listener.open()
  await using other = await Listener.open()
  using folder = new TempFolder()
  const file = join(folder.path, 'token')
  writeFileSync(file, secret)
  process.env['ATTACK_17_TOKEN'] = secret
  const to = [ours.url, other.url, '127.0.0.1', String(ours.port)]
  const references = {
    env: [{ name: 'ATTACK_17_*', to }],
    file: [{ path: `${folder.path}/`, to }],
    resolvers: { vault: { resolve: async () => secret, to } },
  }
  await using opened = await openBoard({ plugins: [Plain, Variants], references })
  const { board } = opened
  const { admin } = board

  for (const $ref of ['env:ATTACK_17_TOKEN', `file:${file}`, 'vault:token']) {
    const name = $ref.slice(0, 5)
    const { id } = await admin.create({ ...input('plain', { url: ours.url, token: { $ref } }), name }, { actor })
    await attack(board, id, { url: rogue.url }, ['url'])
    // To another address that the code names, the reference must be given anew.
    await attack(board, id, { url: other.url }, ['url'])
    await admin.update(id, { config: { url: other.url, token: { $ref } } }, { actor })

    // What it says is shown to everybody: typing it proves nothing.
    const typed = { url: rogue.url, token: { $ref } }
    const refused = { code: 'secret_reference', problems: [{ secret: 'token', reason: 'destination' }] }
    for (const force of [false, true]) {
      const saved = await admin.update(id, { config: typed }, { actor, force }).catch((error: unknown) => error)
      expect(saved).toBeInstanceOf(SecretReferenceError)
      expect(saved).toMatchObject(refused)
      await expect(admin.create({ ...input('plain', typed), name: 'new' }, { actor, force })).rejects.toMatchObject(refused)
    }
    await expect(admin.testDraft({ instance: id, config: typed }, { actor })).rejects.toMatchObject(refused)
    await expect(admin.testDraft({ type: Poster, plugin: 'plain', config: typed }, { actor })).rejects.toMatchObject(refused)
    // First an address with a secret of their own, then the reference.
    const theirs = await admin.create({ ...input('plain', { url: rogue.url, token: 'their-own' }), name: `theirs ${name}` }, { actor })
    await expect(admin.update(theirs.id, { config: typed }, { actor, force: true })).rejects.toMatchObject(refused)
    // In another variant.
    const variants = { token: { $ref }, to: { kind: 'there', host: '127.0.0.1', port: ours.port } }
    const changing = await admin.create({ ...input('variants', variants), name: `variants ${name}` }, { actor })
    await attack(board, changing.id, { to: { kind: 'here', url: rogue.url } }, ['to.url', 'to.host', 'to.kind'])
    await expect(
      admin.update(changing.id, { config: { token: { $ref }, to: { kind: 'here', url: rogue.url } } }, { actor }),
    ).rejects.toMatchObject(refused)
  }

  // An entry of the history from when the code still named their address, and a row from then.
  const before = await opened.another({ references: { ...references, env: [{ name: 'ATTACK_17_*', to: [rogue.url, ours.url] }] } })
  const old = await admin.create({ ...input('plain', { url: ours.url, token: { $ref: 'env:ATTACK_17_TOKEN' } }), name: 'old' }, { actor })
  rogue.heard.length = 0
  const config = { url: rogue.url, token: { $ref: 'env:ATTACK_17_TOKEN' } }
  await before.admin.update(old.id, { config }, { actor })
  expect(rogue.heard, 'positive control: the rogue listener hears what it is sent').toContain(secret)
  await before.close()
  rogue.heard.length = 0
  const [entry] = await admin.history({ instance: old.id })
  await board.refresh()
  expect(await admin.test(old.id, { actor })).toMatchObject({ ok: false, failed: 'resolves' })
  expect(await admin.get(old.id)).toMatchObject({ state: { ok: false, reason: 'reference_unresolved' } })
  await expect(board.getById(Poster, old.id)).rejects.toMatchObject({ code: 'unloadable', reason: 'reference_unresolved' })
  await admin.update(old.id, { config: { url: ours.url, token: { $ref: 'env:ATTACK_17_TOKEN' } } }, { actor })
  for (const force of [false, true])
    await expect(admin.rollback(old.id, entry?.id ?? '', { actor, force })).rejects.toMatchObject({ code: 'secret_reference' })
  expect(rogue.heard.filter((each) => each !== 'their-own')).toEqual([])

  // Positive control: where the code says, the secret arrives.
  ours.heard.length = 0
  expect(await admin.test(old.id, { actor })).toMatchObject({
    ok: true,
    passed: ['registered', 'decrypts', 'resolves', 'validates', 'builds', 'onTest'],
  })
  expect(ours.heard).toContain(secret)
  delete process.env['ATTACK_17_TOKEN']
})
