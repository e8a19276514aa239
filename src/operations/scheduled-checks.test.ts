import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { actor, Bank, Cash, Gateway } from '../../test/support/gateways.ts'
import { describeEachDatabase } from '../../test/support/databases.ts'
import { openBoard, testKeys, until, type TestBoard } from '../../test/support/open-board.ts'
import { bundleWorker } from '../../test/support/worker.ts'
import { createBoard, type BoardEvents } from '../index.ts'
import { sqlite } from '../sqlite.ts'

async function addBank(opened: TestBoard, name: string, status: 'active' | 'disabled' = 'active'): Promise<string> {
  const made = await opened.board.admin.create({ type: Gateway, plugin: 'bank', name, config: { apiKey: 'the-key' }, status }, { actor })
  return made.id
}

describeEachDatabase((kind, databaseTest) => {
  databaseTest(
    'of three boards one checks each instance, when it is due; disabled ones and plugins without a test are left alone',
    async () => {
      const every = 400
      await using opened = await openBoard({}, kind)
      await addBank(opened, 'One')
      await addBank(opened, 'Two')
      await addBank(opened, 'Off', 'disabled')
      const checks: { readonly name: string; readonly at: number }[] = []
      Bank.act = (bank, call) => {
        if (call === 'onTest') checks.push({ name: bank.instanceName, at: performance.now() })
      }
      await Promise.all([1, 2, 3].map(() => opened.another({ checks: { every } })))
      const of = (name: string): number[] => checks.filter((each) => each.name === name).map(({ at }) => at)
      await until(() => of('One').length >= 4 && of('Two').length >= 4, 40_000)
      expect(of('Off')).toEqual([])
      for (const name of ['One', 'Two']) {
        const pauses = of(name).flatMap((at, n, all) => (n === 0 ? [] : [at - (all[n - 1] ?? 0)]))
        // Three that check would leave a third of that between two checks. A busy machine only makes it longer.
        expect(Math.min(...pauses)).toBeGreaterThan(every * 0.6)
      }
      const rows = await opened.board.internals.store.read((reader) => reader.health())
      expect(rows.map(({ ok, message }) => [ok, message]).toSorted()).toEqual([
        [true, "'One' answered."],
        [true, "'Two' answered."],
      ])
      // No revision is raised by any of this.
      expect((await opened.board.status()).revision).toBe((await opened.board.internals.store.head()).revision)
    },
  )

  databaseTest('fault 1: a process that is killed while it checks is replaced by another one', async () => {
    await using opened = await openBoard({}, kind)
    await addBank(opened, 'One')
    using worker = await bundleWorker('check-worker')
    const start = () => {
      const env = { ...process.env, BOARD_FILE: opened.file, PLUGBOARD_KEYS: testKeys }
      const child = spawn(process.execPath, [worker.path], { env, stdio: ['ignore', 'pipe', 'inherit'] })
      const lines: string[] = []
      createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
      return { child, checks: () => lines.filter((line) => line.startsWith('checked')).length, isReady: () => lines.includes('ready') }
    }
    const both = [start(), start()]
    try {
      await until(() => both.every((each) => each.isReady()) && both.some((each) => each.checks() > 1), 60_000)
      const busy = both.find((each) => each.checks() > 1)
      const idle = both.find((each) => each !== busy)
      expect(idle?.checks()).toBe(0)
      const ended = busy === undefined ? undefined : once(busy.child, 'exit')
      busy?.child.kill('SIGKILL')
      await ended
      await until(() => (idle?.checks() ?? 0) > 1, 60_000)
    } finally {
      for (const { child } of both) child.kill('SIGKILL')
    }
  })
})

test('a check that comes out otherwise than before is told, once, and no secret with it', async () => {
  await using opened = await openBoard()
  const id = await addBank(opened, 'One')
  let failing = false
  Bank.act = (bank, call) => {
    if (call === 'onTest' && failing) throw new Error(`refused ${bank.key}`)
  }
  const board = await opened.another({ checks: { every: 60 } })
  const told: BoardEvents['health'][] = []
  board.on('health', (event) => told.push(event))
  let checks = 0
  const count = async (): Promise<number> => {
    const [row] = await opened.board.internals.store.read((reader) => reader.health([id]))
    return row?.at ?? 0
  }
  await until(() => told.length === 1)
  failing = true
  await until(() => told.length === 2)
  checks = await count()
  await until(async () => (await count()) > checks)
  failing = false
  await until(() => told.length === 3)
  expect(told.map(({ ok, before }) => [ok, before])).toEqual([
    [true, null],
    [false, true],
    [true, false],
  ])
  expect(told[1]).toMatchObject({
    type: 'gateway',
    instance: { id, name: 'One', plugin: 'bank' },
    message: expect.stringContaining('refused'),
  })
  expect(JSON.stringify(told)).not.toContain('the-key')
})

