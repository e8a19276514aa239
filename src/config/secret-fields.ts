import type { JsonSchema, SecretOptions } from '../contract/index.ts'
import { destinations, discriminators } from './bindable.ts'
import type { SecretField } from './config-model.ts'
import type { ConfigProblem } from './config-problem.ts'
import { branches, propertySchemas, schemasAt } from './json-schema.ts'
import { isWithin, samePath, uniquePaths } from './paths.ts'
import { places, reachable, recursiveSchemas, type Place } from './places.ts'
import { allSchemas } from './sub-schemas.ts'

type Path = readonly string[]

/**
 * The secret fields of a config: those named in `secrets`, and those with `writeOnly: true` in the JSON Schema.
 *
 * @param problems Gets a problem for each path that leads nowhere, or to where a secret can't be told from other values.
 */
export function describeSecrets(
  jsonSchema: JsonSchema,
  declared: Readonly<Record<string, SecretOptions | undefined>>,
  problems: ConfigProblem[],
): SecretField[] {
  const found = [...places(jsonSchema)]
  const addresses = destinations(jsonSchema, found)
  const telling = discriminators(jsonSchema, found)
  const byDefault = uniquePaths([...addresses, ...telling])
  const fields: SecretField[] = []
  const add = (path: Path, boundTo: readonly Path[]): void => {
    fields.push({ name: path.join('.'), path, boundTo: boundTo.filter((bound) => !samePath(bound, path)) })
  }

  for (const [name, options] of Object.entries(declared)) {
    if (options === undefined) continue
    const paths = pathsNamed(jsonSchema, name)
    if (paths.length === 0) {
      problems.push({
        code: 'secret_unknown',
        message: `its secret '${name}' is no field of its config${hint(jsonSchema, name.split('.'))}`,
      })
    }
    for (const path of paths) {
      const start = recursionAbove(jsonSchema, path)
      if (start !== undefined) problems.push(inRecursion(name, start))
      add(path, boundPaths(jsonSchema, name, options, { byDefault, telling, problems }))
    }
  }

  const isCovered = (path: Path): boolean => fields.some((field) => isWithin(path, field.path))
  const marked = found.filter((place) => place.schema.writeOnly === true && place.path.length > 0)
  for (const { path, within } of marked) if (within === undefined && !isCovered(path)) add(path, byDefault)
  for (const place of marked) if (!isCovered(place.field)) problems.push(notOneField(place))
  for (const pointer of outOfReach(jsonSchema, found)) {
    problems.push({
      code: 'secret_unreachable',
      message: `its JSON Schema has a writeOnly at '${pointer || 'its root'}', which is no field that could be hidden. Put it on a property, or name the field in secrets`,
    })
  }
  // A secret inside another secret is covered by it.
  return fields.filter((field) => !fields.some((other) => other !== field && isWithin(field.path, other.path)))
}

function boundPaths(
  jsonSchema: JsonSchema,
  name: string,
  options: SecretOptions,
  given: { readonly byDefault: readonly Path[]; readonly telling: readonly Path[]; readonly problems: ConfigProblem[] },
): readonly Path[] {
  if (options.boundTo === undefined) return given.byDefault
  const named = options.boundTo.flatMap((bound) => {
    const paths = pathsNamed(jsonSchema, bound)
    if (paths.length === 0) {
      given.problems.push({
        code: 'bound_unknown',
        message: `its secret '${name}' is bound to '${bound}', which is no field of its config`,
      })
    }
    return paths
  })
  // An empty list opts out of everything.
  return options.boundTo.length === 0 ? [] : uniquePaths([...named, ...given.telling])
}

/** The paths a dotted name can mean. A property may have a dot in its own name. */
function pathsNamed(jsonSchema: JsonSchema, name: string): readonly Path[] {
  const plain = name.split('.')
  const exists = plain.every((step) => step !== '') && schemasAt(jsonSchema, plain).length > 0
  return uniquePaths([...(exists ? [plain] : []), ...byOwnNames(branches(jsonSchema, jsonSchema), plain)])

  function byOwnNames(here: readonly JsonSchema[], steps: Path): Path[] {
    if (steps.length === 0) return [[]]
    return steps.flatMap((_, index) => {
      const own = steps.slice(0, index + 1).join('.')
      if (!here.some((schema) => Object.hasOwn(schema.properties ?? {}, own))) return []
      return byOwnNames(propertySchemas(here, own, jsonSchema), steps.slice(index + 1)).map((rest) => [own].concat(rest))
    })
  }
}

/** Where on the way to a secret a schema begins that contains itself: the secret would stand further down again, unknown. */
function recursionAbove(jsonSchema: JsonSchema, path: Path): Path | undefined {
  const recursive = recursiveSchemas(jsonSchema)
  const end = path.findIndex((_, index) => schemasAt(jsonSchema, path.slice(0, index)).some((schema) => recursive.has(schema)))
  return end < 0 ? undefined : path.slice(0, end)
}

function inRecursion(name: string, start: Path): ConfigProblem {
  const whole = start.join('.')
  return {
    code: 'secret_in_recursion',
    message: `'${name}' is a secret inside a schema that contains itself, where it may stand at any depth. ${wholeInstead(whole)}`,
  }
}

function notOneField({ path, field, within }: Place): ConfigProblem {
  if (within === 'recursion') return inRecursion(path.join('.'), field)
  return {
    code: 'secret_in_array',
    message: `'${path.join('.')}' is writeOnly inside an array or a map, where a kept value can't be told from another. ${wholeInstead(field.join('.'))}`,
  }
}

function wholeInstead(whole: string): string {
  return whole === ''
    ? 'Put it under a field of its own, and make that secret'
    : `Make the whole '${whole}' secret: secrets: { '${whole}': {} }`
}

/** Pointers of the `writeOnly` schemas that are no place of a config: at the root, under `not`, `if`, `propertyNames`. */
function outOfReach(jsonSchema: JsonSchema, found: readonly Place[]): string[] {
  const used = reachable(jsonSchema, jsonSchema)
  const placed = new Set(found.filter((place) => place.path.length > 0).map((place) => place.schema))
  return [...allSchemas(jsonSchema)]
    .filter(({ schema }) => schema.writeOnly === true && !placed.has(schema) && (used.has(schema) || schema === jsonSchema))
    .map(({ pointer }) => pointer)
}

function hint(jsonSchema: JsonSchema, path: Path): string {
  const inArray = path.some((_, index) => schemasAt(jsonSchema, path.slice(0, index)).some((schema) => schema.items !== undefined))
  return inArray ? '. Inside an array nothing can be kept secret by itself: name the whole array' : ''
}
