import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Place } from './places.ts'

// Without null: `z.date().nullable()` takes it, and still could hold no date.
const samples: readonly unknown[] = ['2020-01-01T00:00:00.000Z', '1', 1, true, [], {}]

/**
 * Whether a field that the JSON Schema does not describe takes any JSON value at all. `z.date()` takes none, `z.coerce.date()` takes text.
 * The schema itself is asked, since converters write `{}` for both. Where it can't say (asynchronous, throwing, a union above that nothing tells apart),
 * it is believed.
 */
export function acceptsAnyJson(validator: StandardSchemaV1['~standard'], place: Pick<Place, 'keys' | 'around'>): boolean {
  return samples.some((sample) => {
    try {
      const result = validator.validate(place.around(sample), tellAll)
      if (result instanceof Promise) {
        result.catch(() => {})
        return true
      }
      return !(result.issues ?? []).some((issue) => isInside(issue.path ?? [], place.keys))
    } catch {
      return true
    }
  })
}

/** Joi stops at the first issue unless it is told to go on. Others have no such option, or go on anyhow. */
export const tellAll: StandardSchemaV1.Options = { libraryOptions: { abortEarly: false } }

/** An issue at the field or inside it; one elsewhere is about something that the sample lacks. */
function isInside(path: readonly (PropertyKey | StandardSchemaV1.PathSegment)[], keys: readonly (string | number)[]): boolean {
  return keys.every((key, index) => {
    const step = path[index]
    return step !== undefined && String(typeof step === 'object' ? step.key : step) === String(key)
  })
}
