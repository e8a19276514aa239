import { expect, test } from 'vitest'
import { actor } from '../../test/support/gateways.ts'
import { byToken, clientOf } from '../../test/support/open-admin.ts'
import { openBoard, until } from '../../test/support/open-board.ts'
import { generateKey, type Board } from '../index.ts'
import type { AdminClient } from './client.ts'
import { createAdmin } from './index.ts'

const [k1, k2] = ['k1', 'k2'].map((id) => generateKey(id)) as [string, string]
const ended = async (client: AdminClient) => {
  await until(async () => (await client.request('getKeys')).rotation?.state !== 'running')
  return (await client.request('getKeys')).rotation
}
const fill = async (board: Board): Promise<void> => {
  for (const name of ['One', 'Two'])
    await board.admin.create({ type: 'gateway', plugin: 'bank', name, config: { apiKey: `key-of-${name}` } }, { actor })
}

test('[20] a rotation is begun by one request and looked at by others; it stands in the history under who began it', async () => {
  await using opened = await openBoard({ keys: k1 })
  await fill(opened.board)
  await opened.board.close()
  const board = await opened.another({ keys: `${k2},${k1}` })
  const admin = createAdmin(board, { authorize: byToken() })
  const client = clientOf(admin, 'all')
  expect(await client.request('getKeys')).toMatchObject({ primary: 'k2', rotation: null, keys: [{ instances: 0 }, { instances: 2 }] })
  // Held up before its first write, it is under way, and a second request begins no other.
  let go = (): void => {}
  const held = new Promise<void>((resolve) => (go = resolve))
  const { store } = board.internals
  const write = store.write.bind(store)
  Object.defineProperty(store, 'write', { value: async (work: never) => held.then(() => write(work)), configurable: true })
  expect(await client.request('rotateKeys')).toMatchObject({ state: 'running', by: 'all', done: 0, total: null })
  const { since } = (await client.request('rotateKeys')) as { readonly since: number }
  expect((await client.request('getKeys')).rotation).toMatchObject({ state: 'running', since })
  go()
  expect(await ended(client)).toMatchObject({ state: 'done', keyId: 'k2', resealed: 4, failed: 0, contested: 0 })
  Object.defineProperty(store, 'write', { value: write, configurable: true })
  expect(await client.request('getKeys')).toMatchObject({ keys: [{ id: 'k2', instances: 2 }, { instances: 0 }] })
  expect(await client.request('verifyKeys')).toMatchObject({ ok: true })
  const { entries } = await client.request('listHistory')
  expect(entries.filter(({ action }) => action === 'rotate').map((entry) => entry.actor.id)).toStrictEqual(['u-all'])
  admin.close()
})

test('[20] a rotation that is refused says why, and one may be begun again', async () => {
  await using opened = await openBoard({ keys: k1 })
  await fill(opened.board)
  // Another process that lives and lacks the key.
  const board = await opened.another({ keys: `${k2},${k1}` })
  const admin = createAdmin(board, { authorize: byToken() })
  const client = clientOf(admin, 'all')
  await client.request('rotateKeys')
  expect(await ended(client)).toMatchObject({ state: 'failed', code: 'key_not_everywhere', detail: expect.stringContaining("'k2'") })
  await opened.board.close()
  await client.request('rotateKeys')
  expect(await ended(client)).toMatchObject({ state: 'done', resealed: 4 })
  admin.close()
})

test('a fault in a rotation is told without its words, and logged', async () => {
  await using opened = await openBoard({ keys: k1 })
  const logged: unknown[] = []
  const say = (): void => {}
  const logger = { debug: say, info: say, warn: say, error: (given: unknown) => void logged.push(given) }
  const admin = createAdmin(opened.board, { authorize: byToken(), logger })
  Object.defineProperty(opened.board.admin, 'rotateKeys', { value: () => Promise.reject(new Error('the secret of it')) })
  const client = clientOf(admin, 'all')
  await client.request('rotateKeys')
  const told = await ended(client)
  expect(told).toMatchObject({ state: 'failed', code: 'internal' })
  expect(JSON.stringify(told)).not.toContain('the secret of it')
  expect(logged).toHaveLength(1)
  admin.close()
})
