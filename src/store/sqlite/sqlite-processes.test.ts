import type { ChildProcessByStdio } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plant } from '../../testing/store-contract/sample-rows.ts'
import { migrations, schemaVersion } from '../migrations/index.ts'
import type { Store } from '../store.ts'
import { sqlite } from './sqlite.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Compiled once: a dozen processes that each compile their sources would take most of the time. Inside the repository, so that packages resolve. */
const compiled = join(import.meta.dirname, '..', '..', '..', '.tmp', `store-process-${process.pid}.mjs`)

beforeAll(async () => {
  const entry = join(import.meta.dirname, 'store-process.ts')
  await build({
    entryPoints: [entry],
    outfile: compiled,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  })
})

afterAll(() => rm(compiled, { force: true }))

test('[30] eight processes that migrate at once make one schema, and none fails', async () => {
  await using folder = await temporaryFolder()
  const file = folder.file('plugboard.db')
  const reports = await together(Array.from({ length: 8 }, () => start('migrate', file)))
  const applied = reports.filter((report) => (report as { applied: string[] }).applied.length > 0)
  expect(applied).toEqual([{ from: 0, to: schemaVersion, applied: migrations.map(({ name }) => name) }])
  await using store = opened(file)
  expect(await store.read((reader) => reader.meta())).toMatchObject({ revision: 0, schemaVersion })
})

test('[31] four processes with fifty writes each raise the revision exactly two hundred times', async () => {
  await using folder = await temporaryFolder()
  const file = folder.file('plugboard.db')
  await using store = opened(file)
  await store.migrate()
  const revisions = await together(Array.from({ length: 4 }, () => start('fiftyWrites', file)))
  const all = (revisions as number[][]).flat().toSorted((a, b) => a - b)
  expect(all).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
  expect((await store.head()).revision).toBe(200)
})

test('[31] a process killed in the middle of a long write leaves nothing of it, and the next write works', async () => {
  await using folder = await temporaryFolder()
  const file = folder.file('plugboard.db')
  await using store = opened(file)
  await store.migrate()
  await plant(store)
  const before = await store.read(async (reader) => [await reader.meta(), await reader.types()])
  await using writer = start('halfWrite', file)
  await writer.says('ready')
  writer.go()
  await writer.says('half')
  // Uncommitted: others read the state before.
  expect(await store.read(async (reader) => [await reader.meta(), await reader.types()])).toEqual(before)
  await writer.kill()
  expect(await store.read(async (reader) => [await reader.meta(), await reader.types()])).toEqual(before)
  await plant(store, 'after')
  expect((await store.read((reader) => reader.types())).map(({ key }) => key)).toEqual(['payment', 'after'])
})

test('[31] a process killed in the middle of a migration leaves no table, and the next migration makes them all', async () => {
  await using folder = await temporaryFolder()
  const file = folder.file('plugboard.db')
  await using migration = start('halfMigration', file)
  await migration.says('ready')
  migration.go()
  await migration.says('half')
  await migration.kill()
  await using store = opened(file)
  await expect(store.checkSchema()).rejects.toMatchObject({ code: 'schema_missing' })
  expect(await store.migrate()).toEqual({ from: 0, to: schemaVersion, applied: migrations.map(({ name }) => name) })
  await plant(store)
})

interface StoreProcess extends AsyncDisposable {
  /** Resolves at a line. */
  says(line: string): Promise<void>
  go(): void
  /** The last line, as JSON. */
  result(): Promise<unknown>
  kill(): Promise<void>
}

function start(work: string, file: string): StoreProcess {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(process.execPath, [compiled, work, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exit
  }
  return {
    async says(wanted) {
      while (!lines.includes(wanted))
        await Promise.race([once(reader, 'line'), exit.then(() => Promise.reject(new Error(`${work} ended`)))])
    },
    go: () => void child.stdin.end('go\n'),
    async result() {
      const [code] = (await exit) as [number]
      expect(code).toBe(0)
      return JSON.parse(lines.at(-1) ?? '')
    },
    kill,
    [Symbol.asyncDispose]: kill,
  }
}

/** Starts the work of all at one moment and gives their results. */
async function together(processes: readonly StoreProcess[]): Promise<unknown[]> {
  try {
    await Promise.all(processes.map((process) => process.says('ready')))
    for (const process of processes) process.go()
    return await Promise.all(processes.map((process) => process.result()))
  } finally {
    await Promise.all(processes.map((process) => process.kill()))
  }
}

function opened(file: string): Store & AsyncDisposable {
  const store = sqlite(file).open({ now: Date.now })
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() })
}
