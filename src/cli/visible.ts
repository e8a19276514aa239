import { stripVTControlCharacters } from 'node:util'

// C0 without tab and line feed, DEL, C1, and what turns the direction of the text after it.
// eslint-disable-next-line no-control-regex -- they are what is looked for.
const dangerous = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g

/**
 * A text as a terminal may show it: nothing in it moves the cursor, changes colours or turns the direction of what follows. Escape sequences
 * are taken out, what is left of control characters is shown as a sign. Line breaks stay.
 */
export function visible(text: string): string {
  return stripVTControlCharacters(text).replace(dangerous, pictureOf)
}

/** The same on one line, for a cell of a table. */
export function visibleLine(text: string): string {
  return visible(text.replaceAll('\n', '␊').replaceAll('\t', ' '))
}

/** JSON whose text holds no such character either; it parses to the same value. */
export function visibleJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2)
  return text.replace(dangerous, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function pictureOf(character: string): string {
  const code = character.charCodeAt(0)
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd'
}
