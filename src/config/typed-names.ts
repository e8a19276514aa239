import type { JsonSchema } from '../contract/index.ts'
import type { ConfigIssue } from '../errors/index.ts'
import type { ConfigModel } from './config-model.ts'
import { branches, itemSchemas, propertySchemas } from './json-schema.ts'
import { escapePointer, isObject, valueAt, type Json } from './json.ts'
import { isWithin } from './paths.ts'

type Model = Pick<ConfigModel, 'jsonSchema' | 'secrets'>

/**
 * A path as it may be told: inside a secret it ends before the first name that somebody typed. Names of the schema's own fields and numbers of items say nothing.
 */
export function tellablePath({ jsonSchema: root, secrets }: Model, path: readonly string[]): readonly string[] {
  const secret = secrets.find((field) => isWithin(path, field.path))
  if (secret === undefined) return path
  let here = schemasAlong(root, secret.path)
  const told = [...secret.path]
  for (const step of path.slice(secret.path.length)) {
    const isOwn = isField(here, step)
    const items = /^\d+$/.test(step) ? itemSchemas(here, Number(step), root) : []
    if (!isOwn && items.length === 0) break
    here = isOwn ? propertySchemas(here, step, root) : items
    told.push(step)
  }
  return told
}

/** Issues whose pointers tell no name that somebody typed into a secret. */
export function withoutTypedNames(model: Model, issues: readonly ConfigIssue[]): ConfigIssue[] {
  return issues.map((issue) => {
    const path = issue.pointer
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    return {
      ...issue,
      pointer: tellablePath(model, path)
        .map((step) => `/${escapePointer(step)}`)
        .join(''),
    }
  })
}

/** The names that somebody typed into secrets, as into a map: they are to be hidden as its values are. */
export function typedNames({ jsonSchema: root, secrets }: Model, config: Json): readonly string[] {
  const found = new Set<string>()
  for (const { path } of secrets) visit(valueAt(config, path), schemasAlong(root, path))
  return [...found]

  function visit(value: Json | undefined, here: readonly JsonSchema[]): void {
    if (Array.isArray(value)) value.forEach((item: Json, index) => visit(item, itemSchemas(here, index, root)))
    if (!isObject(value)) return
    for (const [name, item] of Object.entries(value)) {
      if (!isField(here, name)) found.add(name)
      visit(item, propertySchemas(here, name, root))
    }
  }
}

function schemasAlong(root: JsonSchema, path: readonly string[]): JsonSchema[] {
  return path.reduce<JsonSchema[]>((here, step) => propertySchemas(here, step, root), branches(root, root))
}

function isField(schemas: readonly JsonSchema[], name: string): boolean {
  return schemas.some((schema) => Object.hasOwn(schema.properties ?? {}, name))
}
