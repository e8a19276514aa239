import { spawn, type ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBoard } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { openStored, tokenPages } from '../../src/operations/stored-tokens.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { TempFolder, testKeys } from '../support/open-board.ts'
import { bundleWorker } from '../support/worker.ts'

let worker: Awaited<ReturnType<typeof bundleWorker>>
beforeAll(async () => {
  worker = await bundleWorker('chaos-worker')
})
afterAll(() => worker[Symbol.dispose]())

interface Said {
  readonly by: string
  readonly op?: string
  readonly id?: string
  readonly tag?: string
  readonly error?: string
  readonly message?: string
  readonly done?: boolean
}
interface Started {
  readonly child: ChildProcess
  readonly said: Said[]
  readonly errors: () => string
  readonly ended: Promise<number | null>
}
/** `killAfter`: so many lines, then it is ended at once. */
function start(file: string, name: string, over: { count: number; seed: number; killAfter?: number }): Started {
  const env = { ...process.env, BOARD_FILE: file, PLUGBOARD_KEYS: testKeys, NAME: name, COUNT: String(over.count), SEED: String(over.seed) }
  const child = spawn(process.execPath, [worker.path], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: Said[] = []
  let rest = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    rest += String(chunk)
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) said.push(JSON.parse(line) as Said)
    if (over.killAfter !== undefined && said.length >= over.killAfter) child.kill('SIGKILL')
  })
  child.stderr.on('data', (chunk: Buffer) => (errors += String(chunk)))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, said, errors: () => errors, ended }
}

/** What operations may throw while others do theirs. */
const documented = new Set(['duplicate_name', 'stale_write', 'conflict', 'instance_not_found', 'no_instance', 'invalid_input'])
const count = Number(process.env['CHAOS'] ?? 40)

test('random operations of two processes, one of which is killed and started again, leave a complete history and nothing broken', async () => {
  using folder = new TempFolder()
  const seed = Number(process.env['CHAOS_SEED'] ?? 7)
  const a = start(folder.file, 'a', { count, seed })
  const b = start(folder.file, 'b', { count, seed: seed + 1, killAfter: Math.floor(count / 2) })
  await b.ended
  const again = start(folder.file, 'c', { count: Math.floor(count / 2), seed: seed + 2 })
  const codes = await Promise.all([a.ended, again.ended])
  expect([codes, a.errors(), b.errors(), again.errors()]).toEqual([[0, 0], '', '', ''])
  const said = [...a.said, ...b.said, ...again.said]
  expect(said.filter((each) => each.error !== undefined && !documented.has(each.error))).toEqual([])

  await using board = createBoard({ plugins: [Bank, Cash], store: sqlite(folder.file), keys: testKeys })
  await board.ready()
  const { store, runtime, registry, keyring } = board.internals
  const rows = await store.read((reader) => reader.instances())
  const removed = await store.read((reader) => reader.instances({ removed: true }))

  // Names are unique, and the order is total and the same everywhere.
  expect(new Set(rows.map((row) => `${row.pluginId} ${row.name}`)).size).toBe(rows.length)
  const order = await board.admin.order(Gateway)
  expect(order.ids.toSorted()).toEqual(rows.map((row) => row.id).toSorted())
  expect(board.instances(Gateway).map((each) => each.id)).toEqual(order.ids)
  await board.admin.reorder(Gateway, order.ids, { actor, orderRevision: order.orderRevision })

  // Every token opens: of live ones, of removed ones, of the history.
  const scope = { store, runtime, registry, keyring } as never
  let tokens = 0
  for await (const page of tokenPages(scope, 100)) {
    for (const stored of page.tokens) {
      tokens++
      expect(await openStored(scope, keyring as never, stored)).toHaveProperty('value')
    }
  }
  expect(tokens).toBeGreaterThan(10)
  for (const row of rows) expect((await board.admin.get(row.id)).state).toMatchObject({ ok: true })

  // What was acknowledged is in the history, and each entry goes on from where the last one ended.
  const acknowledged = said.filter((each) => each.op !== undefined)
  expect(acknowledged.length).toBeGreaterThan(10)
  for (const { id } of [...rows, ...removed]) {
    const entries = (await board.admin.history({ instance: id, limit: 1_000 })).toReversed()
    for (const done of acknowledged.filter((each) => each.id === id)) {
      const found = entries.some(
        (entry) =>
          entry.actor.id === done.by &&
          entry.action === done.op &&
          (done.tag === undefined || JSON.stringify(entry.after?.['tags']) === JSON.stringify([done.tag])),
      )
      expect(found, JSON.stringify(done)).toBe(true)
    }
    let last: Readonly<Record<string, unknown>> | null = null
    for (const entry of entries) {
      const { before } = entry
      // A reorder is one entry of the type's: priorities are not followed here.
      if (last !== null && before !== null) expect({ ...before, priority: 0 }).toEqual({ ...last, priority: 0 })
      last = entry.after ?? before
    }
    const row = [...rows, ...removed].find((each) => each.id === id)
    if (last !== null && row !== undefined)
      expect({ name: row.name, status: row.status, tags: row.tags }).toMatchObject({ name: last['name'], tags: last['tags'] })
  }
})
