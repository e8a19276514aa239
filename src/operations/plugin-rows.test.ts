import { expect, test } from 'vitest'
import { actor } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'
import { Plugin, PluginType, type Methods, type PluginClass } from '../index.ts'

/** A release whose one plugin has this key; each release registers it anew. */
function release(key: string, aliases: readonly string[] = []): PluginClass {
  abstract class Sender extends PluginType('sender') {
    static readonly methods: Methods<Sender> = { send: 'once' }
    abstract send(): Promise<void>
  }
  return class Post extends Plugin(Sender, { key, aliases }) {
    async send(): Promise<void> {}
  }
}

test('a name is unique over all rows of a plugin: at a creation, a renaming, a rollback and a restoration', async () => {
  await using opened = await openBoard({ plugins: [release('old')] })
  const { id } = await opened.board.admin.create({ type: 'sender', plugin: 'old', name: 'one' }, { actor })
  await opened.board.close()
  // Without its alias: the release before this one forgot it.
  await (await opened.another({ plugins: [release('new')] })).close()
  const { admin } = await opened.another({ plugins: [release('new', ['old'])] })
  const create = (name: string) => admin.create({ type: 'sender', plugin: 'new', name }, { actor })
  const duplicate = { code: 'duplicate_name', message: "'new' already has an instance named 'one'. Choose another name." }

  await expect(create('one')).rejects.toMatchObject(duplicate)
  const second = await create('two')
  await expect(admin.update(second.id, { name: 'one' }, { actor })).rejects.toMatchObject(duplicate)
  const [created] = await admin.history({ instance: id })
  await admin.update(id, { name: 'other' }, { actor })
  await admin.update(second.id, { name: 'one' }, { actor })
  await expect(admin.rollback(id, created?.id ?? '', { actor })).rejects.toMatchObject(duplicate)
  await admin.remove(second.id, { actor })
  await admin.update(id, { name: 'one' }, { actor })
  expect(await admin.restore(second.id, { actor })).toMatchObject({ name: 'one (2)' })
})
