import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Board } from '../../src/index.ts'
import { compareInstances } from '../../src/selection/index.ts'
import { skipAsNotApplicable, skipWithReason } from '../skip.ts'
import { describeEachDatabase, type DatabaseKind } from '../support/databases.ts'
import { checkReads, percentile, type Observed, type Selected, type Truth } from '../support/follow-report.ts'
import { actor, Gateway } from '../support/gateways.ts'
import { ownPostgresDatabase } from '../support/own-server-database.ts'
import { openBoard, testKeys } from '../support/open-board.ts'
import { bundleWorker } from '../support/worker.ts'

let worker: Awaited<ReturnType<typeof bundleWorker>>
beforeAll(async () => {
  worker = await bundleWorker('follow-worker')
})
afterAll(() => worker[Symbol.dispose]())

/** What a process may be late by because the machine has other things to do: it has two cores, and here up to sixteen processes want them. */
const slack = 5_000

interface Trial {
  readonly processes: number
  readonly edits: number
  /** Milliseconds between two polls. */
  readonly every: number
  /** Whether every notification is lost. */
  readonly deaf?: boolean
  readonly pause: number
}

describeEachDatabase((kind, databaseTest) => {
  databaseTest(
    '[42] four processes, a thousand random edits: no read is older than the bound, and each process reads its own writes',
    async () => {
      const { late, lags, observed, hears } = await run(kind, { processes: 4, edits: 1_000, every: 1_000, pause: 30 })
      expect(late).toEqual([])
      expect(observed.flatMap(({ saved }) => saved).length).toBeGreaterThan(600)
      // Far sooner than by polling, whose half is 500: it is heard of, where the database tells.
      if (hears) expect(percentile(lags, 0.5)).toBeLessThan(400)
    },
    600_000,
  )

  // So many processes need more connections than a server that others use can spare.
  const roomy = kind.name === 'postgres' ? ownPostgresDatabase : kind
  // Sixteen want the machine for themselves: with two cores and other work beside, building what was changed takes them longer than the slack.
  const asked = process.env['PLUGBOARD_SIXTEEN'] !== undefined
  const longTest = asked ? skipWithReason(roomy.wanting) : skipAsNotApplicable('it takes minutes: PLUGBOARD_SIXTEEN=1 runs it')
  longTest(
    '[42] sixteen processes, a thousand random edits: no read is older than the bound, and each process reads its own writes',
    async () => {
      const { late, observed } = await run(roomy, { processes: 16, edits: 1_000, every: 1_000, pause: 200 })
      expect(late).toEqual([])
      expect(observed.flatMap(({ saved }) => saved).length).toBeGreaterThan(600)
    },
    900_000,
  )

  databaseTest(
    '[42] fault 5: with every notification lost on purpose, four processes converge within the poll',
    async () => {
      const { late, lags, observed } = await run(kind, { processes: 4, edits: 200, every: 500, pause: 40, deaf: true })
      expect(late).toEqual([])
      expect(new Set(observed.map(({ revision }) => revision)).size).toBe(1)
      // They were deaf: what the poll finds is found half its time later.
      expect(percentile(lags, 0.5)).toBeGreaterThan(100)
    },
    600_000,
  )
})

async function run(kind: DatabaseKind, trial: Trial) {
  await using opened = await openBoard({ refreshEvery: 600_000 }, kind)
  const { board } = opened
  for (const name of ['one', 'two', 'three', 'four', 'five']) {
    const config = { apiKey: 'the-key', note: `first-${name}` }
    await board.admin.create({ type: Gateway, plugin: 'bank', name, config, tags: [`first-${name}`], status: 'active' }, { actor })
  }
  const start = await truthNow(board)
  // One more, which only reads.
  const workers = Array.from({ length: trial.processes + 1 }, (_, n) => startWorker(opened.file, n, trial))
  try {
    await together(workers, 'ready')
    await together(workers, 'edited')
    // All that was written is to be seen: a read after the bound must be there to be checked.
    await new Promise((resolve) => setTimeout(resolve, trial.every + 1_000))
    for (const each of workers) each.go()
    const observed = await Promise.all(workers.map((each) => each.observed()))
    await board.refresh()
    const truth = await truthOf(board, start)
    const { late, lags } = checkReads(observed, truth, trial.every + slack)
    expect(observed.flatMap(({ problems }) => problems)).toEqual([])
    expect(observed.every(({ revision }) => revision === board.internals.runtime.revision)).toBe(true)
    const reads = observed.flatMap(({ runs }) => runs).reduce((sum, each) => sum + each.reads, 0)
    expect(reads).toBeGreaterThan(trial.edits)
    const p = (share: number): string => percentile(lags, share).toFixed(1)
    console.log(
      `${kind.name}, ${trial.processes} processes${trial.deaf ? ', deaf' : ''}: ${reads} reads, lag p50 ${p(0.5)} ms, p99 ${p(0.99)} ms, longest ${p(1)} ms`,
    )
    return { late, lags, observed, hears: (await board.status()).sources.length > 0 }
  } finally {
    for (const each of workers) each.child.kill('SIGKILL')
  }
}

/** What selection depends on, by instance. */
type State = Map<string, Parameters<typeof compareInstances>[0] & { readonly note: string }>

async function truthNow(board: Board): Promise<{ readonly revision: number; readonly state: State }> {
  await board.refresh()
  const rows = board.internals.runtime.index.ordered(board.internals.registry.type(Gateway)).map(({ row }) => row)
  return {
    revision: board.internals.runtime.revision ?? 0,
    state: new Map(rows.map((row) => [row.id, { ...row, note: row.tags[0] ?? 'cash' }])),
  }
}

