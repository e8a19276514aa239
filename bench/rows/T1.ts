import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { measure, type Compared } from '../harness/measure.ts'
import type { Bound, Outcome, Row, RowScale } from '../harness/row.ts'
import { side, type Side } from '../harness/side.ts'
import { typedPlugins, type TypedPlugins } from '../subjects/typed-plugins.ts'

export const row: Row = {
  id: 'T1',
  what: 'type-check of 300 plugins of 30 contracts, TypeScript 7',
  against: 'the same classes and Zod schemas without the library',
  goal: 1.5,
  guardedBy: 'counts',
  peers: ['typescript', 'typescript-5.9', 'zod'],
  run,
}

const execute = promisify(execFile)
const require = createRequire(import.meta.url)
const compilerOf = (name: string): string => join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'tsc')

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const steps: { size: number; compared: Compared[] }[] = []
  for (const size of quick ? [10] : [30, 300, 3_000]) {
    steps.push({ size, compared: await measureWith('typescript', size, size === 300 ? rounds : Math.ceil(rounds / 3)) })
  }
  const older = quick ? [] : [{ size: 300, compared: await measureWith('typescript-5.9', 300, Math.ceil(rounds / 3)) }]
  return {
    compared: steps.find((step) => step.size === 300)?.compared ?? steps[0]?.compared ?? [],
    growth: [
      { of: 'plugins', steps },
      { of: 'plugins, TypeScript 5.9', steps: older },
    ].filter((growth) => growth.steps.length > 0),
    bounds: [await instantiations(quick)],
    notes: ['A whole run of the compiler, with the loading of the library’s own declarations.'],
  }
}

async function measureWith(compiler: string, size: number, rounds: number): Promise<Compared[]> {
  using byHand = typedPlugins(size, 'hand')
  using own = typedPlugins(size, 'plugboard')
  const sides: Side[] = [checking('without the library', compiler, byHand), checking('Plugboard', compiler, own)]
  return await measure(sides, { rounds, times: 1 })
}

function checking(name: string, compiler: string, { project }: TypedPlugins): Side {
  return side(name, async () => {
    await execute(process.execPath, [compilerOf(compiler), '-p', project])
    return 1
  })
}

/** What the compiler says it did, which no machine changes: instantiations of types for each of the plugins that came on top. */
async function instantiations(quick: boolean): Promise<Bound> {
  const [few, many] = quick ? [10, 30] : [100, 300]
  const counts: number[] = []
  for (const size of [few, many]) {
    using plugins = typedPlugins(size, 'plugboard')
    const args = [compilerOf('typescript-5.9'), '-p', plugins.project, '--extendedDiagnostics']
    const { stdout } = await execute(process.execPath, args)
    counts.push(Number(/Instantiations:\s+(\d+)/.exec(stdout)?.[1] ?? Number.NaN))
  }
  const [first = Number.NaN, second = Number.NaN] = counts
  return { what: 'instantiations of types a plugin', value: Math.round((second - first) / (many - few)), atMost: 1_000 }
}
