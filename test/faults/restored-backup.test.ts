import { expect } from 'vitest'
import { describeEachDatabase } from '../support/databases.ts'
import { actor, Gateway } from '../support/gateways.ts'
import { openBoard, until } from '../support/open-board.ts'

describeEachDatabase((kind, databaseTest) => {
  databaseTest(
    '[42] a backup that is restored under running boards, seen by its epoch or by a revision that went down, is read again as a whole',
    async () => {
      await using opened = await openBoard({}, kind)
      const { board, database } = opened
      const { id } = await board.admin.create(
        { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active', priority: 1 },
        { actor },
      )
      const another = await opened.another()
      const bothServe = (name: string) =>
        until(
          async () =>
            (await Promise.all([board, another].map((each) => each.use(Gateway).charge('o')))).every((said) => said === `${name}: o`),
          30_000,
        )
      await bothServe('Main')
      for (let n = 0; n < 5; n++) await board.admin.update(id, { tags: [`t${n}`] }, { actor })
      // The rows say nothing new by themselves: only the whole tells that another name stands there.
      const backup = async (name: string, meta: string): Promise<void> => {
        await database.sql(`update plugboard_instances set name = '${name}'`)
        await database.sql(`update plugboard_meta set ${meta}`)
      }
      await backup('From another database', `epoch = 'of-another-database'`)
      await bothServe('From another database')
      expect((await another.status()).epoch).toBe('of-another-database')
      await backup('From yesterday', 'revision = revision - 4')
      await bothServe('From yesterday')
      expect((await another.status()).revision).toBe((await board.internals.store.head()).revision)
      // And on it goes from there.
      await another.admin.update(id, { name: 'Today' }, { actor })
      await bothServe('Today')
    },
  )
})
