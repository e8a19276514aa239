import { expect, test } from 'vitest'
import { z } from 'zod'
import { TempFolder, testKeys } from '../../test/support/open-board.ts'
import { createBoard, Plugin, PluginType, type Methods, type PluginClass } from '../index.ts'
import { sqlite } from '../sqlite.ts'
import type { Store } from '../store/index.ts'

/** As many plugins of one type as wanted, every other one configurable. */
function manyPlugins(count: number): PluginClass[] {
  abstract class Many extends PluginType('many') {
    static readonly methods: Methods<Many> = { go: 'once' }
    abstract go(): Promise<void>
  }
  return Array.from({ length: count }, (_, n) => {
    class One extends Plugin(Many, { key: `p${n}`, ...(n % 2 === 0 ? { config: z.object({}) } : {}) }) {
      async go(): Promise<void> {}
    }
    return One
  })
}

test('[26] the second sync changes nothing: at most 5 statements at 10,000 plugins, and the first one a constant number', async () => {
  await using folder = Object.assign(new TempFolder(), { [Symbol.asyncDispose]: async () => {} })
  const first: number[] = []
  for (const count of [100, 10_000]) {
    const statements: string[] = []
    const factory = sqlite(`${folder.file}-${count}`)
    const store = {
      ...factory,
      open: (options: Parameters<typeof factory.open>[0]): Store =>
        factory.open({ ...options, onStatement: (sql) => void statements.push(sql) }),
    }
    await using board = createBoard({ plugins: manyPlugins(count), store, keys: testKeys })
    await board.migrate()
    statements.length = 0
    expect((await board.sync()).plugins.created).toHaveLength(count)
    first.push(statements.length)
    statements.length = 0
    expect((await board.sync()).changed).toBe(false)
    const own = statements.filter((sql) => !/schema_version/.test(sql))
    expect(own.length, own.join('\n')).toBeLessThanOrEqual(5)
    expect(own.filter((sql) => !sql.startsWith('select'))).toStrictEqual([])
  }
  expect(first[1]).toBe(first[0])
})
