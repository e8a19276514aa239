import type { Json } from '../config/index.ts'
import type { ReferenceDestinations } from './options.ts'

/** What two readers of an address may understand differently: a backslash, a space, a control character. */
const doubtful = /[\\\s\p{Cc}]/u

/** Whether every text of a value is one of the destinations. */
export function isDestination(value: Json, to: ReferenceDestinations): boolean {
  if (to === '*') return true
  if (typeof value === 'object' && value !== null) return Object.values(value).every((item: Json) => isDestination(item, to))
  return to.some((allowed) => matches(String(value), allowed))
}

function matches(value: string, allowed: string): boolean {
  if (value === allowed) return true
  if (doubtful.test(value)) return false
  const [is, may] = [addressOf(value), addressOf(allowed)]
  // Neither is an address: a host name.
  if (is === undefined || may === undefined) return is === may && value.toLowerCase() === allowed.toLowerCase()
  const within = may.pathname.endsWith('/') ? may.pathname : `${may.pathname}/`
  return (
    // `origin` says nothing of an address whose scheme is not the web's.
    is.protocol === may.protocol &&
    is.host === may.host &&
    is.username + is.password === may.username + may.password &&
    (is.pathname === may.pathname || is.pathname.startsWith(within))
  )
}

function addressOf(text: string): URL | undefined {
  return text.includes('://') && URL.canParse(text) ? new URL(text) : undefined
}
