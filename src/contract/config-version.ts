import type { Json, JsonObject } from './json.ts'

/** A value as JSON carries it; a property that is `undefined` is left out. */
export type MigratedValue = Json | readonly MigratedValue[] | { readonly [name: string]: MigratedValue | undefined }

/** What a step gives: the whole config of the next version. */
export type MigratedConfig = { readonly [name: string]: MigratedValue | undefined }

/**
 * Brings a stored config from one version to the next. It gets a copy of what is stored, secrets included, defaults not filled in, and gives the whole new
 * config. It runs each time a config of its version is read until that is saved, in every process: let it be repeatable, and write nothing elsewhere.
 */
export type ConfigStep = (config: JsonObject) => MigratedConfig | Promise<MigratedConfig>

/** Steps are checked by name up to this version; above it any are taken here, and missing ones are found by `createBoard`. */
type MostChecked = 100

/** `1 | 2 | … | V - 1`; `number` where `V` is not known or is no version. */
type VersionsBelow<V extends number, Seen extends readonly unknown[] = [unknown], Found = never> = number extends V
  ? number
  : Seen['length'] extends V
    ? Found
    : Seen['length'] extends MostChecked
      ? number
      : VersionsBelow<V, readonly [...Seen, unknown], Found | Seen['length']>

/** The steps a plugin of version `V` needs: one from each version below it to the next. */
export type ConfigSteps<V extends number> = { readonly [From in VersionsBelow<V> & number]: ConfigStep }

/**
 * What a plugin says of versions of its config.
 *
 * - `version`: of what is stored, a whole number from 1 to 1,000. Default 1. Raise it with a change that configs stored before do not fit.
 * - `migrate`: for each version below it, the step that makes a config of that version one of the next.
 *
 * @example
 * version: 3, migrate: { 1: ({ key, ...rest }) => ({ ...rest, apiKey: key }), 2: ({ timeout, ...rest }) => rest }
 */
export type ConfigVersion<V extends number> = [VersionsBelow<V>] extends [never]
  ? { readonly version?: V; readonly migrate?: { readonly [From in number]: never } }
  : number extends V
    ? { readonly version?: V; readonly migrate?: ConfigSteps<number> }
    : { readonly version: V; readonly migrate: ConfigSteps<V> }
