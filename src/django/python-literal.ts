import type { Json } from '../contract/index.ts'

const numberPattern = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy
const words: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null }
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\u0007', '0': '\0', '\n': '' }

/**
 * Reads what Python's `repr` wrote of a list, tuple, set or dictionary of texts, numbers, True, False and None.
 *
 * @returns `undefined` for anything else.
 */
export function pythonLiteral(text: string): Json | undefined {
  let at = 0
  try {
    const value = read(0)
    space()
    return at === text.length ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }

  function read(depth: number): Json {
    if (depth > 100) throw new SyntaxError('too deep')
    space()
    const first = text[at] ?? ''
    if (first === '[') return list(']', depth)
    if (first === '(') return list(')', depth)
    if (first === '{') return braces(depth)
    if (first === "'" || first === '"') return quoted(first)
    const word = /[A-Za-z]+/y
    word.lastIndex = at
    const name = word.exec(text)?.[0]
    if (name !== undefined && Object.hasOwn(words, name)) {
      at += name.length
      return words[name] ?? null
    }
    numberPattern.lastIndex = at
    const digits = numberPattern.exec(text)?.[0] ?? fail()
    at += digits.length
    return finite(digits)
  }

  function list(end: string, depth: number): Json[] {
    at++
    const items: Json[] = []
    while (!took(end)) {
      items.push(read(depth + 1))
      if (!took(',')) return took(end) ? items : fail()
    }
    return items
  }

  /** A dictionary, or a set. */
  function braces(depth: number): Json {
    const start = at
    at++
    if (took('}')) return {}
    const first = read(depth + 1)
    if (!took(':')) {
      at = start
      return list('}', depth)
    }
    const entries: [string, Json][] = [[nameOf(first), read(depth + 1)]]
    while (took(',')) {
      if (took('}')) return Object.fromEntries(entries)
      const name = nameOf(read(depth + 1))
      if (!took(':')) fail()
      entries.push([name, read(depth + 1)])
    }
    return took('}') ? Object.fromEntries(entries) : fail()
  }

  function quoted(quote: string): string {
    let said = ''
    for (at++; at < text.length; at++) {
      const character = text[at] ?? ''
      if (character === quote) {
        at++
        return said
      }
      said += character === '\\' ? escaped() : character
    }
    return fail()
  }

  function escaped(): string {
    const kind = text[++at] ?? ''
    const digits = { x: 2, u: 4, U: 8 }[kind]
    if (digits === undefined) return escapes[kind] ?? (/[\\'"]/.test(kind) ? kind : fail())
    const hex = text.slice(at + 1, at + 1 + digits)
    if (!/^[\da-f]+$/i.test(hex) || hex.length !== digits || parseInt(hex, 16) > 0x10ffff) fail()
    at += digits
    return String.fromCodePoint(parseInt(hex, 16))
  }

  function took(sign: string): boolean {
    space()
    if (text[at] !== sign) return false
    at++
    return true
  }

  function space(): void {
    while (/\s/.test(text[at] ?? '')) at++
  }

  function fail(): never {
    throw new SyntaxError('no Python literal')
  }
}

function nameOf(value: Json): string {
  if (typeof value === 'string') return value
  throw new SyntaxError('a name that is no text')
}

/** A number that JavaScript keeps exactly, as far as it is whole. */
function finite(digits: string): number {
  const value = Number(digits)
  if (!Number.isFinite(value) || (/^[+-]?\d+$/.test(digits) && !Number.isSafeInteger(value))) throw new SyntaxError('a number too large')
  return value
}
