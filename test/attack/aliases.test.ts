import { expect, test } from 'vitest'
import { createBoard, Plugin, PluginType, type Board, type Methods } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { actor } from '../support/gateways.ts'
import { TempFolder } from '../support/open-board.ts'

/** A release of an application that registers one type with one plugin, under these keys. */
async function release(
  file: string,
  type: string,
  plugin: string,
  aliases: { type?: string[]; plugin?: string[] } = {},
): Promise<{ board: Board; names: () => string[]; type: string }> {
  abstract class Type extends PluginType(type, { aliases: aliases.type ?? [] }) {
    static readonly methods: Methods<Type> = { go: 'once' }
    abstract go(): Promise<void>
  }
  class Made extends Plugin(Type, { key: plugin, aliases: aliases.plugin ?? [] }) {
    async go(): Promise<void> {}
  }
  const board = createBoard({ plugins: [Made], store: sqlite(file), migrate: 'on-start', sync: 'on-start', refreshEvery: 50 })
  await board.ready()
  return { board, type, names: () => board.instances(Type).map((each) => each.name) }
}

/** A database in which both the old and the new keys have rows: the release in between had no aliases. */
async function bothRows(file: string): Promise<Awaited<ReturnType<typeof release>>> {
  for (const [type, plugin] of [
    ['old', 'p1'],
    ['new', 'p2'],
  ] as const) {
    const { board } = await release(file, type, plugin)
    await board.close()
  }
  return release(file, 'new', 'p2', { type: ['old'], plugin: ['p1'] })
}

test('an instance stored under an alias can be moved before one stored under the key', async () => {
  using folder = new TempFolder()
  const { board, type } = await bothRows(folder.file)
  await using _ = board
  const { ids } = await board.admin.order(type)
  expect(ids).toHaveLength(2)
  const moved = await board.admin.move(ids[1] ?? '', { before: ids[0] ?? '' }, { actor })
  expect(moved.ids).toEqual(ids.toReversed())
})

test('a name is unique among the instances of a plugin, those stored under its alias included', async () => {
  using folder = new TempFolder()
  const { board, type, names } = await bothRows(folder.file)
  await using _ = board
  const taken = names().find((name) => name === 'p1') ?? ''
  await expect(board.admin.create({ type, plugin: 'p2', name: taken }, { actor })).rejects.toMatchObject({ code: 'duplicate_name' })
})
