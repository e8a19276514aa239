import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { TempFolder, testKeys } from '../support/open-board.ts'
import { bundleWorker } from '../support/worker.ts'

test('20,000 calls and 500 changes leave the heap about where it was, and after close() nothing keeps the process alive', async () => {
  using worker = await bundleWorker('heap-worker')
  using folder = new TempFolder()
  const env = { ...process.env, BOARD_FILE: folder.file, PLUGBOARD_KEYS: testKeys }
  const { code, out } = await new Promise<{ code: number; out: string }>((resolve) => {
    execFile(process.execPath, ['--expose-gc', worker.path], { env, timeout: 50_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, out: stdout + stderr })
    })
  })
  expect([code, out]).toEqual([0, expect.stringContaining('grown')])
  const said = JSON.parse(out) as { grown: number; before: number; disposed: number }
  // One on trial and one replaced for each change.
  expect(said.disposed).toBe(1_000)
  expect(said.grown, out).toBeLessThan(2_000_000)
})
