import { expect, test } from 'vitest'
import { TempFolder } from '../support/open-board.ts'
import { bundleWorker } from '../support/worker.ts'
import { runWorker } from '../support/run-worker.ts'

/** All of it takes minutes: `PLUGBOARD_FULL_SIZE=1` does that. `npm run soak` looks at the heap from 100,000 calls to 1,000,000, too. */
const isFull = process.env['PLUGBOARD_FULL_SIZE'] !== undefined
const [calls, changes] = isFull ? [1_000_000, 10_000] : [100_000, 400]
/** A tenth of few is no long time to get warm in. An object kept by each call would be several times as much. */
const mostGrowth = isFull ? 0.05 : 0.1

interface Heap {
  readonly bytes: number
  readonly code: number
}

test(`fault 13: ${calls} calls and ${changes} changes leave the heap where it was after a tenth of them, and after close() nothing keeps the process alive`, async () => {
  using worker = await bundleWorker('heap-worker')
  using folder = new TempFolder()
  const env = { BOARD_FILE: folder.file, CALLS: String(calls), CHANGES: String(changes), NODE_OPTIONS: '' }
  const { said, errors, ended } = runWorker(worker.path, env, { node: ['--expose-gc'] })
  expect([await ended, errors()]).toEqual([0, ''])
  const [told] = said as unknown as [Record<'calls' | 'changes' | 'built' | 'disposed', number> & Record<'before' | 'after', Heap>]
  const held = ({ bytes, code }: Heap): number => bytes - code
  const growth = held(told.after) / held(told.before) - 1
  console.log(
    `${JSON.stringify(told)}: ${(growth * 100).toFixed(2)} %, with code ${((told.after.bytes / told.before.bytes - 1) * 100).toFixed(2)} %`,
  )
  expect(told).toMatchObject({ calls: expect.closeTo(calls, -1) as number, changes })
  // Every object that was built has been disposed but those that serve, as many as before.
  expect(told.disposed).toBe(told.built)
  expect(told.built).toBeGreaterThan(changes)
  expect(growth).toBeLessThan(mostGrowth)
}, 3_600_000)
