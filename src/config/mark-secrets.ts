import type { JsonSchema } from '../contract/index.ts'
import type { SecretField } from './config-model.ts'
import { ownDefinitions, withoutUnusedDefinitions } from './own-definitions.ts'
import { isObject, withValueAt, type Json } from './json.ts'
import { besides, mapSchemas, resolveRef, samePlace, schemasAt } from './json-schema.ts'
import { isSchema, withSubSchemas } from './sub-schemas.ts'

type Path = readonly string[]
/** Our own copy of a schema, which may be changed. */
type Draft = Record<string, unknown>

/** Deeper references inside a secret say nothing to anybody. */
const deepest = 8
const named: readonly string[] = ['$id', '$anchor', '$dynamicAnchor', 'id']
const notes: ReadonlySet<string> = new Set([
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$comment',
])

/**
 * A copy of the schema with its secret fields marked `writeOnly`, and no default or example of them left: not on themselves, not inside them, not in the
 * default of a group around them. What a secret shares with other fields is copied for it first, so that they stay as they are.
 */
export function markSecrets(jsonSchema: JsonSchema, secrets: readonly SecretField[]): JsonSchema {
  if (secrets.length === 0) return jsonSchema
  const root = ownDefinitions(jsonSchema) as Draft
  for (const { path } of secrets) {
    // By name first; a secret that a map holds under one name becomes a property beside the map.
    if (!mark(root, path, { root, ofMaps: false }, new Set())) mark(root, path, { root, ofMaps: true }, new Set())
  }
  return withoutUnusedDefinitions(root)
}

interface Marking {
  readonly root: JsonSchema
  readonly ofMaps: boolean
}

/** @returns Whether the field was found. */
function mark(node: Draft, path: Path, marking: Marking, seen: ReadonlySet<unknown>): boolean {
  const [step, ...rest] = path
  if (step === undefined) {
    const bare = withoutExamples(node, marking.root, new Set())
    for (const key of Object.keys(node)) delete node[key]
    Object.assign(node, bare, { writeOnly: true })
    return true
  }
  const visited = inlined(node, path, marking.root, seen)
  takeOut(node, path)
  for (const part of besides(node)) takeOut(part, path)
  let found = false
  for (const part of samePlace(node)) found = mark(part, path, marking, visited) || found
  const properties = (isSchema(node['properties']) ? node['properties'] : {}) as Record<string, unknown>
  if (Object.hasOwn(properties, step)) {
    if (!isSchema(properties[step])) properties[step] = {}
    return mark(properties[step] as Draft, rest, marking, new Set()) || found
  }
  const [ofMap] = marking.ofMaps ? mapSchemas(node, step) : []
  if (ofMap === undefined) return found
  const own = structuredClone(ofMap) as Draft
  node['properties'] = { ...properties, [step]: own }
  return mark(own, rest, marking, new Set())
}

/** Puts a copy of what a node refers to in the place of the reference, where the secret lies behind it. */
function inlined(node: Draft, path: Path, root: JsonSchema, seen: ReadonlySet<unknown>): ReadonlySet<unknown> {
  const visited = new Set(seen)
  for (;;) {
    const ref = node['$ref']
    const target = typeof ref === 'string' && !visited.has(ref) ? resolveRef(ref, root) : undefined
    if (target === undefined || schemasAt({ $ref: ref as string, ...definitionsOf(root) }, path).length === 0) return visited
    visited.add(ref)
    delete node['$ref']
    merge(node, structuredClone(target))
  }
}

function definitionsOf(root: JsonSchema): JsonSchema {
  return { $defs: root.$defs ?? {}, definitions: root['definitions'] ?? {} }
}

/** Adds what another schema says to a node; where both say something, both hold, and of notes the node's. */
function merge(node: Draft, target: Draft): void {
  for (const name of named) delete target[name]
  const clashing = Object.keys(target).some((key) => Object.hasOwn(node, key) && !notes.has(key))
  if (clashing) node['allOf'] = [...((node['allOf'] as readonly unknown[] | undefined) ?? []), target]
  else for (const [key, value] of Object.entries(target)) if (!Object.hasOwn(node, key)) node[key] = value
}

/** A copy without a default or an example at any depth, what it refers to written out. */
function withoutExamples(schema: JsonSchema, root: JsonSchema, above: ReadonlySet<JsonSchema>): Draft {
  const copy = withSubSchemas(schema, (inner) => withoutExamples(inner, root, above))
  const target = schema.$ref === undefined ? undefined : resolveRef(schema.$ref, root)
  delete copy['$ref']
  for (const key of ['default', 'examples', 'example', ...named]) delete copy[key]
  if (target === undefined || above.has(target) || above.size >= deepest) return copy
  merge(copy, withoutExamples(target, root, new Set(above).add(target)))
  return copy
}

/** Takes a secret out of the default and the examples of a group around it. */
function takeOut(node: Draft, path: Path): void {
  for (const key of ['default', 'example']) {
    const value = without(node[key] as Json, path)
    if (value === undefined) delete node[key]
    else node[key] = value
  }
  if (Array.isArray(node['examples'])) {
    node['examples'] = (node['examples'] as readonly Json[]).map((each) => without(each, path)).filter((each) => each !== undefined)
  }
}

/** What is no object where the secret would be inside one is not shown at all. */
function without(value: Json, path: Path): Json | undefined {
  let current: Json | undefined = value
  for (const step of path) {
    if (current === undefined || current === null) break
    if (!isObject(current)) return undefined
    current = Object.hasOwn(current, step) ? current[step] : undefined
  }
  return withValueAt(value, path, undefined)
}
