import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { often } from '../../test/support/runs.ts'
import { anyText } from '../../test/support/json-arbitraries.ts'
import { Rejected, Unavailable } from '../errors/index.ts'
import { scrubError, scrubText } from './index.ts'

/** A core that stands nowhere else, and odd text around it. */
const core = fc.stringMatching(/^[a-z]{6}[0-9]{6}$/).map((text) => `cnry${text}`)
const secret = fc
  .tuple(anyText, core, anyText)
  .map(([start, middle, end]) => ({ core: middle, text: `${start.slice(0, 20)}${middle}${end.slice(0, 20)}` }))

/** How a provider's library hands a secret on. */
const spelling: fc.Arbitrary<(text: string) => string> = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.trim(),
  (text: string) => JSON.stringify({ text }),
  (text: string) => `https://x.example/?k=${encodeURIComponent(Buffer.from(text).toString())}`,
  (text: string) => new URLSearchParams({ text }).toString(),
  (text: string) => Buffer.from(text).toString('base64'),
  (text: string) => `Basic ${Buffer.from(`user:${text}`).toString('base64')}`,
  (text: string) => Buffer.from(text).toString('hex'),
)
class ProviderError extends Error {
  readonly detail: unknown
  constructor(message: string, detail: unknown) {
    super(message)
    this.detail = detail
  }
}

/** Anything a plugin may throw, with a text somewhere in it. */
const thrown: fc.Arbitrary<(text: string) => unknown> = fc.letrec<{ value: (text: string) => unknown }>((tie) => {
  const inner = tie('value')
  return {
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant((text: string): unknown => text),
      inner.map((make) => (text: string) => new Error(`failed: ${text}`, { cause: make(text) })),
      inner.map((make) => (text: string) => Object.assign(new Error('failed'), { config: make(text) })),
      inner.map((make) => (text: string) => new ProviderError(text, make(text))),
      inner.map((make) => (text: string) => new AggregateError([make(text), new Error('other')], text)),
      inner.map((make) => (text: string) => new Unavailable(text, { cause: make(text) })),
      inner.map((make) => (text: string) => new Rejected('no', { cause: make(text) })),
      inner.map((make) => (text: string) => [make(text), 5, null]),
      inner.map((make) => (text: string) => ({ [text]: make(text), port: 25 })),
      inner.map((make) => (text: string) => new Map([[text, make(text)]])),
      inner.map((make) => (text: string) => ({
        body: new Set([make(text)]),
        url: new URL('https://x.example'),
        headers: new Headers({ a: 'b' }),
      })),
      fc.constant((text: string): unknown => Buffer.from(text)),
      fc.constant((text: string): unknown => Symbol(text)),
    ),
  }
}).value

test('[24] whatever a plugin throws, however it spells a secret: nothing of it is shown, and the error stays one of its class', () => {
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 3 }), thrown, spelling, (secrets, make, spell) => {
      const scrub = scrubText(secrets.map(({ text }) => text))
      for (const { core: word, text } of secrets) {
        const error = make(spell(text))
        const shown = scrubError(scrub, error)
        const told = [inspect(shown, { depth: 20, showHidden: true, getters: true }), shownAsJson(shown), shownAsText(shown)].join('\n')
        for (const form of [word, Buffer.from(word).toString('hex')]) expect(told.includes(form), form).toBe(false)
        expect(decodedWords(told)).not.toContain(word)
        expect(shown instanceof Error).toBe(error instanceof Error)
        for (const kind of [Unavailable, Rejected]) expect(shown instanceof kind).toBe(error instanceof kind)
      }
    }),
    often(300),
  )
})

test('[24] what holds no secret is neither changed nor copied', () => {
  fc.assert(
    fc.property(secret, thrown, ({ text }, make) => {
      const clean = make('nothing to hide')
      const before = inspect(clean, { depth: 20 })
      expect(scrubError(scrubText([text]), clean)).toBe(clean)
      expect(inspect(clean, { depth: 20 })).toBe(before)
    }),
    often(150),
  )
})

function shownAsJson(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, item: unknown) =>
        item instanceof Error ? Object.assign({}, item, { message: item.message, stack: item.stack, cause: item.cause }) : item,
      ) ?? ''
    )
  } catch {
    return ''
  }
}

/** A list with a symbol in it has no text. */
function shownAsText(value: unknown): string {
  try {
    return String(value)
  } catch {
    return ''
  }
}

/** What a reader would find who decodes every piece of base64. */
function decodedWords(text: string): string {
  return [...text.matchAll(/[A-Za-z0-9+/_-]{8,}/g)]
    .flatMap(([piece]) => [0, 1, 2, 3].map((from) => Buffer.from(piece.slice(from), 'base64').toString('latin1')))
    .join('\n')
}
