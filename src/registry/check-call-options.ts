import type { EjectionOptions, TypeDefinition } from '../contract/index.ts'
import { quote } from '../errors/index.ts'
import { durationProblem } from './check-duration.ts'
import type { Report } from './check-type.ts'
import type { RegisteredType } from './registry.ts'

/** How failing instances are ejected where a type does not say otherwise. */
export const defaultEjection: Required<EjectionOptions> = {
  consecutiveFailures: 5,
  baseTime: 30_000,
  maxTime: 300_000,
  jitter: 0.1,
  maxShare: 0.5,
}

/** What a type says of its calls: how long they may take, and when a failing instance is passed over. Everything wrong is reported. */
export function checkCallOptions(definition: TypeDefinition, report: Report): Pick<RegisteredType, 'limits' | 'ejection'> {
  const { deadline, attemptDeadline, ejection = {} } = definition as { deadline?: unknown; attemptDeadline?: unknown; ejection?: unknown }
  const limits: { deadline?: number; attemptDeadline?: number } = {}
  for (const [name, value] of Object.entries({ deadline, attemptDeadline })) {
    const problem = value === undefined ? undefined : durationProblem(value, 1)
    if (problem !== undefined) report('deadline_invalid', `its ${name} ${problem}`)
    else if (value !== undefined) limits[name as keyof typeof limits] = value as number
  }
  if (ejection === false) return { limits, ejection: undefined }
  if (typeof ejection !== 'object' || ejection === null) {
    report('ejection_invalid', `its ejection is ${quote(ejection)}, neither options nor false`)
    return { limits, ejection: defaultEjection }
  }
  const given = Object.fromEntries(Object.entries(ejection).filter(([, value]) => value !== undefined))
  for (const [name, value] of Object.entries(given)) {
    const problem = problemOf(name, value)
    if (problem !== undefined) report('ejection_invalid', `its ejection's ${name} ${problem}`)
  }
  return { limits, ejection: { ...defaultEjection, ...given } }
}

function problemOf(name: string, value: unknown): string | undefined {
  if (name === 'baseTime' || name === 'maxTime') return durationProblem(value, 1)
  if (name === 'consecutiveFailures')
    return Number.isInteger(value) && Number(value) >= 1 ? undefined : `is ${quote(value)}, no integer of at least 1`
  if (name === 'jitter' || name === 'maxShare')
    return typeof value === 'number' && value >= 0 && value <= 1 ? undefined : `is ${quote(value)}, no number from 0 to 1`
  return `is no option. There is: ${Object.keys(defaultEjection).join(', ')}`
}