/** What was selected at each revision since, worked out from the history. */
async function truthOf(board: Board, { revision, state }: { readonly revision: number; readonly state: State }): Promise<Truth> {
  const first = (): Selected => {
    const one = [...state].toSorted(([, a], [, b]) => compareInstances(a, b))[0]
    return { instance: one?.[0] ?? '', note: one?.[1].note ?? '' }
  }
  const selected = new Map([[revision, first()]])
  const notes = new Map([...state].map(([instance, { note }]) => [note, { instance, until: Infinity }]))
  const rows = await board.internals.store.read((reader) => reader.history({ limit: 10_000 }))
  for (const row of rows.filter((each) => each.revision > revision).toReversed()) {
    const after = row.after as { tags?: string[]; status?: 'active'; order?: string[] } | null
    const one = state.get(row.instanceId ?? '')
    if (row.action === 'reorder') {
      for (const [index, id] of (after?.order ?? []).entries()) {
        const each = state.get(id)
        if (each !== undefined) state.set(id, { ...each, priority: (index + 1) * 10 })
      }
    } else if (one !== undefined) {
      const note = after?.tags?.[0] ?? one.note
      if (note !== one.note) {
        notes.set(one.note, { instance: one.id, until: row.revision })
        notes.set(note, { instance: one.id, until: Infinity })
      }
      state.set(one.id, { ...one, status: after?.status ?? one.status, note })
    }
    selected.set(row.revision, first())
  }
  return { selected, notes }
}

interface Worker {
  readonly child: ChildProcess
  says(line: string): Promise<void>
  go(): void
  observed(): Promise<Observed>
}

function startWorker(place: string, n: number, trial: Trial): Worker {
  const settings = {
    BOARD_FILE: place,
    PLUGBOARD_KEYS: testKeys,
    NAME: `p${n}`,
    COUNT: n < trial.processes ? String(Math.ceil(trial.edits / trial.processes)) : '0',
    SEED: String(n * 7_919 + 11),
    EVERY: String(trial.every),
    PAUSE: String(trial.pause),
    READ_EVERY: trial.processes > 8 ? '5' : '2',
    DEAF: trial.deaf ? '1' : '',
  }
  const child = spawn(process.execPath, [worker.path], { env: { ...process.env, ...settings }, stdio: ['pipe', 'pipe', 'pipe'] })
  const lines: string[] = []
  let errors = ''
  const out = createInterface({ input: child.stdout })
  out.on('line', (line) => lines.push(line))
  child.stderr.on('data', (chunk: Buffer) => (errors += String(chunk)))
  const closed = once(child, 'close')
  return {
    child,
    async says(line) {
      const ended = closed.then(() => Promise.reject(new Error(`${settings.NAME} ended: ${errors}`)))
      ended.catch(() => {})
      while (!lines.includes(line)) await Promise.race([once(out, 'line'), ended])
    },
    go: () => void child.stdin.write('go\n'),
    async observed() {
      const [code] = (await closed) as [number | null]
      expect([code, errors]).toEqual([0, ''])
      return JSON.parse(lines.at(-1) ?? '') as Observed
    },
  }
}

async function together(workers: readonly Worker[], line: string): Promise<void> {
  await Promise.all(workers.map((each) => each.says(line)))
  if (line === 'ready') for (const each of workers) each.go()
}

describe('the check itself', () => {
  test('[42] a read that is older than the bound is found, one within it is not', () => {
    const x = (note: string): Selected => ({ instance: 'x', note })
    const truth: Truth = {
      selected: new Map([
        [1, x('a')],
        [2, x('b')],
        [3, { instance: 'y', note: 'c' }],
      ]),
      notes: new Map([
        ['a', { instance: 'x', until: 2 }],
        ['b', { instance: 'x', until: 5 }],
        ['later', { instance: 'x', until: Infinity }],
        ['c', { instance: 'y', until: Infinity }],
      ]),
    }
    const writer: Observed = {
      name: 'w',
      saved: [
        { revision: 2, at: 100 },
        { revision: 3, at: 500 },
      ],
      runs: [],
      problems: [],
      revision: 3,
    }
    const reader = (until: number, serves = 'a', revision = 1): Observed => ({
      name: 'r',
      saved: [],
      problems: [],
      revision: 3,
      runs: [{ revision, serves, from: 0, until, reads: 9 }],
    })
    expect(checkReads([writer, reader(149)], truth, 50).late).toEqual([])
    expect(checkReads([writer, reader(151)], truth, 50).late).toHaveLength(2)
    expect(checkReads([writer, reader(151, 'b', 1)], truth, 50).late).toHaveLength(1)
    expect(checkReads([writer, reader(151, 'b', 2)], truth, 50).late).toEqual([])
    // A config that was saved after its instance had ceased to be selected, while that is still within the bound, and no longer.
    expect(checkReads([writer, reader(540, 'later', 2)], truth, 50).late).toEqual([])
    expect(checkReads([writer, reader(560, 'later', 3)], truth, 50).late).toHaveLength(1)
    expect(checkReads([writer, reader(560, 'b', 3)], truth, 50).late).toHaveLength(1)
    expect(checkReads([writer, reader(560, 'c', 3)], truth, 50).late).toEqual([])
    expect(checkReads([writer, reader(10, 'nobody wrote this')], truth, 50).late).toHaveLength(1)
  })
})
