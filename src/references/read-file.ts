import { constants } from 'node:fs'
import { open, realpath, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import type { FileReferences } from './options.ts'
import { notNow, type Outcome } from './outcome.ts'

/** Bytes of the largest file that is read: as much as Kubernetes keeps in a secret. */
const largest: number = 1024 * 1024

/** A file as it is on the disk, and the entries of the allow-list that it falls under. */
export interface FoundFile {
  /** With symbolic links resolved; `undefined` where there is none. */
  readonly path: string | undefined
  /** Empty where it may not be read. */
  readonly entries: readonly FileReferences[]
}

/** Looks where a path leads: it must be allowed as it is in the end, with every `..` and every symbolic link resolved. */
export async function findFile(path: string, allowed: readonly FileReferences[]): Promise<FoundFile> {
  const asked = resolve(path)
  const named = allowed.filter((entry) => isIn(asked, entry.path))
  let real: string | undefined
  try {
    real = await realPath(asked)
  } catch (error) {
    // Where none may be read, it is not told what is wrong with a file.
    if (named.length > 0) throw error
  }
  // Nor whether there is one.
  if (real === undefined) return { path: undefined, entries: named }
  const entries: FileReferences[] = []
  for (const entry of allowed) {
    const root = await realPath(entry.path).catch(() => undefined)
    if (root !== undefined && isIn(real, entry.path.endsWith('/') ? `${root}/` : root)) entries.push(entry)
  }
  return { path: real, entries }
}

/** Reads a file that `findFile` found. */
export async function readFound(path: string): Promise<Outcome<string>> {
  // Not blocking: a pipe in the place of the file would be waited for.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    const file = await handle.stat()
    if (!file.isFile()) return notNow('unreadable', 'is no file')
    // Something may have been swapped for a link since it was looked at.
    const now = await stat(path)
    if ((await realPath(path)) !== path || now.ino !== file.ino || now.dev !== file.dev)
      return notNow('unreadable', 'changed its place while it was being read. Try again')
    const bytes = Buffer.alloc(largest + 1)
    let length = 0
    for (let read = -1; read !== 0 && length <= largest; length += read)
      read = (await handle.read(bytes, length, bytes.length - length)).bytesRead
    if (length > largest) return notNow('too_large', `is larger than ${largest} bytes`)
    return textOf(bytes.subarray(0, length))
  } finally {
    await handle.close()
  }
}

/** Byte for byte; only that a single line loses its line break, as in a shell and in the images that read `…_FILE` variables: no key ends with one. */
function textOf(bytes: Uint8Array): Outcome<string> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return notNow('not_text', 'is not UTF-8 text')
  }
  const line = /^([^\r\n]*)\r?\n$/.exec(text)
  return { ok: true, value: line?.[1] ?? text }
}

async function realPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

function isIn(path: string, allowed: string): boolean {
  return allowed.endsWith(sep) ? path.startsWith(allowed) : path === allowed
}
