const mark = '[secret]'
/** Shorter values stand in ordinary words too often: replacing them would only garble the text. */
const shortest = 4

/** Takes known secrets out of a text; gives the same text where there is none. */
export type Scrub = (text: string) => string

/**
 * Makes a function that takes known secret values out of a text, as they are and as URLs, JSON and base64 carry them.
 *
 * @param values The secrets; values under 4 characters are left.
 */
export function scrubText(values: readonly string[]): Scrub {
  const forms = new Set<string>()
  for (const value of values) {
    if (value.length < shortest) continue
    forms.add(value)
    forms.add(JSON.stringify(value).slice(1, -1))
    forms.add(safeEncode(value))
    forms.add(new URLSearchParams([['', value]]).toString().slice(1))
    const base64 = Buffer.from(value).toString('base64')
    forms.add(base64)
    forms.add(base64.replace(/=+$/, ''))
    forms.add(Buffer.from(value).toString('base64url'))
    forms.add(Buffer.from(value).toString('hex'))
  }
  // The longest first, or a part of one would be replaced inside another.
  const sorted = [...forms].filter((form) => form.length >= shortest).toSorted((a, b) => b.length - a.length)
  if (sorted.length === 0) return (text) => text
  return (text) => sorted.reduce((rest, form) => rest.replaceAll(form, mark), text)
}

/** A lone surrogate can't be percent-encoded. */
function safeEncode(value: string): string {
  return encodeURIComponent(Buffer.from(value).toString())
}
