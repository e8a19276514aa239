import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AdminClient } from '../../src/admin/client.ts'
import { Listener } from '../support/listener.ts'
import { openAdmin } from '../support/open-admin.ts'
import { TempFolder } from '../support/open-board.ts'
import { Plain, Variants } from '../support/posters.ts'

const params = { type: 'poster' }
const secret = 'the-secret-of-the-provider'
const reentry = { status: 422, problem: { code: 'secret_reentry_required', errors: [{ pointer: '/config/token' }] } }
const destination = { status: 422, problem: { code: 'secret_reference', errors: [{ pointer: '/config/token' }] } }

/** Each way over HTTP to have a stored secret sent elsewhere. */
async function attack(client: AdminClient, id: string, config: object): Promise<void> {
  const before = await client.request('getInstance', { params: { id } })
  for (const token of [undefined, '', null]) {
    const tried = token === undefined ? config : { ...config, token }
    for (const force of [false, true])
      await expect(client.request('updateInstance', { params: { id }, match: '*', body: { config: tried, force } })).rejects.toMatchObject(
        token === null ? { status: 422 } : reentry,
      )
    await expect(client.request('testInstanceDraft', { params: { id }, body: { config: tried } })).rejects.toMatchObject(
      token === null ? { status: 422 } : reentry,
    )
  }
  // Nothing was written.
  expect(await client.request('getInstance', { params: { id } })).toStrictEqual(before)
}

test('fault 17: over HTTP a kept secret follows no changed address into another variant of oneOf, nor after a removal and restoration', async () => {
  await using opened = await openAdmin({ board: { plugins: [Plain, Variants] } })
  await using ours = await Listener.open()
  await using rogue = await Listener.open()
  const client = opened.as('all')
  const body = { plugin: 'variants', name: 'Main', config: { token: secret, to: { kind: 'here', url: ours.url } } }
  const made = await client.request('createInstance', { params, body })
  const elsewhere = [
    { to: { kind: 'here', url: rogue.url } },
    { to: { kind: 'there', host: '127.0.0.1', port: rogue.port } },
    // The fields of both at once: what does not belong to the variant is no way around.
    { to: { kind: 'there', host: '127.0.0.1', port: rogue.port, url: ours.url } },
  ]
  for (const config of elsewhere.slice(0, 2)) await attack(client, made.id, config)
  for (const force of [false, true])
    await expect(
      client.request('updateInstance', { params: made, match: '*', body: { config: elsewhere[2], force } }),
    ).rejects.toMatchObject({ status: 422 })
  const now = await client.request('getInstance', { params: made })
  await client.request('removeInstance', { params: made, match: now.revision })
  await client.request('restoreInstance', { params: made })
  await attack(client, made.id, elsewhere[0] ?? {})
  expect(rogue.heard).toStrictEqual([])
  // With the address as it was, the secret is kept and does arrive; with it entered again, it goes where it is to go.
  ours.heard.length = 0
  const kept = await client.request('getInstance', { params: made })
  await client.request('updateInstance', { params: made, match: kept.revision, body: { config: { to: { kind: 'here', url: ours.url } } } })
  expect(await client.request('testInstance', { params: made })).toMatchObject({ ok: true })
  expect(new Set(ours.heard)).toStrictEqual(new Set([secret]))
  const again = { token: 'entered-again', to: { kind: 'there', host: '127.0.0.1', port: rogue.port } }
  await client.request('updateInstance', { params: made, match: '*', body: { config: again } })
  expect(new Set(rogue.heard)).toStrictEqual(new Set(['entered-again']))
})

test('fault 17: over HTTP what a reference names goes nowhere but where the code says, kept, typed anew, in another variant, or rolled back', async () => {
  await using ours = await Listener.open()
  await using rogue = await Listener.open()
  using folder = new TempFolder()
  const file = join(folder.path, 'token')
  writeFileSync(file, secret)
  process.env['FAULT_17_TOKEN'] = secret
  const to = [ours.url, '127.0.0.1', String(ours.port)]
  const references = {
    env: [{ name: 'FAULT_17_*', to }],
    file: [{ path: `${folder.path}/`, to }],
    resolvers: { vault: { resolve: async () => secret, to } },
  }
  await using opened = await openAdmin({ board: { plugins: [Plain, Variants], references } })
  const client = opened.as('all')
  try {
    for (const $ref of ['env:FAULT_17_TOKEN', `file:${file}`, 'vault:token']) {
      const typed = { url: rogue.url, token: { $ref } }
      const create = { params, body: { plugin: 'plain', name: $ref.slice(0, 5), config: { url: ours.url, token: { $ref } } } }
      const made = await client.request('createInstance', create)
      expect(made.secrets).toMatchObject([{ path: 'token', set: true, reference: $ref, resolves: true }])
      await attack(client, made.id, { url: rogue.url })
      for (const force of [false, true]) {
        await expect(client.request('updateInstance', { params: made, match: '*', body: { config: typed, force } })).rejects.toMatchObject(
          destination,
        )
        await expect(
          client.request('createInstance', { params, body: { plugin: 'plain', name: 'theirs', config: typed, force } }),
        ).rejects.toMatchObject(destination)
      }
      await expect(client.request('testInstanceDraft', { params: made, body: { config: typed } })).rejects.toMatchObject(destination)
      await expect(client.request('testDraft', { params: { ...params, plugin: 'plain' }, body: { config: typed } })).rejects.toMatchObject(
        destination,
      )
      const variant = { token: { $ref }, to: { kind: 'there', host: '127.0.0.1', port: ours.port } }
      const changing = await client.request('createInstance', {
        params,
        body: { plugin: 'variants', name: $ref.slice(0, 5), config: variant },
      })
      await attack(client, changing.id, { to: { kind: 'here', url: rogue.url } })
      const other = { token: { $ref }, to: { kind: 'here', url: rogue.url } }
      await expect(
        client.request('updateInstance', { params: changing, match: '*', body: { config: other, force: true } }),
      ).rejects.toMatchObject(destination)
      // An address of theirs with a secret of theirs first; then back to where the reference was, by the history.
      await client.request('updateInstance', { params: made, match: '*', body: { config: { url: rogue.url, token: 'their-own' } } })
      const { entries } = await client.request('listInstanceHistory', { params: made })
      const first = entries.find(({ action }) => action === 'create')?.id ?? ''
      await client.request('rollbackInstance', { params: made, match: '*', body: { entry: first } })
      await attack(client, made.id, { url: rogue.url })
      ours.heard.length = 0
      expect(await client.request('testInstance', { params: made })).toMatchObject({ ok: true })
      expect(new Set(ours.heard)).toStrictEqual(new Set([secret]))
    }
    expect(new Set(rogue.heard)).toStrictEqual(new Set(['their-own']))
  } finally {
    delete process.env['FAULT_17_TOKEN']
  }
})
