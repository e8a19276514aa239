import { dirname, join } from 'node:path/posix'
import type { Import, SourceFile } from './source-file.ts'
import { freeBuiltins, layers, pureLayers, type Layer } from './table.ts'

/** What the checker must know of the tree beside the table. */
export interface Tree {
  /** Paths of the entry files, `src/index.ts` for one. */
  readonly entries: readonly string[]
  /** Whether a path exists. */
  readonly exists: (path: string) => boolean
}

/** Every import of `file`, a path like `src/crypto/token.ts`, that the table does not allow, one sentence each. */
export function checkImports(file: SourceFile, tree: Tree): readonly string[] {
  const name = layerOf(file.path, tree)
  const layer = layers[name]
  if (layer === undefined) return [`${file.path}: the folder '${name}' is not in the table of test/architecture/table.ts.`]
  return file.imports.flatMap((found) => {
    const problem = found.specifier.startsWith('.') ? inside(file.path, name, layer, found, tree) : outside(name, layer, found)
    return problem === undefined ? [] : [`${file.path}:${String(found.line)} imports '${found.specifier}': ${problem}`]
  })
}

function layerOf(path: string, tree: Tree): string {
  const [, folder, ...below] = path.split('/')
  if (below.length > 0) return folder ?? ''
  return tree.entries.includes(path) ? 'entry' : 'board'
}

function inside(path: string, from: string, layer: Layer, found: Import, tree: Tree): string | undefined {
  const target = join(dirname(path), found.specifier)
  if (!target.startsWith('src/')) return 'it leaves src.'
  if (!target.endsWith('.ts')) return 'a relative import ends with .ts.'
  if (!tree.exists(target)) return 'there is no such file.'
  const to = layerOf(target, tree)
  if (to === from) return undefined
  // The main entry is the door of the board.
  const folder = to === 'entry' && target === 'src/index.ts' ? 'board' : to
  if (!layer.folders.includes(folder)) return `${from} must not import ${folder}; it may import ${layer.folders.join(', ') || 'nothing'}.`
  // An entry is a door itself.
  if (folder !== 'board' && folder !== 'entry' && target !== `src/${folder}/index.ts` && from !== 'entry')
    return `a folder is entered by its door, src/${folder}/index.ts.`
  return undefined
}

function outside(from: string, layer: Layer, found: Import): string | undefined {
  if (found.specifier.startsWith('node:')) return builtin(from, layer, found)
  const name = found.specifier
    .split('/')
    .slice(0, found.specifier.startsWith('@') ? 2 : 1)
    .join('/')
  const allowed = layer.packages?.[name]
  if (allowed === undefined) return `${from} must not import this package.`
  if (found.kind === 'types' || allowed === 'any' || allowed === found.kind) return undefined
  return allowed === 'types' ? 'only its types may be imported.' : 'it is loaded when first needed, by import().'
}

function builtin(from: string, layer: Layer, found: Import): string | undefined {
  if (found.kind === 'types' || layer.builtins?.includes(found.specifier) === true) return undefined
  if (freeBuiltins.includes(found.specifier) && !pureLayers.includes(from)) return undefined
  return `${from} must not use this module of Node.`
}
