import type { JsonSchema } from '../contract/index.ts'
import type { Json } from './json.ts'

/** A secret field of a config. */
export interface SecretField {
  /** `auth.apiKey` */
  readonly name: string
  /** `['auth', 'apiKey']` */
  readonly path: readonly string[]
  /** Paths whose change means entering the secret again; `[]` is the whole config. */
  readonly boundTo: readonly (readonly string[])[]
}

/** What the library knows of a plugin's config. */
export interface ConfigModel {
  /** Key of the plugin, for messages. */
  readonly plugin: string
  /** JSON Schema (draft 2020-12) of what is stored; secret fields are `writeOnly` and show no default. */
  readonly jsonSchema: JsonSchema
  readonly secrets: readonly SecretField[]
  /** The schemas that may stand at a path of property names; empty where there is no such field. */
  schemasAt(path: readonly string[]): readonly JsonSchema[]
  /** A stored config with the defaults of its JSON Schema, for comparing. */
  complete(config: Json): Json
  /**
   * The config as the plugin gets it: defaults and transforms applied.
   *
   * @throws ConfigInvalidError with a pointer for each field that does not fit. It shows no secret.
   */
  parse(input: Json): Promise<unknown>
}
