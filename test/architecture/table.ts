/** What a folder of `src` may import. The table of the house: CONTRIBUTING.md shows it in words. */
export interface Layer {
  /** Folders, whose `index.ts` is the only door; `board` stands for the files directly under `src` that are no entry. */
  readonly folders: readonly string[]
  /** Packages. With `dynamic`, only as `import()`; with `types`, only as `import type`. `(computed)`: an import whose name is no literal. */
  readonly packages?: Readonly<Record<string, 'any' | 'dynamic' | 'types'>>
  /** Modules of Node beyond those everyone may use. */
  readonly builtins?: readonly string[]
}

const words = ['errors', 'contract'] as const
const board = [...words, 'config', 'crypto', 'selection', 'references', 'registry', 'store', 'sync', 'runtime', 'operations'] as const
const standardSchema = { '@standard-schema/spec': 'types' } as const

export const layers: Readonly<Record<string, Layer>> = {
  errors: { folders: [] },
  contract: { folders: ['errors'], packages: standardSchema },
  config: { folders: words, packages: standardSchema },
  crypto: { folders: ['errors'], packages: { jose: 'dynamic' }, builtins: ['node:crypto'] },
  selection: { folders: words },
  // Beyond the design: the one room that reads the secrets configs refer to, with its own line to the disk (docs/decisions/0015).
  references: { folders: [...words, 'config'], builtins: ['node:fs', 'node:fs/promises', 'node:path'] },
  registry: { folders: [...words, 'config'] },
  store: {
    folders: ['errors'],
    packages: { kysely: 'any', uuid: 'any', '@photostructure/sqlite': 'dynamic', 'better-sqlite3': 'dynamic', '(computed)': 'dynamic' },
    builtins: ['node:fs', 'node:fs/promises', 'node:module', 'node:os', 'node:path', 'node:sqlite', 'node:url'],
  },
  sync: { folders: [...words, 'registry', 'store'] },
  runtime: {
    folders: [...words, 'registry', 'config', 'references', 'crypto', 'store', 'selection'],
    builtins: ['node:os', 'node:diagnostics_channel'],
  },
  // Beyond the design: a reorder must know the order that selection makes (docs/decisions/0001).
  operations: { folders: [...words, 'registry', 'config', 'references', 'crypto', 'store', 'selection', 'runtime'] },
  board: { folders: board },
  // zod says what is taken and given, once: it validates, and the OpenAPI document is made of it.
  // '#page' is what the build makes of ui/.
  admin: { folders: [...board, 'board'], packages: { hono: 'any', zod: 'any', '#page': 'dynamic' } },
  cli: {
    folders: [...words, 'board', 'admin', 'frameworks', 'django', 'files'],
    packages: { commander: 'any', '@clack/prompts': 'any', jiti: 'any' },
    builtins: [
      'node:fs',
      'node:fs/promises',
      'node:http',
      'node:os',
      'node:path',
      'node:process',
      'node:url',
      'node:util',
      'node:tty',
      'node:module',
      'node:stream',
    ],
  },
  // The runtime's channels carry messages of its types: otel reads them (docs/decisions/0016).
  integrations: {
    folders: [...words, 'board', 'store', 'runtime'],
    packages: { '(computed)': 'dynamic', '@opentelemetry/api': 'any' },
    builtins: ['node:diagnostics_channel'],
  },
  frameworks: { folders: [...words, 'board', 'admin'], packages: { '@hono/node-server': 'any' } },
  // Beyond the design: the one room that loads packages nobody imported by name.
  discovery: { folders: words, packages: { '(computed)': 'dynamic' }, builtins: ['node:fs/promises', 'node:path', 'node:url'] },
  // The text of a file: what it says is the operations' affair. yaml is loaded when a file is read.
  files: { folders: [...words, 'operations'], packages: { yaml: 'dynamic' }, builtins: ['node:fs'] },
  // What django-plugin-system stored: read with the store's drivers, typed by the plugins' schemas.
  django: { folders: [...words, 'config', 'store', 'board'], builtins: ['node:fs'] },
  legacy: { folders: [...words, 'board'] },
  // The entry of SQLite, loaded when testPlugin needs a database; and a server that never answers.
  testing: {
    folders: [...board, 'board', 'entry'],
    packages: { vitest: 'types' },
    builtins: ['node:fs', 'node:fs/promises', 'node:net', 'node:os', 'node:path'],
  },
  /** Entry files: what the package exports. They compose, so they may take from every room. */
  entry: { folders: [...board, 'board', 'discovery', 'admin', 'cli', 'integrations', 'frameworks', 'files', 'legacy', 'testing'] },
}

/** Modules of Node that hold no state and reach nothing outside: free for everyone but `errors`, `contract` and `selection`. */
export const freeBuiltins: readonly string[] = [
  'node:async_hooks',
  'node:buffer',
  'node:crypto',
  'node:events',
  'node:timers',
  'node:timers/promises',
  'node:util',
]
export const pureLayers: readonly string[] = ['errors', 'contract', 'selection']
