/**
 * Where a secret may be sent that is had by a reference: addresses (`https://api.stripe.com`, with a path or without), host names, or `*` for anywhere.
 *
 * @default nothing beyond what the code itself says: the defaults and the fixed values of the plugin's schema.
 */
export type ReferenceDestinations = '*' | readonly string[]

/** Environment variables that secrets may refer to. */
export interface EnvReferences {
  /** A name; `*` stands for any characters: `STRIPE_*`. `PLUGBOARD_KEYS` is never among them. */
  readonly name: string
  readonly to: ReferenceDestinations
}

/** Files that secrets may refer to. */
export interface FileReferences {
  /** An absolute path: a folder and everything below where it ends with `/`, else that file. */
  readonly path: string
  readonly to: ReferenceDestinations
}

/**
 * Gives the secret of a name; called at each build, test and save.
 *
 * @param name What stands behind the scheme: `payments/stripe` of `vault:payments/stripe`.
 * @param options.signal Aborted when `buildDeadline` is over.
 */
export type ReferenceResolver = (name: string, options: { readonly signal: AbortSignal }) => string | Promise<string>

/** A scheme of the application's own. */
export interface ResolvedReferences {
  readonly resolve: ReferenceResolver
  readonly to: ReferenceDestinations
}

/** What secrets may refer to instead of being stored. Nothing is on by default. */
export interface ReferenceOptions {
  /** Environment variables, by name or pattern: `['STRIPE_*']`. */
  readonly env?: readonly (string | EnvReferences)[]
  /** Folders and files: `['/run/secrets/']`. */
  readonly file?: readonly (string | FileReferences)[]
  /** Further schemes, by name: `{ vault: (name, { signal }) => client.read(name, { signal }) }`. */
  readonly resolvers?: Readonly<Record<string, ReferenceResolver | ResolvedReferences>>
}
