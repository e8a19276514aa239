import { InvalidInputError, quote } from '../errors/index.ts'

/** A place in a list, as callers hold it: nothing of it is to be read by them. */
export function writeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** What `writeCursor` was given; anything may stand in it, since anybody may have written it. Empty where it is none. */
export function readCursor(text: string): readonly unknown[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return isList(place) ? place : []
  } catch {
    return []
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether something is an id as rows have one. Anything else is kept from the database: PostgreSQL answers some texts with an error. */
export function isRowId(value: unknown): value is string {
  return typeof value === 'string' && uuid.test(value)
}

/** What to throw for a cursor that is none. */
export function noCursor(text: string): InvalidInputError {
  return new InvalidInputError([{ pointer: '/after', message: `${quote(text)} is no place in a list: give the \`next\` of a page` }])
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
