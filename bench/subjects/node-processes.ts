import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { side, type Side } from '../harness/side.ts'

/** The root of the repository: from here `plugboard` is what was built, as it is for whoever installed it. */
const root = join(import.meta.dirname, '..', '..')
const execute = promisify(execFile)

/** A start of Node with these arguments, until it has ended. */
export function starting(name: string, args: readonly string[]): Side {
  return side(name, async (times) => {
    let sum = 0
    for (let turn = 0; turn < times; turn++) sum += (await execute(process.execPath, args, { cwd: root })).stdout.length + 1
    return sum
  })
}

/** Arguments that import modules, in order; with none, a start that imports nothing. */
export function importing(...names: readonly string[]): readonly string[] {
  return ['--input-type=module', '-e', names.map((name) => `import '${name}'`).join('\n')]
}

/** The packages that a start of Node loads code from, other than Plugboard's own. */
export async function packagesLoaded(args: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-bench-'))
  const [log, hooks, register] = ['log', 'hooks.mjs', 'register.mjs'].map((name) => join(folder, name)) as [string, string, string]
  writeFileSync(log, '')
  writeFileSync(
    hooks,
    `import { appendFileSync } from 'node:fs'
     export const load = (url, context, next) => { appendFileSync(${JSON.stringify(log)}, url + '\\n'); return next(url, context) }`,
  )
  writeFileSync(register, `import { register } from 'node:module'; register(${JSON.stringify(`file://${hooks}`)})`)
  try {
    await execute(process.execPath, ['--import', register, ...args], { cwd: root })
    const names = readFileSync(log, 'utf8')
      .split('\n')
      .flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? [])
    return [...new Set(names)].toSorted()
  } finally {
    rmSync(folder, { recursive: true })
  }
}
