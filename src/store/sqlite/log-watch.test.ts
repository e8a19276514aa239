import { expect, test } from 'vitest'
import { until } from '../../../test/support/open-board.ts'
import type { ChangeHint, Store } from '../index.ts'
import { loadSqlite } from './load-sqlite.ts'
import { sqlite } from './sqlite.ts'
import { temporaryFolder } from './temporary-folder.ts'

function opened(place: Parameters<typeof sqlite>[0]): Store & AsyncDisposable {
  const store = sqlite(place).open({ now: Date.now })
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() })
}

test('[42] what another connection writes is told with its revision, each time, through checkpoints', async () => {
  await using folder = await temporaryFolder()
  const file = folder.file('board.db')
  await using store = opened(file)
  await store.migrate()
  await using other = opened(file)
  const heard: ChangeHint[] = []
  const watch = store.watch?.((hint) => heard.push(hint))
  expect(watch?.source).toBe(`the log of sqlite (${file})`)
  try {
    await until(() => heard.length > 0)
    const { epoch } = await store.head()
    const raw = (await loadSqlite())(file)
    for (let n = 1; n <= 20; n++) {
      const revision = await other.write(async (writer) => writer.revision)
      await until(() => heard.some((hint) => hint.revision === revision && hint.epoch === epoch))
      if (n % 7 === 0) raw.exec('pragma wal_checkpoint(truncate)')
    }
    raw.close()
    // A burst may be told as one, but its last write is told.
    for (let n = 0; n < 50; n++) await other.write(async () => {})
    await until(() => heard.some((hint) => hint.revision === 70))
  } finally {
    await watch?.close()
  }
  expect(watch?.problem).toBe(undefined)
})

test('a database in memory has no log, and is no problem', async () => {
  await using store = opened(':memory:')
  await store.migrate()
  const watch = store.watch?.(() => expect.unreachable())
  await store.write(async () => {})
  await watch?.close()
  expect(watch?.problem).toBe(undefined)
})

test('a file whose journal is no log is watched itself', async () => {
  await using folder = await temporaryFolder()
  const file = folder.file('board.db')
  const handed = (await loadSqlite())(file)
  handed.exec('pragma journal_mode = delete')
  await using store = opened(handed)
  await store.migrate()
  const heard: ChangeHint[] = []
  const watch = store.watch?.((hint) => heard.push(hint))
  await until(() => heard.length > 0)
  const other = (await loadSqlite())(file)
  other.exec('update plugboard_meta set revision = revision + 1')
  await until(() => heard.some((hint) => hint.revision === 1))
  other.close()
  await watch?.close()
  handed.close()
})
