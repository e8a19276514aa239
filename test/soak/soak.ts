import type { TestDatabase } from '../support/databases.ts'
import { randomOf, type Random } from '../support/random.ts'
import { Child, type Pace } from './children.ts'
import { witness } from './contracts.ts'
import { Editor } from './editor.ts'
import { differences, Model } from './expected.ts'
import { mixed, moods } from './fates.ts'
import { Ledger } from './ledger.ts'
import type { Look } from './messages.ts'
import { Provider, type Nature, type World } from './providers.ts'

/** How long, how wide, how wild. */
export interface SoakOptions {
  readonly seed: number
  /** Milliseconds. It ends when this is over, or when the first process has made so many calls and so many edits and restarts were made. */
  readonly time: number
  readonly calls: number
  readonly leastEdits: number
  readonly leastRestarts: number
  /** Processes that call. The first one lives to the end; the others are killed, or ended, and started anew. */
  readonly processes: number
  /** Bundled `process.ts`. */
  readonly path: string
  readonly database: Pick<TestDatabase, 'factory' | 'place'>
  /** Milliseconds from one edit to the next, and from one restart to the next. */
  readonly editEvery: number
  readonly restartEvery: number
  /** Calls of the first process after which its heap is looked at. */
  readonly weighEvery: number
  readonly keys: readonly string[]
  /** Has the processes do what they must not, to see that it is found. */
  readonly env?: Readonly<Record<string, string>>
  readonly progress?: (line: string) => void
}

export interface SoakReport {
  readonly seed: number
  readonly seconds: number
  readonly processes: number
  readonly calls: number
  /** What providers were asked, and what they did. */
  readonly requests: number
  readonly acts: number
  /** How calls ended, by kind. `untold`: of processes that were killed. */
  readonly ended: Readonly<Record<string, number>>
  readonly edits: Readonly<Record<string, number>>
  readonly restarts: { readonly killed: number; readonly ended: number }
  readonly moods: Readonly<Record<string, number>>
  /** Of the processes that ended by themselves. */
  readonly objects: { readonly built: number; readonly disposed: number }
  readonly counts: Readonly<Record<string, number>>
  /**
   * Of the first process, after collection. `growth` is that of what the process holds, `growthWithCode` that of all, compiled code included: from 100,000 calls
   * to 1,000,000, or from the first look to the last one where there were fewer.
   */
  readonly heap: { readonly looks: readonly Look[]; readonly growth: number | null; readonly growthWithCode: number | null }
  readonly double: number
  readonly lost: number
  readonly problems: readonly string[]
}

/** So many problems are told; more say nothing new. */
const most = 50

