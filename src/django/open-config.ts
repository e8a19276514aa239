import type { Json } from '../contract/index.ts'
import { openToken, type FernetKey } from './fernet.ts'
import type { OpenedValue } from './typed-config.ts'

/** What became of a stored config. */
export type OpenedConfig =
  | { readonly state: 'none' }
  | { readonly state: 'opened'; readonly fields: { readonly [name: string]: OpenedValue } }
  | { readonly state: 'damaged'; readonly text: string }

/** How many tokens there were, and how many of them opened. */
export interface TokenTally {
  tokens: number
  opened: number
}

/** Opens every token of a stored config. @param tally Is added to. */
export function openConfig(stored: string | null, keys: readonly FernetKey[], tally: TokenTally): OpenedConfig {
  if (stored === null) return { state: 'none' }
  let value: unknown
  try {
    value = JSON.parse(stored)
    // Some drivers wrote the document once more as a text.
    if (typeof value === 'string' && /^\s*[[{]/.test(value)) value = JSON.parse(value)
  } catch {
    return { state: 'damaged', text: 'its config is not JSON' }
  }
  if (value === null) return { state: 'none' }
  const broken: string[] = []
  const opened = visit(value as Json, '')
  if (broken.length > 0) {
    const names = [...new Set(broken)].filter((name) => name !== '').toSorted()
    const place = names.length === 0 ? 'its config' : names.map((name) => `'${name}'`).join(', ')
    return { state: 'damaged', text: `${place} can't be opened with these keys: another key sealed it, or it was changed` }
  }
  // None, sealed as a whole.
  if (opened === 'None' || opened === '') return { state: 'none' }
  if (typeof opened !== 'object' || opened === null || Array.isArray(opened))
    return { state: 'damaged', text: 'its config is not a dictionary' }
  return { state: 'opened', fields: opened as { readonly [name: string]: OpenedValue } }

  /** @param field The top-level one it is in: a name in the application's code. What is deeper may be named by anybody. */
  function visit(part: Json, field: string): OpenedValue {
    if (part === null) return null
    if (Array.isArray(part)) return part.map((item: Json) => visit(item, field))
    if (typeof part === 'object')
      return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, visit(item, field === '' ? name : field)]))
    tally.tokens++
    const text = typeof part === 'string' ? openToken(part, keys) : undefined
    if (text === undefined) {
      broken.push(field)
      return null
    }
    tally.opened++
    return text
  }
}
