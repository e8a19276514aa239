import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { until } from '../../../test/support/open-board.ts'
import { FileWatch } from './file-watch.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('a file is watched through truncation, removal, another file in its place, and before it is there', async () => {
  await using folder = await temporaryFolder()
  const path = folder.file('log')
  let touched = 0
  const watch = new FileWatch({ path, touched: () => touched++, recheckEvery: 20 })
  const isHeard = async (change: () => void): Promise<void> => {
    // What came before is quiet by now: two rechecks have passed.
    await new Promise((resolve) => setTimeout(resolve, 60))
    const before = touched
    change()
    await until(() => touched > before)
  }
  try {
    await watch.look()
    expect(watch.problem).toMatchObject({ code: 'ENOENT' })
    await isHeard(() => writeFileSync(path, 'one'))
    expect(watch.problem).toBe(undefined)
    await isHeard(() => appendFileSync(path, 'two'))
    await isHeard(() => truncateSync(path))
    await isHeard(() => appendFileSync(path, 'three'))
    rmSync(path)
    await until(() => watch.problem !== undefined)
    await isHeard(() => writeFileSync(path, 'again'))
    await isHeard(() => appendFileSync(path, 'more'))
    writeFileSync(`${path}.new`, 'another file')
    await isHeard(() => renameSync(`${path}.new`, path))
    await isHeard(() => appendFileSync(path, 'of the other one'))
  } finally {
    watch.close()
  }
  const after = touched
  appendFileSync(path, 'nobody listens')
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(touched).toBe(after)
})
