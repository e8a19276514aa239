import { describe, expect } from 'vitest'
import { generateKey } from '../../src/index.ts'
import { skipWithReason } from '../skip.ts'
import { actor, Gateway } from '../support/gateways.ts'
import { openBoard } from '../support/open-board.ts'
import { restrictedMariadb, restrictedPostgres } from '../support/restricted-databases.ts'

for (const kind of [restrictedPostgres, restrictedMariadb]) {
  describe(`as the roles of ${kind.name}`, () => {
    const test = skipWithReason(kind.wanting)

    test('everything that a running board does is done with the rights that the guide grants', async () => {
      const [k1, k2] = [generateKey('k1'), generateKey('k2')]
      await using opened = await openBoard({ keys: k1, heartbeatEvery: 1_000 } as object, kind)
      const { board } = opened
      const { id } = await board.admin.create({ type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' } }, { actor })
      await board.admin.update(id, { name: 'Other', config: { note: 'x' } }, { actor })
      await board.admin.setStatus([id], 'active', { actor })
      await board.admin.test(id, { actor })
      const ids = board.instances(Gateway).map((each) => each.id)
      await board.admin.reorder(Gateway, ids.toReversed(), { actor })
      await board.admin.remove(id, { actor })
      await board.admin.restore(id, { actor })
      await board.close()
      const later = await opened.another({ keys: `${k2},${k1}` })
      expect(await later.admin.rotateKeys({}, { actor })).toMatchObject({ failed: 0 })
      await later.admin.purgeHistory({ olderThan: Date.now() - 1, tombstones: true }, { actor })
      await later.sync({ mode: 'update', prune: true })
      expect((await later.status()).processes).not.toEqual([])
      expect(await later.findDrift()).toEqual([])
      expect((await later.admin.history()).map(({ action }) => action)).toContain('purge')
    })

    test('the role that runs makes no table, and is told what it lacks', async () => {
      await using database = await kind.open()
      const store = database.bare.open({ now: Date.now })
      await expect(store.migrate()).rejects.toMatchObject({
        code: 'store',
        message: expect.stringMatching(/does not allow this\. Grant what plugboard needs/),
      })
      const owner = database.factory.open({ now: Date.now })
      await owner.migrate()
      await owner.close()
      // Where nothing is missing nothing is to be allowed.
      expect((await store.migrate()).applied).toEqual([])
      await store.close()
    })
  })
}
