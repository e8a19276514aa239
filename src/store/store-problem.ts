import { messageOf, PlugboardError, SchemaMissingError, StoreError, UniqueViolationError } from '../errors/index.ts'
import type { Dialect } from './dialect.ts'
import { schemaVersion } from './migrations/index.ts'

/** What the store throws for an error of the database. Errors of ours pass as they are. */
export function storeProblem(error: unknown, { description, problem }: Pick<Dialect, 'description' | 'problem'>): PlugboardError {
  if (error instanceof PlugboardError) return error
  const options = { cause: error }
  const kind = problem(error)
  switch (kind) {
    case 'unique':
      return new UniqueViolationError(
        `${description} already has a live row of this key or name. Choose another; nothing was written.`,
        options,
      )
    case 'no-table':
      return new SchemaMissingError(0, schemaVersion)
    case 'busy':
      return new StoreError(
        `${description} is locked by another process, and stayed so. Find what holds it (an open transaction, a backup) and try again; nothing was written.`,
        options,
      )
    case 'conflict':
      return new StoreError(
        `${description} ended the transaction in favour of another one, several times over. Try again; nothing was written. It said: ${messageOf(error)}`,
        options,
      )
    case 'read-only':
      return new StoreError(
        `${description} is read-only. Give this process write access: to the file and its folder, or to a server that is no standby; nothing was written.`,
        options,
      )
    case 'full':
      return new StoreError(
        `${description} is full: no space is left on the disk, or the database is at its limit. Make room and try again; nothing was written.`,
        options,
      )
    case 'unwritable':
      return new StoreError(
        `${description} can't grow or be written to: a quota, a limit on the size of files (ulimit -f), or a failing disk. Raise it or make room and try again; nothing was written. It said: ${messageOf(error)}`,
        options,
      )
    case 'unreachable':
      return new StoreError(
        `${description} can't be reached. Check that its place exists, that it is running, and that this process may use it. It said: ${messageOf(error)}`,
        options,
      )
    case 'damaged':
      return new StoreError(
        `${description} is damaged, or is no database at all. Check its place, or restore a backup. It said: ${messageOf(error)}`,
        options,
      )
    case 'too-large':
      return new StoreError(
        `${description} takes no statement as large as this one needs. Raise the server's max_allowed_packet (64M is usual); nothing was written.`,
        options,
      )
    case 'forbidden':
      return new StoreError(`${description} does not allow this. Grant what plugboard needs. It said: ${messageOf(error)}`, options)
    case 'no-transaction':
    case undefined:
      return new StoreError(`${description} answered with an error: ${messageOf(error)}`, options)
  }
}
