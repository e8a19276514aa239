import type { JsonSchema } from '../../src/index.ts'
import type { ConfigModel } from '../../src/config/index.ts'

/** What a JSON Schema says of a field, however a library spells it. */
export interface Facts {
  readonly types: readonly string[]
  /** Of `enum` and `const`. */
  readonly values: readonly unknown[]
  readonly required: boolean
  readonly title: string
  readonly description: string
  readonly default: unknown
  readonly format: string
  readonly minimum: number
  readonly maximum: number
  readonly exclusiveMinimum: number
  readonly exclusiveMaximum: number
  readonly maxLength: number
  readonly writeOnly: boolean
  /** Types of an array's items. */
  readonly items: readonly string[]
  /** Types of a tuple's items. */
  readonly prefix: readonly (readonly string[])[]
  /** Types of a map's values. */
  readonly map: readonly string[]
}

/** Reads the facts of a dotted path. */
export function factsAt(model: Pick<ConfigModel, 'schemasAt'>, path: string): Partial<Facts> {
  const steps = path.split('.')
  const here = model.schemasAt(steps)
  const name = steps.at(-1) ?? ''
  const parents = model.schemasAt(steps.slice(0, -1))
  const maps = here.flatMap((schema) => [schema.additionalProperties, ...Object.values(patterns(schema))]).filter(isSchema)
  const facts: Partial<Facts> = {
    types: typesOf(here),
    values: here.flatMap((schema) => schema.enum ?? (schema.const === undefined ? [] : [schema.const])).toSorted(),
    required: parents.some((schema) => schema.required?.includes(name) === true),
    writeOnly: here.some((schema) => schema.writeOnly === true),
    items: typesOf(here.map((schema) => schema.items).filter(isSchema)),
    prefix: here.flatMap((schema) => schema.prefixItems ?? []).map((schema) => typesOf([schema])),
    map: typesOf(maps),
  }
  const single = [
    'title',
    'description',
    'default',
    'format',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'maxLength',
  ] as const
  for (const key of single) {
    const found = here.find((schema) => schema[key] !== undefined)
    if (found !== undefined) Object.assign(facts, { [key]: found[key] })
  }
  return facts
}

function patterns(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema['patternProperties'] ?? {}) as Readonly<Record<string, JsonSchema>>
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null
}

function typesOf(schemas: readonly JsonSchema[]): string[] {
  return [...new Set(schemas.flatMap((schema) => schema.type ?? []))].toSorted()
}
