import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { messageOf, PlugboardError } from '../errors/index.ts'
import type { Board } from '../index.ts'
import { ConfigFileError } from './cli-errors.ts'
import { findConfig } from './find-config.ts'

/**
 * Loads the application's config file and gives the board it exports, as `board` or as the default.
 *
 * TypeScript is transformed on the way; packages are imported as Node does it, so the application's `plugboard` is one copy with one set of
 * classes, whatever it is imported by.
 *
 * @param from Folder the command was typed in.
 * @param named What `--config` says.
 * @throws ConfigFileError; RegistrationError and other errors of ours as the config file throws them.
 */
export async function loadBoard(from: string, named: string | undefined): Promise<Board> {
  const file = findConfig(from, named)
  // A config file found above is run as if the command had been typed beside it: its `sqlite('plugboard.db')` must mean the same file.
  // One that is named is the application's way to start it from elsewhere: it is run from where the command was typed, as the application would be.
  if (named === undefined) process.chdir(dirname(file))
  const { createJiti } = await import('jiti')
  const jiti = createJiti(file, {
    tsconfigPaths: true,
    // `require('plugboard')` from a transformed file; imports are native anyway.
    nativeModules: ['plugboard'],
    fsCache: cacheFolder(dirname(file)) ?? false,
  })
  let exported: unknown
  try {
    exported = await jiti.import(file)
    return await boardIn(exported, file)
  } catch (error) {
    if (error instanceof PlugboardError) throw error
    throw new ConfigFileError(`'${file}' can't be loaded: ${messageOf(error)}`, { cause: error })
  }
}

/** Transformed sources are kept where only the project's owner writes; a folder in /tmp could be filled by somebody else. */
function cacheFolder(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules')
    if (existsSync(modules)) return join(modules, '.cache', 'plugboard')
    if (dirname(folder) === folder) return undefined
  }
}

async function boardIn(exported: unknown, file: string): Promise<Board> {
  const module = fieldsOf(exported)
  const standard = await module['default']
  for (const candidate of [await module['board'], standard, await fieldsOf(standard)['board']]) {
    if (isBoard(candidate)) return candidate
  }
  const names = Object.keys(module).filter((name) => name !== '__esModule')
  throw new ConfigFileError(
    `'${file}' exports no board${names.length === 0 ? '' : `, but ${names.join(', ')}`}. ` +
      `Write in ${basename(file)}: export const board = createBoard({ … })`,
  )
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null ? (value as Record<string, unknown>) : {}
}

/** By its shape: the application may have another copy of the library than the command that was started. */
function isBoard(value: unknown): value is Board {
  const fields = fieldsOf(value)
  const methods = ['sync', 'migrate', 'explain', 'close']
  return methods.every((name) => typeof fields[name] === 'function') && 'admin' in fields && 'internals' in fields
}
