import { PlugboardError } from './plugboard-error.ts'

/** Thrown when the database can't be reached, is locked, full or read-only, or answers with an error. `cause` is the driver's. */
export class StoreError extends PlugboardError {
  static override readonly code: string = 'store'
}

/** Thrown when the database has no Plugboard tables, or older ones than this release needs. */
export class SchemaMissingError extends PlugboardError {
  static override readonly code: string = 'schema_missing'
  constructor(found: number, needed: number) {
    super(
      found === 0
        ? "The database has no Plugboard tables. Run plugboard migrate, or create the board with { migrate: 'on-start' }."
        : `The database has schema version ${found}; this release needs ${needed}. Run plugboard migrate, or create the board with { migrate: 'on-start' }.`,
    )
  }
}

/** Thrown when a newer release has changed the database in a way this one can't read. */
export class SchemaTooNewError extends PlugboardError {
  static override readonly code: string = 'schema_too_new'
  constructor(oldestReader: number, supported: number) {
    super(
      `The database needs a release that reads schema version ${oldestReader} or later; this one reads up to ${supported}. Update plugboard; nothing was changed.`,
    )
  }
}

/** Thrown when a name is already taken inside the store's unique index. */
export class UniqueViolationError extends PlugboardError {
  static override readonly code: string = 'unique_violation'
}

/** Thrown when no driver for the database can be loaded. */
export class DriverMissingError extends PlugboardError {
  static override readonly code: string = 'driver_missing'
}
