import { join } from 'node:path'
import { root } from '../parts/root.mjs'

/** Folders of `src` that are large, in parts that are run one by one; what no part names is the folder's own. */
const parts = {
  'config-secrets': ['bindable', 'mark-secrets', 'own-definitions', 'places', 'secret-fields', 'secret-values', 'secrets', 'typed-names'],
  'config-scrub': ['scrub', 'scrub-error', 'survey'],
}

/** Of `runtime`: who may answer a call, and what becomes of one that fails. */
const calls = ['deadline-wheel', 'draws', 'ejection', 'failover', 'failover-rule', 'health', 'instance-record', 'latency', 'patience']

/**
 * Rooms whose tests are themselves tested: each change that Stryker makes to `mutate` should make one of `tests` fail.
 * Tests that start processes or fill databases are left out by their names: they are slow, and what they hold the quick ones must hold too.
 */
export const rooms = Object.fromEntries(
  ['crypto', 'selection', 'sync', 'registry', 'calls', 'config', ...Object.keys(parts)].map((name) => [name, room(name)]),
)

/** Part of a room's mutants that its tests must find, in percent. */
export const least = 80

export const leftOut = ['**/*-processes.test.ts', '**/*-scale.test.ts']

/** What Stryker keeps from one run for the next. */
export const keptOf = (name) => join(root, '.tmp', 'mutants', `${name}.incremental.json`)

/** Where Stryker leaves what became of a room's mutants. */
export const reportOf = (name) => join(root, '.tmp', 'mutants', `${name}.json`)

function room(name) {
  if (name === 'calls')
    return {
      mutate: calls.map((file) => `src/runtime/${file}.ts`),
      tests: calls.map((file) => `src/runtime/${file === 'ejection' ? 'ejection-alone' : file}.test.ts`),
    }
  const [folder] = name.split('-')
  const tests = [`src/${folder}/**/*.test.ts`]
  if (parts[name] !== undefined) return { mutate: parts[name].map((file) => `src/${folder}/${file}.ts`), tests }
  const elsewhere = Object.keys(parts).filter((part) => part.startsWith(`${folder}-`))
  const others = elsewhere.flatMap((part) => parts[part].map((file) => `!src/${folder}/${file}.ts`))
  return { mutate: [`src/${folder}/**/*.ts`, `!src/${folder}/**/*.test.ts`, `!src/${folder}/**/index.ts`, ...others], tests }
}