/** Runs it all, and compares at the end what everybody did with what everybody was told. The seed fixes what is chosen, not how processes interleave. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const started = performance.now()
  const problems: string[] = []
  const ledger = new Ledger()
  const model = new Model()
  const random = (name: number): Random => randomOf(mixed(options.seed, name))
  const world: World = { seed: options.seed, ledger, problems, keys: new Map() }
  witness.process = 'editor'
  const start = (nature: Nature): Promise<Provider> => Provider.start(world, nature)
  const wild = [await start('wild'), await start('wild'), await start('wild')]
  const certain = [await start('certain'), await start('certain')]
  const steady = await start('steady')
  const children: Child[] = []
  await using everything = {
    async [Symbol.asyncDispose]() {
      for (const child of children) if (child.isAlive) await child.kill()
      for (const provider of everything.providers) await provider[Symbol.asyncDispose]()
    },
    providers: [...wild, ...certain, steady],
  }
  const editor = await Editor.start(
    {
      store: options.database.factory,
      keys: options.keys,
      random: random(1),
      model,
      // On port 1 nobody listens.
      ports: { gateway: [...wild.map((each) => each.port), 1], post: [...certain.map((each) => each.port), 1] },
      problems,
    },
    steady.port,
  )

  const launch = (slot: number, generation: number): Child => {
    const pace: Pace = slot === 0 ? { callers: 48, pause: 0, weighEvery: options.weighEvery } : { callers: 8, pause: 10, weighEvery: 1e9 }
    const { path, database } = options
    const scope = { path, name: `p${slot}.${generation}`, place: database.place, keys: editor.keys, pace, ledger, problems }
    const child = new Child({ ...scope, seed: mixed(options.seed, 2, slot, generation), ...(options.env && { env: options.env }) })
    children.push(child)
    return child
  }
  const living = Array.from({ length: options.processes }, (_, slot) => launch(slot, 0))
  const [first] = living as [Child]
  for (const child of living) await child.start()

  const going = { until: performance.now() + options.time, isPaused: false }
  const restarts = { killed: 0, ended: 0 }
  const isDone = (): boolean =>
    first.calls >= options.calls && editor.count >= options.leastEdits && restarts.killed + restarts.ended >= options.leastRestarts
  const isOver = (): boolean => performance.now() > going.until || isDone() || problems.length >= most
  /** Does something again and again, and says how often. */
  const repeat = async (every: () => number, what: () => Promise<void>): Promise<void> => {
    while (!isOver()) {
      await rest(every(), isOver)
      // It waits for its turn: who only tries again later may never find one, where the heap is looked at often.
      while (going.isPaused && !isOver()) await rest(10, isOver)
      if (!isOver()) await what()
    }
  }
  const seen: Record<string, number> = {}
  const [ofRestarts, ofMoods] = [random(3), random(4)]
  let busy: Promise<void> = Promise.resolve()
  await Promise.all([
    repeat(
      () => options.editEvery,
      () => (busy = editor.edit()),
    ),
    repeat(
      () => options.restartEvery / 2 + ofRestarts.below(options.restartEvery),
      async () => {
        if (living.length < 2) return
        const slot = 1 + ofRestarts.below(living.length - 1)
        const child = living[slot] as Child
        const isKill = ofRestarts.below(4) > 0
        await (isKill ? child.kill() : child.end())
        restarts[isKill ? 'killed' : 'ended']++
        const next = launch(slot, Number(child.name.split('.')[1]) + 1)
        living[slot] = next
        await next.start()
      },
    ),
    repeat(
      () => 300 + ofMoods.below(1_500),
      async () => {
        const mood = moods[ofMoods.below(moods.length)] ?? 'busy'
        const providers = [...wild, ...certain]
        const provider = providers[ofMoods.below(providers.length)]
        seen[mood] = (seen[mood] ?? 0) + 1
        // What hangs is known only when its deadline is over: not for long, or nobody does anything else.
        await provider?.be(provider.isCertain && mood === 'hung' ? 'busy' : mood)
        await rest(mood === 'hung' ? 200 : 200 + ofMoods.below(1_000), isOver)
        await provider?.be('well')
      },
    ),
    (async () => {
      while (!isOver()) {
        const due = await first.says('due', 500)
        if (due === undefined) continue
        // While nothing is edited the heap is that of the same things each time.
        going.isPaused = true
        await busy
        first.tell('weigh')
        await first.says('heap')
        going.isPaused = false
        const { calls, bytes, code } = first.heap.at(-1) ?? { calls: 0, bytes: 0, code: 0 }
        const size = `${Math.round((bytes - code) / 1024)} KiB and ${Math.round(code / 1024)} KiB of code`
        options.progress?.(`${calls} calls, ${size}, ${Math.round((performance.now() - started) / 1000)} s`)
      }
    })(),
  ])
  await converge(living, model, problems)
  await Promise.all(living.map((each) => each.end()))
  await editor.check()
  await editor.close()
  problems.push(...witness.problems, ...strangeKeys(world, model))
  if (witness.built !== witness.disposed) problems.push(`of ${witness.built} objects of the editor ${witness.disposed} were disposed`)

  const ended = children.flatMap((each) => (each.ended === undefined ? [] : [{ name: each.name, ...each.ended }]))
  const { double, lost } = ledger.compare(new Map(ended.map(({ name, calls }) => [name, calls])))
  problems.push(...double, ...lost)
  const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0)
  const counted = (key: keyof (typeof ended)[number]['counts']): number => sum(ended.map(({ counts }) => counts[key]))
  const sums = ledger.sums
  return {
    seed: options.seed,
    seconds: Math.round((performance.now() - started) / 1000),
    processes: options.processes,
    calls: sums.calls,
    requests: sum(everything.providers.map((each) => each.requests)),
    acts: sums.acts,
    ended: sums.ended,
    edits: editor.done,
    restarts,
    moods: seen,
    objects: { built: counted('built'), disposed: counted('disposed') },
    counts: {
      failovers: counted('failovers'),
      ejected: counted('ejected'),
      recovered: counted('recovered'),
      changes: counted('changes'),
      unloadable: counted('unloadable'),
    },
    heap: {
      looks: first.heap,
      growth: growthOf(first.heap, ({ bytes, code }) => bytes - code),
      growthWithCode: growthOf(first.heap, ({ bytes }) => bytes),
    },
    double: double.length,
    lost: lost.length,
    problems: problems.slice(0, most),
  }
}

/** Every secret that a provider was shown must have been that of the very instance. */
function strangeKeys({ keys }: World, model: Model): string[] {
  return [...keys].flatMap(([id, shown]) =>
    [...shown]
      .filter((key) => model.keysOf(id)?.has(key) !== true)
      .map((key) => `${id} came to a provider with '${key}', which it never had`),
  )
}

/** Once nobody edits any more, every process must serve what the model says. */
async function converge(living: readonly Child[], model: Model, problems: string[]): Promise<void> {
  for (const child of living) child.tell('rest')
  await Promise.all(
    living.map(async (child) => {
      const end = performance.now() + 20_000
      let wrong: string[] = []
      do {
        child.tell('look')
        const seen = await child.says('serves')
        wrong =
          seen === undefined
            ? [`${child.name} did not say what it serves`]
            : ['gateway', 'post'].flatMap((type) =>
                differences(model.live(type), seen.rows[type] ?? []).map((each) => `${child.name} serves another ${type}, ${each}`),
              )
        if (wrong.length > 0) await rest(200, () => false)
      } while (wrong.length > 0 && performance.now() < end)
      problems.push(...wrong)
    }),
  )
}

/** From 10⁵ to 10⁶ calls, where there were so many; otherwise from the first look to the last. */
export function growthOf(looks: readonly Look[], sizeOf: (look: Look) => number): number | null {
  const from = looks.find((each) => each.calls >= 100_000) ?? looks[0]
  const to = looks.find((each) => each.calls >= 1_000_000) ?? looks.at(-1)
  if (from === undefined || to === undefined || from === to) return null
  return sizeOf(to) / sizeOf(from) - 1
}

/** Waits, but no longer than it goes on. */
async function rest(time: number, isOver: () => boolean): Promise<void> {
  const end = performance.now() + time
  while (performance.now() < end && !isOver()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(100, Math.max(1, end - performance.now()))))
  }
}
