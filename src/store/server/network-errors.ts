/** Codes of Node's own errors that say a server is out of reach. */
const codes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EACCES',
])

/** The `code` of an error; of the first one inside, where a connection was tried at several addresses. */
export function codeOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined
  if ('code' in error && error.code !== undefined) return error.code
  return error instanceof AggregateError ? codeOf(error.errors[0]) : undefined
}

export function isNetworkError(error: unknown): boolean {
  const code = codeOf(error)
  return typeof code === 'string' && codes.has(code)
}
