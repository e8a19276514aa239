/** Numbers here are those of JSON in a browser: a decimal with more digits than they hold becomes another one. */

/** Sign, digits and exponent of a decimal, without the zeros that change nothing; `undefined` where it is none. */
function digitsOf(text: string): string | undefined {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text)
  if (found === null) return undefined
  const [, sign = '', whole = '', part = '', exponent = '0'] = found
  const all = `${whole}${part}`
  if (all === '') return undefined
  const digits = all.replace(/^0+/, '').replace(/0+$/, '')
  if (digits === '') return '0'
  const zeros = all.length - all.replace(/0+$/, '').length
  return `${sign === '-' ? '-' : ''}${digits}e${Number(exponent) - part.length + zeros}`
}

/** Whether a text is a decimal number. */
export function isDecimal(text: string): boolean {
  return digitsOf(text) !== undefined
}

/** What is kept of a decimal that is typed, where that is another number; `undefined` where it stays what it is. */
export function inexact(text: string): string | undefined {
  const kept = String(Number(text))
  return digitsOf(text) === digitsOf(kept) ? undefined : kept
}

/** The first number in a JSON text of which another one would be kept, and what that is. */
export function inexactIn(json: string): { readonly value: string; readonly kept: string } | undefined {
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g)) {
    const kept = token.startsWith('"') ? undefined : inexact(token)
    if (kept !== undefined) return { value: token, kept }
  }
  return undefined
}
