import type { JsonSchema } from '../contract/index.ts'
import { resolveRef } from './json-schema.ts'
import { reachable } from './places.ts'
import { allSchemas, definitions, isSchema } from './sub-schemas.ts'

/** A copy in which every reference leads to a definition of its own, and none into the middle of what describes fields. */
export function ownDefinitions(jsonSchema: JsonSchema): JsonSchema {
  const root = structuredClone(jsonSchema) as Record<string, unknown>
  const added: Record<string, JsonSchema> = {}
  const names = new Map<string, string>()
  const left: JsonSchema[] = [root]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    for (const { schema } of allSchemas(next)) {
      const ref = schema.$ref
      if (ref === undefined || leadsToDefinition(ref)) continue
      const target = resolveRef(ref, jsonSchema)
      if (target === undefined) continue
      let name = names.get(ref)
      if (name === undefined) {
        name = freeName(jsonSchema, names.size)
        names.set(ref, name)
        const copy = structuredClone(target) as Record<string, unknown>
        for (const keyword of definitions) delete copy[keyword]
        added[name] = copy
        left.push(copy)
      }
      ;(schema as Record<string, unknown>)['$ref'] = `#/$defs/${name}`
    }
  }
  root['$defs'] = { ...(root['$defs'] as object | undefined), ...added }
  return root
}

function leadsToDefinition(ref: string): boolean {
  const steps = ref.split('/')
  return steps.length === 3 && definitions.some((keyword) => steps[1] === keyword)
}

function freeName(jsonSchema: JsonSchema, number: number): string {
  let name = `shared${number}`
  while (Object.hasOwn(jsonSchema.$defs ?? {}, name)) name += '_'
  return name
}

/** A copy without the definitions that nothing refers to: one that only a secret had still holds its default. */
export function withoutUnusedDefinitions(root: JsonSchema): JsonSchema {
  const used = reachable(root, root)
  const copy: Record<string, unknown> = { ...root }
  for (const keyword of definitions) {
    const all = copy[keyword]
    if (!isSchema(all)) continue
    const kept = Object.entries(all).filter(([, schema]) => used.has(schema as JsonSchema))
    if (kept.length === 0) delete copy[keyword]
    else copy[keyword] = Object.fromEntries(kept)
  }
  return copy
}
