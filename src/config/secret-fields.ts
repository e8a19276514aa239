import type { JsonSchema, SecretOptions } from '../contract/index.ts'
import type { SecretField } from './config-model.ts'
import type { ConfigProblem } from './describe-config.ts'
import { places, schemasAt } from './json-schema.ts'

/** Formats of fields that decide where a secret is sent. */
const destinations: ReadonlySet<string> = new Set(['uri', 'iri', 'uri-reference', 'hostname', 'idn-hostname', 'ipv4', 'ipv6'])

/**
 * The secret fields of a config: those named in `secrets`, and those with `writeOnly: true` in the JSON Schema.
 *
 * @param problems Gets a problem for each path that leads nowhere, or into an array or a map.
 */
export function describeSecrets(
  jsonSchema: JsonSchema,
  declared: Readonly<Record<string, SecretOptions | undefined>>,
  problems: ConfigProblem[],
): SecretField[] {
  const found = [...places(jsonSchema)]
  const bindable = unique(found.filter((place) => destinations.has(place.schema.format ?? '')).map((place) => outsideArrays(place.path)))
  const fields = new Map<string, SecretField>()

  for (const [name, options] of Object.entries(declared)) {
    if (options === undefined) continue
    const path = name.split('.')
    if (!exists(jsonSchema, path)) {
      problems.push({ code: 'secret_unknown', message: `its secret '${name}' is no field of its config${hint(jsonSchema, path)}` })
      continue
    }
    const boundTo = (options.boundTo ?? bindable.map((each) => each.join('.'))).map((each) => each.split('.'))
    for (const bound of boundTo) {
      if (!exists(jsonSchema, bound)) {
        problems.push({
          code: 'bound_unknown',
          message: `its secret '${name}' is bound to '${bound.join('.')}', which is no field of its config`,
        })
      }
    }
    fields.set(name, { name, path, boundTo: boundTo.filter((bound) => bound.join('.') !== name) })
  }

  for (const { schema, path } of found) {
    if (schema.writeOnly !== true || path.length === 0) continue
    const name = path.join('.')
    if (path.includes('[]') || path.includes('*')) {
      const whole = outsideArrays(path).join('.')
      if (fields.has(whole)) continue
      problems.push({
        code: 'secret_in_array',
        message: `'${name}' is writeOnly inside an array or a map, where a kept value can't be told from another. Make the whole '${whole}' secret: secrets: { '${whole}': {} }`,
      })
    } else if (!fields.has(name)) {
      fields.set(name, { name, path, boundTo: bindable.filter((bound) => bound.join('.') !== name) })
    }
  }
  // A secret inside another secret is covered by it.
  return [...fields.values()].filter((field) => ![...fields.keys()].some((other) => field.name.startsWith(`${other}.`)))
}

/** The schema with its secret fields marked `writeOnly`, their defaults and examples taken out. */
export function markSecrets(jsonSchema: JsonSchema, secrets: readonly SecretField[]): JsonSchema {
  for (const { path } of secrets) {
    for (const schema of schemasAt(jsonSchema, path)) {
      // Our own copy of the schema, made by describeConfig.
      const own = schema as Record<string, unknown>
      own['writeOnly'] = true
      delete own['default']
      delete own['examples']
    }
  }
  return jsonSchema
}

function exists(jsonSchema: JsonSchema, path: readonly string[]): boolean {
  return path.every((step) => step !== '') && schemasAt(jsonSchema, path).length > 0
}

function hint(jsonSchema: JsonSchema, path: readonly string[]): string {
  const inArray = path.some((_, index) => schemasAt(jsonSchema, path.slice(0, index)).some((schema) => schema.items !== undefined))
  return inArray ? '. Inside an array nothing can be kept secret by itself: name the whole array' : ''
}

function outsideArrays(path: readonly string[]): readonly string[] {
  const end = path.findIndex((step) => step === '[]' || step === '*')
  return end < 0 ? path : path.slice(0, end)
}

function unique(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(paths.map((path) => [path.join('.'), path])).values()].filter((path) => path.length > 0)
}
