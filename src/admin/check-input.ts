import type { z } from 'zod'
import { InvalidInputError } from '../errors/index.ts'

/**
 * Passes what was sent through a schema.
 *
 * @throws InvalidInputError with a pointer for each value that does not fit. It quotes none: one of them may be a secret.
 */
export function checkInput<T>(schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given, { reportInput: false })
  if (result.success) return result.data
  throw new InvalidInputError(result.error.issues.flatMap(issuesOf))
}

function issuesOf(issue: z.core.$ZodIssue): readonly { readonly pointer: string; readonly message: string }[] {
  const pointer = issue.path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: `${pointer}/${short(key).replaceAll('~', '~0').replaceAll('/', '~1')}`,
      message: 'is not known here',
    }))
  return [{ pointer, message: issue.message }]
}

function short(key: string): string {
  return key.length > 120 ? `${key.slice(0, 117)}...` : key
}

/** A query as an object. A name that stands twice is given as a list, which no schema takes. */
export function queryOf(parameters: URLSearchParams): Readonly<Record<string, unknown>> {
  const names = [...new Set(parameters.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const values = parameters.getAll(name)
      return [name, values.length === 1 ? values[0] : values]
    }),
  )
}
