import { InvalidInputError, ManagedByFileError } from '../errors/index.ts'
import type { InstanceRow } from '../store/index.ts'
import { metadataOf } from './scope.ts'

/** @throws ManagedByFileError for the first row that a file decides about. */
export function checkUnmanaged(...rows: readonly Pick<InstanceRow, 'name' | 'managedBy'>[]): void {
  for (const { name, managedBy } of rows) if (managedBy !== null) throw new ManagedByFileError(name, managedBy)
}

/** What the history says of an instance that a file has to do with. */
export function managedMetadataOf(row: Parameters<typeof metadataOf>[0] & Pick<InstanceRow, 'managedBy'>): Record<string, unknown> {
  return { ...metadataOf(row), managedBy: row.managedBy }
}

const longestNote = 500

/** @throws InvalidInputError */
export function checkNote(note: unknown): string | null {
  if (note === undefined || note === null) return null
  const text = typeof note === 'string' ? note.trim() : ''
  if (text !== '' && text.length <= longestNote && !/\p{Control}/u.test(text)) return text
  throw new InvalidInputError([{ pointer: '/note', message: `must be a line of 1 to ${longestNote} characters` }])
}
