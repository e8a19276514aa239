import type { ConfigStep } from '../contract/index.ts'
import { quote } from '../errors/index.ts'
import type { ConfigProblem } from './config-problem.ts'

/** The version of a plugin's config, and the steps that lead to it. */
export interface ConfigVersions {
  /** What this code reads and writes. */
  readonly current: number
  /** By the version they start from; each leads to the next. */
  readonly steps: ReadonlyMap<number, ConfigStep>
}

/** Each version needs a step: more than so many are a mistake. */
const mostVersions = 1_000

/**
 * The version a stored config counts as. Rows hold 0 that were written before configs had versions, or that have no config; a config of theirs is of the
 * first version.
 */
export function versionOf(stored: number): number {
  return Math.max(stored, 1)
}

/**
 * Reads what a plugin says of versions.
 *
 * @param definition Of any type: plain JavaScript gets the same checks.
 * @param problems Gets everything that is wrong with it.
 */
export function describeVersions(
  definition: { readonly config?: unknown; readonly version?: unknown; readonly migrate?: unknown },
  problems: ConfigProblem[],
): ConfigVersions {
  const refuse = (code: string, message: string): void => void problems.push({ code, message })
  const { version = 1, migrate = {} } = definition
  if (definition.config === undefined) {
    const given = definition.version !== undefined || definition.migrate !== undefined
    if (given) refuse('version_without_config', 'it has a version or steps to migrate, but no config')
    return { current: 1, steps: new Map() }
  }
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > mostVersions) {
    refuse('version_invalid', `its version is ${quote(version)}, not a whole number from 1 to ${mostVersions}`)
    return { current: 1, steps: new Map() }
  }
  if (typeof migrate !== 'object' || migrate === null || Array.isArray(migrate)) {
    refuse('migrate_invalid', `its migrate is ${quote(migrate)}, not an object of steps: { 1: (config) => …, 2: (config) => … }`)
    return { current: version, steps: new Map() }
  }
  const steps = new Map<number, ConfigStep>()
  for (const [name, step] of Object.entries(migrate as Readonly<Record<string, unknown>>)) {
    const from = Number(name)
    if (String(from) !== name || !Number.isInteger(from) || from < 1 || from >= version) {
      const where = version === 1 ? ', which needs none' : `: steps start from 1 to ${version - 1}`
      refuse('migrate_invalid', `its migrate has a step from ${quote(name)}, but its version is ${version}${where}`)
      continue
    }
    if (typeof step !== 'function') refuse('migrate_invalid', `its step from version ${from} is ${quote(step)}, not a function`)
    // The type is the author's affair; what a step gives is looked at when it runs.
    steps.set(from, step as ConfigStep)
  }
  const missing = Array.from({ length: version - 1 }, (_, index) => index + 1).filter((from) => !steps.has(from))
  if (missing.length > 0) {
    const example = missing.map((from) => `${from}: (config) => …`).join(', ')
    refuse(
      'migrate_missing',
      `its version is ${version}, and it has no step from ${missing.length === 1 ? 'version' : 'the versions'} ${missing.join(', ')} to the next. ` +
        `Add migrate: { ${missing.length > 5 ? `${missing[0]}: (config) => …, …` : example} }`,
    )
  }
  return { current: version, steps }
}
