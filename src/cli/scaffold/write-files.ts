import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { OutputFileError } from '../cli-errors.ts'

/** What was done to files; paths are relative to the folder. */
export interface WrittenFiles {
  readonly created: string[]
  readonly changed: string[]
  readonly left: { readonly path: string; readonly why: string }[]
}

export function nothingWritten(): WrittenFiles {
  return { created: [], changed: [], left: [] }
}

/** Writes a file that is not there; one that is stays as it is. @throws OutputFileError */
export function writeNew(folder: string, path: string, text: string, written: WrittenFiles, mode: number = 0o666): void {
  const file = join(folder, path)
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { flag: 'wx', mode })
    written.created.push(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw new OutputFileError(`'${file}' can't be written (${code ?? 'unknown reason'}).`, { cause: error })
    written.left.push({ path, why: 'it is there already' })
  }
}

/**
 * Adds lines to the end of a file, or makes it; nothing that stands in it is changed.
 *
 * @param isThere Whether the text has what is to be added.
 * @throws OutputFileError
 */
export function appendLines(
  folder: string,
  path: string,
  lines: string,
  options: { readonly isThere: (text: string) => boolean; readonly written: WrittenFiles; readonly mode?: number },
): void {
  const { isThere, written, mode } = options
  const file = join(folder, path)
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return writeNew(folder, path, lines, written, mode)
  if (lstatSync(file).isSymbolicLink() || !existsSync(file) || !statSync(file).isFile())
    return void written.left.push({
      path,
      why: `it is no ordinary file. Add to it yourself: ${lines.trim().split('\n')[0]?.split('=')[0] ?? ''}`,
    })
  try {
    const text = readFileSync(file, 'utf8')
    if (isThere(text)) return void written.left.push({ path, why: 'it has this already' })
    if (mode !== undefined) chmodSync(file, mode)
    writeFileSync(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${lines}`, { flag: 'a' })
    written.changed.push(path)
  } catch (error) {
    throw new OutputFileError(`'${file}' can't be written (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`, {
      cause: error,
    })
  }
}
