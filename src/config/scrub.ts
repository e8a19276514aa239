const mark = '[secret]'
/** Shorter values stand in ordinary words too often: replacing them would only garble the text. */
const shortest = 4

/**
 * Makes a function that takes known secret values out of a text, as they are and as URLs, JSON and base64 carry them.
 *
 * @param values The secrets; values under 4 characters are left.
 */
export function scrubText(values: readonly string[]): (text: string) => string {
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

/**
 * Takes known secrets out of what a plugin threw: message, stack, text fields and causes. The error stays the same object where it can be changed.
 *
 * @param scrub From {@link scrubText}.
 */
export function scrubError(scrub: (text: string) => string, thrown: unknown): unknown {
  return visit(thrown, 0, new Set())

  function visit(value: unknown, depth: number, seen: Set<object>): unknown {
    if (typeof value === 'string') return scrub(value)
    if (typeof value !== 'object' || value === null || depth > 6 || seen.has(value)) return value
    seen.add(value)
    for (const key of Reflect.ownKeys(value)) {
      const property = Reflect.getOwnPropertyDescriptor(value, key)
      if (property === undefined) continue
      // V8 gives `stack` an accessor in newer releases; other accessors are the error's own code and are left alone.
      const current: unknown = 'value' in property ? property.value : key === 'stack' ? (value as Error).stack : undefined
      const clean = visit(current, depth + 1, seen)
      if (clean === current) continue
      if (property.writable === true || property.set !== undefined) Reflect.set(value, key, clean)
      else if (property.configurable === true) Reflect.defineProperty(value, key, { ...property, value: clean })
    }
    return value
  }
}
