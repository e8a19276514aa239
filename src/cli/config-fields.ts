import type { Json, JsonSchema } from '../index.ts'
import type { ConfigModel } from './board-inside.ts'
import { secretAround } from './config-values.ts'

/** A field of a plugin's config, as an operator fills it in. */
export interface ConfigField {
  /** `login.password` */
  readonly path: string
  /** For people: `text (uri)`, `whole number`, `"a" | "b"`, `list of text`. */
  readonly type: string
  /** Whether a config without it is refused, its groups being there. */
  readonly required: boolean
  /** Write-only: it is never shown, and a save that leaves it out keeps it. */
  readonly secret: boolean
  /** Of a secret: fields whose change means entering it again. */
  readonly boundTo: readonly string[]
  /** Absent where there is none. A secret's is not shown. */
  readonly default?: Json
  readonly title: string
  readonly description: string
}

/** Groups within groups further down are one field: schemas may be endless. */
const deepest = 4

/** The fields of a config in the order of its schema, groups opened. */
export function configFields(model: ConfigModel): readonly ConfigField[] {
  return below(model, [])
}

function below(model: ConfigModel, group: readonly string[]): readonly ConfigField[] {
  const around = model.schemasAt(group)
  const names = new Set(around.flatMap((schema) => Object.keys(schema.properties ?? {})))
  return [...names].flatMap((name) => {
    const path = [...group, name]
    const dotted = path.join('.')
    const isSecret = secretAround(model, dotted) !== undefined
    const inner = isSecret || path.length >= deepest ? [] : below(model, path)
    if (inner.length > 0) return inner
    const required = around.some((schema) => schema.required?.includes(name) === true)
    return [fieldAt(model, path, { required, isSecret })]
  })
}

function fieldAt(
  model: ConfigModel,
  path: readonly string[],
  known: { readonly required: boolean; readonly isSecret: boolean },
): ConfigField {
  const schemas = model.schemasAt(path)
  const first = <T>(of: (schema: JsonSchema) => T | undefined): T | undefined => schemas.map(of).find((value) => value !== undefined)
  const name = path.join('.')
  const value = known.isSecret ? undefined : first((schema) => schema.default as Json | undefined)
  return {
    path: name,
    type: typeOf(schemas),
    required: known.required,
    secret: known.isSecret,
    boundTo: (model.secrets.find((field) => field.name === name)?.boundTo ?? []).map((bound) => bound.join('.')),
    ...(value === undefined ? {} : { default: value }),
    title: textOf(first((schema) => schema['title'])),
    description: textOf(first((schema) => schema['description'])),
  }
}

const names: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: 'null',
  array: 'list',
  object: 'JSON object',
}

function typeOf(schemas: readonly JsonSchema[]): string {
  const told = schemas.flatMap((schema): readonly string[] => {
    if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value))
    if ('const' in schema) return [JSON.stringify(schema.const)]
    const types = [schema.type ?? []].flat()
    return types.map((type) => {
      if (type === 'array') return listOf(schema)
      const format = type === 'string' ? textOf(schema['format']) : ''
      return `${names[type] ?? type}${format === '' ? '' : ` (${format})`}`
    })
  })
  return [...new Set(told)].join(' | ') || 'JSON'
}

function listOf({ items }: JsonSchema): string {
  return typeof items === 'object' && items !== null ? `list of ${typeOf([items])}` : 'list'
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
