import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { Bank, Cash } from '../../test/support/gateways.ts'
import { TempFolder, testKeys } from '../../test/support/open-board.ts'
import { bundleWorker } from '../../test/support/worker.ts'
import { createBoard } from '../index.ts'
import { sqlite } from '../sqlite.ts'

interface Started {
  readonly ok: boolean
  readonly types: number
  readonly names: readonly string[]
  readonly error?: string
}

/** Starts a process that migrates, syncs and reports; `hold` makes it stop inside sync's transaction. */
function start(worker: string, file: string, hold = ''): { readonly result: Promise<Started>; readonly child: ReturnType<typeof spawn> } {
  const child = spawn(process.execPath, [worker], {
    env: { ...process.env, PLUGBOARD_KEYS: testKeys, BOARD_FILE: file, HOLD: hold },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.on('data', (data: Buffer) => (printed += data.toString()))
  const result = once(child, 'close').then(() => JSON.parse(printed.trim().split('\n').at(-1) ?? '{}') as Started)
  result.catch(() => {})
  return { child, result }
}

test('[30] eight processes that start at once with migrate and sync on start make one schema and one row each', async () => {
  using folder = new TempFolder()
  using worker = await bundleWorker('start-worker')
  const results = await Promise.all(Array.from({ length: 8 }, () => start(worker.path, folder.file).result))
  for (const each of results) expect(each).toStrictEqual({ ok: true, types: 1, names: ['Cash'] })
  await using board = createBoard({ plugins: [Bank, Cash], store: sqlite(folder.file), keys: testKeys })
  await board.ready()
  expect((await board.admin.history()).map((each) => each.action).toSorted()).toStrictEqual(['create', 'sync'])
}, 60_000)

test('[31] kill -9 in the middle of sync leaves the state before it, and the next sync does all of it', async () => {
  using folder = new TempFolder()
  using worker = await bundleWorker('start-worker')
  for (const hold of ['after-types', 'after-plugins', 'after-instances', 'before-commit']) {
    const { child } = start(worker.path, folder.file, hold)
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
    expect(line.toString().trim()).toBe(`holding ${hold}`)
    child.kill('SIGKILL')
    await once(child, 'close')
    await using board = createBoard({ plugins: [Cash], store: sqlite(folder.file), keys: testKeys })
    const rows = await board.internals.store.read(async (reader) => [
      await reader.types(),
      await reader.plugins(),
      await reader.instances(),
      await reader.history(),
    ])
    expect(rows, hold).toStrictEqual([[], [], [], []])
  }
  expect(await start(worker.path, folder.file).result).toStrictEqual({ ok: true, types: 1, names: ['Cash'] })
}, 60_000)
