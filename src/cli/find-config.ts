import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ConfigFileError } from './cli-errors.ts'

export const names: readonly string[] = ['ts', 'mts', 'js', 'mjs', 'cts', 'cjs'].map((extension) => `plugboard.config.${extension}`)

/**
 * The config file: the one named, or the nearest `plugboard.config.*` from a folder upward.
 *
 * @throws ConfigFileError
 */
export function findConfig(from: string, named: string | undefined): string {
  if (named !== undefined) {
    const file = resolve(from, named)
    if (isFile(file)) return file
    throw new ConfigFileError(`There is no config file '${file}'. Name the one that exports your board.`)
  }
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = names.map((name) => join(folder, name)).find(isFile)
    if (found !== undefined) return found
    if (dirname(folder) === folder) break
  }
  throw new ConfigFileError(
    `There is no plugboard.config.ts in '${from}' or above. Make one that exports your board, ` +
      'export const board = createBoard({ … }), or name it: plugboard --config <file>.',
  )
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