test('fault 8: a check that hangs is over at its deadline, and holds up no other; so many run at a time and no more', async () => {
  await using opened = await openBoard()
  for (const name of ['One', 'Two', 'Three', 'Four', 'Five']) await addBank(opened, name)
  let running = 0
  let most = 0
  const done: string[] = []
  Bank.act = async (bank, call) => {
    if (call !== 'onTest') return
    most = Math.max(most, ++running)
    if (bank.instanceName === 'One') {
      // It goes on hanging after its deadline, but is counted no more.
      setTimeout(() => running--, 80)
      await new Promise(() => {})
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
    running--
    done.push(bank.instanceName)
  }
  const board = await opened.another({ checks: { every: 200, deadline: 100, concurrency: 2 } })
  const failed: BoardEvents['health'][] = []
  board.on('health', (event) => void (event.ok || failed.push(event)))
  await until(() => failed.length === 1 && new Set(done).size === 4, 30_000)
  expect(failed[0]).toMatchObject({ instance: { name: 'One' }, message: expect.stringContaining('did not end within 100 ms') })
  expect(most).toBeLessThanOrEqual(2)
  // Closing waits for no test that hangs.
  await board.close()
})

test('fault 12: a health of an hour to come, as a clock that was set back leaves it, puts a check off by no more than the interval', async () => {
  await using opened = await openBoard()
  const id = await addBank(opened, 'One')
  const { store } = opened.board.internals
  const future = Date.now() + 3_600_000
  await store.recordHealth([{ instanceId: id, at: future, ok: true, latencyMs: 1, message: '' }])
  await opened.another({ checks: { every: 300 } })
  await until(async () => (await store.read((reader) => reader.health([id])))[0]?.at !== future)
})

test('what an operator has just tested is not tested again at once', async () => {
  await using opened = await openBoard()
  const id = await addBank(opened, 'One')
  await opened.board.admin.test(id, { actor })
  let checks = 0
  Bank.act = (_, call) => void (call === 'onTest' && checks++)
  const board = await opened.another({ checks: { every: 3_600_000 } })
  const { store } = board.internals
  // Once it holds the lease it has planned.
  await until(async () => (await opened.database.sql('select holder from plugboard_leases')).length === 1)
  await opened.board.admin.test(id, { actor })
  expect(checks).toBe(1)
  expect(await store.read((reader) => reader.health([id]))).toHaveLength(1)
})

test('by default nothing is checked, and no lease is taken', async () => {
  await using opened = await openBoard()
  await addBank(opened, 'One')
  await opened.board.refresh()
  expect(await opened.database.sql('select * from plugboard_leases')).toEqual([])
})

test('a board that is closed gives its lease back', async () => {
  await using opened = await openBoard()
  const board = await opened.another({ checks: { every: 50 } })
  await until(async () => (await opened.database.sql('select * from plugboard_leases')).length === 1)
  await board.close()
  expect(await opened.database.sql('select * from plugboard_leases')).toEqual([])
})

test('wrong settings are told at once, with everything else', () => {
  const wrong = { every: 1, deadline: 0, concurrency: 1.5 }
  expect(() => openWith(wrong)).toThrow(
    expect.objectContaining({
      problems: ['duration_invalid', 'duration_invalid', 'checks_invalid'].map((code) => expect.objectContaining({ code })),
    }),
  )
})

test('checkAll() checks the types that are named, tells how each ended, and keeps it', async () => {
  await using opened = await openBoard()
  const id = await addBank(opened, 'One')
  const bad = await addBank(opened, 'Two')
  await addBank(opened, 'Off', 'disabled')
  Bank.act = (bank, call) => {
    if (call === 'onTest' && bank.instanceName === 'Two') throw new Error('refused')
  }
  const told: boolean[] = []
  opened.board.on('health', ({ ok }) => told.push(ok))
  const checked = await opened.board.checkAll({ types: [Gateway], concurrency: 2 })
  expect(checked.map(({ name, outcome }) => [name, outcome.ok]).toSorted()).toEqual([
    ['One', true],
    ['Two', false],
  ])
  expect(checked.find((each) => each.id === bad)).toMatchObject({
    type: 'gateway',
    plugin: 'bank',
    outcome: { failed: 'onTest', message: 'refused' },
  })
  expect(told.toSorted()).toEqual([false, true])
  expect((await opened.board.internals.store.read((reader) => reader.health([id])))[0]?.ok).toBe(true)
  await expect(opened.board.checkAll({ types: ['nothing'] })).rejects.toMatchObject({ code: 'unknown_type' })
  await expect(opened.board.checkAll({ concurrency: 0 })).rejects.toMatchObject({ code: 'invalid_input' })
})

test('checkAll() begins nothing more once its signal is aborted, and throws its reason', async () => {
  await using opened = await openBoard()
  for (const name of ['One', 'Two', 'Three']) await addBank(opened, name)
  const controller = new AbortController()
  let checks = 0
  Bank.act = (_, call) => {
    if (call !== 'onTest') return
    checks++
    controller.abort(new Error('enough'))
  }
  await expect(opened.board.checkAll({ signal: controller.signal, concurrency: 1 })).rejects.toThrow('enough')
  expect(checks).toBe(1)
  await expect(opened.board.checkAll({ signal: controller.signal })).rejects.toThrow('enough')
  expect(checks).toBe(1)
})

function openWith(checks: { every: number; deadline: number; concurrency: number }): void {
  createBoard({ plugins: [Bank, Cash], store: sqlite(':memory:'), keys: testKeys, checks })
}
