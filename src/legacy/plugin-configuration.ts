import type { ConfigSchema, SecretOptions } from '../contract/index.ts'

/**
 * What described a config in django-plugin-system. There `form_class` was a form; here `formClass` is a schema, as `Plugin(Type, { config })` takes it.
 *
 * @deprecated Write `Plugin(Type, { key, config: schema, secrets })`.
 */
export abstract class PluginConfiguration {
  static readonly formClass: ConfigSchema
  /** Secret fields by dotted path, which the seed did not have: they are never shown again. Default: none. */
  static readonly secrets: Readonly<Record<string, SecretOptions>> | undefined = undefined
}
