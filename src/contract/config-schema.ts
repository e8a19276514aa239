import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'

/** A schema that validates (Standard Schema) and describes itself (Standard JSON Schema): Zod 4.2+, ArkType 2.1.28+, Joi 18.3+, … */
export interface StandardConfigSchema<Input = unknown, Output = Input> {
  readonly '~standard': StandardSchemaV1.Props<Input, Output> & StandardJSONSchemaV1.Props<Input, Output>
}

/** A schema that validates, with its JSON Schema written beside it, for libraries that can't give one themselves. */
export interface DescribedConfigSchema<Input = unknown, Output = Input> {
  readonly schema: StandardSchemaV1<Input, Output>
  /** JSON Schema draft 2020-12 of the schema's input. */
  readonly jsonSchema: JsonSchema
}

/** What a plugin's `config` may be. */
export type ConfigSchema<Input = unknown, Output = Input> = StandardConfigSchema<Input, Output> | DescribedConfigSchema<Input, Output>

/** What is stored: the schema's input, before defaults and transforms. */
export type ConfigInput<S> =
  S extends DescribedConfigSchema<infer I, infer _>
    ? I
    : S extends { readonly '~standard': { readonly types?: { readonly input: infer I } | undefined } }
      ? I
      : never

/** What the plugin gets: the schema's output, defaults and transforms applied. */
export type ConfigOutput<S> =
  S extends DescribedConfigSchema<infer _, infer O>
    ? O
    : S extends { readonly '~standard': { readonly types?: { readonly output: infer O } | undefined } }
      ? O
      : never

/** The config of a plugin that has none. */
export type NoConfig = StandardConfigSchema<Record<never, never>, Record<never, never>>

/** A JSON Schema as this library reads it; other keywords are kept. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly format?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly writeOnly?: boolean
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema | boolean
  readonly prefixItems?: readonly JsonSchema[]
  readonly additionalProperties?: JsonSchema | boolean
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly [keyword: string]: unknown
}

type Leaf = string | number | bigint | boolean | null | undefined | Date | readonly unknown[] | ((...args: never) => unknown)

/** How deep typed paths go. A recursive schema would otherwise never end (TS2615). */
type Depth = [never, 0, 1, 2, 3, 4]

/** Every dotted path into `T` down to five levels; arrays are leaves, so a secret names the whole array. Over a union: the paths of each member. */
export type Path<T, D extends number = 5> = [D] extends [never]
  ? never
  : T extends Leaf
    ? never
    : T extends object
      ? { [K in keyof T & string]: K | (NonNullable<T[K]> extends Leaf ? never : `${K}.${Path<NonNullable<T[K]>, Depth[D]>}`) }[keyof T &
          string]
      : never
