const mark = '[secret]'
/** Shorter values stand in ordinary words too often: replacing them would only garble the text. */
const shortest = 4
/** A line of a longer secret says something only from this length on. */
const shortestLine = 8
const mostLines = 1_000
/** The first and the last line of a key in PEM, which are the same for everybody. */
const frame = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/
/** With so few forms, looking for each is faster than looking at each place. */
const fewForms = 200

/** Takes known secrets out of a text; gives the same text where there is none. */
export type Scrub = (text: string) => string

/** The scrub of what has no secrets. */
export const scrubNothing: Scrub = (text) => text

/**
 * Makes a function that takes known secret values out of a text: as they are and as URLs, JSON, hex and base64 carry them, inside a longer base64 (Basic
 * authorization) too, and the single lines of one that has many.
 *
 * @param values The secrets; values under 4 characters are left.
 */
export function scrubText(values: readonly string[]): Scrub {
  const forms = [...new Set(values.flatMap((value) => [value, value.trim()]).flatMap(formsOf))]
  if (forms.length === 0) return scrubNothing
  // By their first characters, so that the time does not grow with their number.
  const byStart = new Map<string, string[]>()
  for (const form of forms) {
    const start = form.slice(0, shortest)
    const same = byStart.get(start)
    if (same === undefined) byStart.set(start, [form])
    else same.push(form)
  }
  return (text) => {
    if (forms.length <= fewForms && !forms.some((form) => text.includes(form))) return text
    return withMarks(text, byStart)
  }
}

/** Every stretch that some form covers becomes one mark: where two overlap, nothing of either is left. */
function withMarks(text: string, byStart: ReadonlyMap<string, readonly string[]>): string {
  let result = ''
  let end = 0
  for (let index = 0; index + shortest <= text.length; index++) {
    let here = 0
    for (const form of byStart.get(text.slice(index, index + shortest)) ?? []) {
      if (text.startsWith(form, index)) here = Math.max(here, index + form.length)
    }
    if (here === 0) continue
    if (index >= end) result += text.slice(end, index) + mark
    end = Math.max(end, here)
  }
  return result + text.slice(end)
}

function formsOf(value: string): string[] {
  if (value.length < shortest) return []
  const json = JSON.stringify(value).slice(1, -1)
  const percent = safeEncode(value)
  const bytes = Buffer.from(value)
  const hex = bytes.toString('hex')
  return [
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    percent,
    percent.replaceAll(/%../g, (code) => code.toLowerCase()),
    new URLSearchParams([['', value]]).toString().slice(1),
    hex,
    hex.toUpperCase(),
    // As bytes are read by who takes each for a character: a header, a dump.
    bytes.toString('latin1'),
    ...base64Of(bytes).flatMap((base64) => [base64, base64.replaceAll('+', '-').replaceAll('/', '_')]),
    ...linesOf(value),
  ]
}

/** As base64, whole and as it stands inside that of a longer text: which characters are the secret's own depends on how many bytes go before it. */
function base64Of(bytes: Buffer): string[] {
  const whole = bytes.toString('base64')
  const inside = [0, 1, 2].map((before) => {
    const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return base64.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
  })
  return [whole, whole.replaceAll('=', ''), ...inside]
}

function linesOf(value: string): string[] {
  const lines = value.split(/\r\n|\r|\n|\\n/).map((line) => line.trim())
  return lines
    .filter((line) => line.length >= shortestLine && !frame.test(line))
    .slice(0, mostLines)
    .flatMap((line) => [line, JSON.stringify(line).slice(1, -1)])
}

/** A lone surrogate can't be percent-encoded. */
function safeEncode(value: string): string {
  return encodeURIComponent(Buffer.from(value).toString())
}
