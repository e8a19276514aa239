import { expect, test } from 'vitest'
import { fine, sampleHouse, show } from '../../test/cli/sample-board.ts'

const opened = sampleHouse()

interface Entry {
  readonly id: string
  readonly action: string
  readonly config: {
    readonly fields: readonly { readonly path: string; readonly secret: boolean; readonly before?: unknown; readonly after?: unknown }[]
  }
}

test('history --diff shows what happened to a config, and of a secret only that it changed', async () => {
  const room = opened.house.room(opened.template)
  fine(
    await room.plugboard(['instance', 'set', 'Main', '--set', 'port=26', '--set-env', 'apiKey=KEY'], { env: { KEY: 'secret-of-later' } }),
  )
  const told = fine(await room.plugboard(['history', 'Main', '--diff'])).stdout
  expect(told).toContain('port: 25 → 26')
  expect(told).toContain('apiKey: (secret, changed)')
  expect(told).not.toMatch(/secret-of/)
  const { entries } = fine(await room.plugboard(['history', 'Main', '--diff', '--json'])).json<{ entries: Entry[] }>()
  expect(entries[0]?.config.fields).toEqual([
    { path: 'port', secret: false, before: 25, after: 26 },
    { path: 'apiKey', secret: true },
  ])
})

test('instance rollback brings the config back to an entry of the history, with its secret of that time', async () => {
  const room = opened.house.room(opened.template)
  fine(
    await room.plugboard(['instance', 'set', 'Main', '--name', 'Wrong', '--set', 'port=26', '--set-env', 'apiKey=KEY'], {
      env: { KEY: 'wrong-secret' },
    }),
  )
  const { entries } = fine(await room.plugboard(['history', 'Wrong', '--json'])).json<{ entries: Entry[] }>()
  fine(await room.plugboard(['instance', 'rollback', 'Wrong', '--to', entries.at(-1)?.id ?? '']))
  expect(await show(room, 'Main')).toMatchObject({
    status: 'active',
    config: { port: 25 },
    secrets: [{ path: 'apiKey', set: true }, { path: 'login.password' }],
  })
  expect((await room.plugboard(['instance', 'rollback', 'Main'])).code).toBe(64)
  const foreign = await room.plugboard(['instance', 'rollback', 'Main', '--to', 'nonsense'])
  expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining('no entry of this instance')])
})

test('[27] sync --prune refuses configured instances, can be tried first, and what it removes can be restored', async () => {
  const room = opened.house.room(opened.template)
  const env = { WITHOUT: 'api' }
  const { id } = await show(room, 'Main')
  const refused = await room.plugboard(['sync', '--prune'], { env })
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('mailer/api: ')])
  expect(fine(await room.plugboard(['sync', '--prune', '--force', '--dry-run'], { env })).stdout).toContain(
    '- mailer/api, with 2 instances',
  )
  expect((await show(room, 'Main')).id).toBe(id)
  expect(fine(await room.plugboard(['sync', '--prune', '--force', '--json'], { env })).json()).toMatchObject({
    pruned: [{ key: 'mailer/api', instances: 2 }],
  })
  expect((await room.plugboard(['instance', 'show', 'Main'])).code).toBe(1)
  expect(fine(await room.plugboard(['sync'])).stdout).toContain('mailer/api, which was removed before, is back')
  fine(await room.plugboard(['instance', 'restore', id]))
  expect(await show(room, 'Main')).toMatchObject({ id, status: 'disabled', config: { port: 25 } })
  expect((await room.plugboard(['sync', '--force'])).code).toBe(64)
  expect((await room.plugboard(['sync', '--prun'])).code).toBe(64)
})
