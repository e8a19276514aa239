import { expect, test } from 'vitest'
import { actor, Gateway } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'
import { generateKey, type CreateInput } from '../index.ts'

const [k1, k2] = ['k1', 'k2'].map((id) => generateKey(id)) as [string, string]
const bank = (name: string): CreateInput => ({ type: Gateway, plugin: 'bank', name, config: { apiKey: `secret-of-${name}` } })

test('[20] verifying opens every token, and tells which key nothing needs any more', async () => {
  await using opened = await openBoard({ keys: k1 })
  const { id } = await opened.board.admin.create(bank('Main'), { actor })
  await opened.board.admin.create(bank('Gone'), { actor }).then((gone) => opened.board.admin.remove(gone.id, { actor }))
  await opened.board.admin.update(id, { config: { note: 'two' } }, { actor })
  await opened.board.close()
  const board = await opened.another({ keys: `${k2},${k1}` })
  const { revision } = await board.internals.store.head()
  const none = { live: 0, removed: 0, history: 0 }
  const all = { live: 1, removed: 1, history: 4 }
  const progress: unknown[] = []
  expect(await board.admin.verifyKeys({ onProgress: (state) => void progress.push(state) })).toStrictEqual({
    ok: true,
    checked: all,
    failed: 0,
    failures: [],
    keys: [
      { keyId: 'k2', ...none, inKeyring: true, keyCheck: false, seals: true, removable: false },
      { keyId: 'k1', ...all, inKeyring: true, keyCheck: true, seals: false, removable: false },
    ],
  })
  expect(progress).toStrictEqual([2, 5].map((done) => ({ done, total: 5 })))
  expect((await board.internals.store.head()).revision).toBe(revision)
  await board.admin.rotateKeys({}, { actor })
  expect((await board.admin.verifyKeys()).keys).toStrictEqual([
    { keyId: 'k2', ...all, inKeyring: true, keyCheck: true, seals: true, removable: false },
    { keyId: 'k1', ...none, inKeyring: true, keyCheck: false, seals: false, removable: true },
  ])
})

test('[21] a key that tokens name and the keyring lacks is listed with what it is needed for; no secret is in a report', async () => {
  await using opened = await openBoard({ keys: `${k2},${k1}` })
  await opened.board.admin.create(bank('Main'), { actor })
  await opened.board.close()
  const board = await opened.another({ keys: `${k1},${k2}` })
  await board.admin.create(bank('Old'), { actor })
  await board.close()
  const without = await opened.another({ keys: k2 })
  const report = await without.admin.verifyKeys()
  expect(report).toMatchObject({ ok: false, failed: 2, checked: { live: 2, removed: 0, history: 2 } })
  expect(report.failures.map(({ kind, instance, keyId, reason }) => [kind, instance?.name, keyId, reason])).toStrictEqual([
    ['live', 'Old', 'k1', 'unknown_key'],
    ['history', 'Old', 'k1', 'unknown_key'],
  ])
  expect(report.keys).toMatchObject([
    { keyId: 'k2', inKeyring: true },
    { keyId: 'k1', inKeyring: false, removable: false, live: 1, history: 1 },
  ])
  expect(JSON.stringify(report)).not.toMatch(/secret-of/)
  for (const key of [k1, k2]) expect(JSON.stringify(report)).not.toContain(key.slice(3))
})
