import type { JsonSchema } from '../contract/index.ts'
import { branches, variants } from './json-schema.ts'
import { uniquePaths } from './paths.ts'
import { places, type Place } from './places.ts'
import { isSchema } from './sub-schemas.ts'

/** Formats of fields that decide where a secret is sent. */
const formats: ReadonlySet<unknown> = new Set('uri iri uri-reference iri-reference uri-template hostname idn-hostname ipv4 ipv6'.split(' '))

/** The fields that say where a secret is sent; `[]` is the whole config. */
export function destinations(root: JsonSchema, found: readonly Place[]): readonly (readonly string[])[] {
  const direct = found.filter((place) => isDestination(place.schema)).map((place) => place.field)
  // Variants that nothing tells apart may still each have an address of their own by default.
  const unsaid = found
    .filter(({ schema }) => {
      const choices = choicesOf(schema).filter((each) => branches(each, root).some((branch) => branch.properties !== undefined))
      return choices.length > 1 && tellingNames(choices, root).length === 0 && choices.some((each) => hasDefaultDestination(each, root))
    })
    .map((place) => place.field)
  return uniquePaths([...direct, ...unsaid])
}

/** The fields that say which variant of a config, or of a group, holds: with another variant other defaults and another meaning come. */
export function discriminators(root: JsonSchema, found: readonly Place[]): readonly (readonly string[])[] {
  return uniquePaths(found.flatMap((place) => tellingNames(choicesOf(place.schema), root).map((name) => place.fieldOf(name))))
}

function isDestination(schema: JsonSchema): boolean {
  return formats.has(schema.format)
}

function choicesOf(schema: JsonSchema): readonly JsonSchema[] {
  return [...variants(schema), ...['if', 'then', 'else'].map((keyword) => schema[keyword]).filter(isSchema)]
}

/** Names of the properties that have one fixed value in a variant, or one of several in two of them. */
function tellingNames(choices: readonly JsonSchema[], root: JsonSchema): readonly string[] {
  if (choices.length < 2) return []
  const weights = new Map<string, number>()
  for (const choice of choices) {
    for (const branch of branches(choice, root)) {
      for (const [name, property] of Object.entries(branch.properties ?? {})) {
        const said = Math.max(0, ...branches(property, root).map(weightOf))
        weights.set(name, (weights.get(name) ?? 0) + said)
      }
    }
  }
  return [...weights].filter(([, weight]) => weight >= 2).map(([name]) => name)
}

function weightOf(schema: JsonSchema): number {
  if (schema.const !== undefined || schema.enum?.length === 1) return 2
  return schema.enum === undefined ? 0 : 1
}

function hasDefaultDestination(schema: JsonSchema, root: JsonSchema): boolean {
  // Places are found from a root, and references lead from the document's.
  const own = { ...schema, $defs: root.$defs ?? {}, definitions: root['definitions'] ?? {} }
  return [...places(own)].some((place) => isDestination(place.schema)) && JSON.stringify(own).includes('"default"')
}
