import { createContext, use, useEffect, useState, type ReactNode } from 'react'
import { useWords, type Words } from '../messages/index.ts'

const NowContext = createContext(Date.now())

/** One clock for the page: everything relative moves together, once a second. */
export function Clock({ children }: { readonly children: ReactNode }): ReactNode {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return <NowContext value={now}>{children}</NowContext>
}

export function useNow(): number {
  return use(NowContext)
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export function relative({ t }: Words, at: number, now: number): string {
  const age = Math.max(now - at, 0)
  if (age < 2_000) return t('time.now')
  if (age < minute) return t('time.seconds', { count: Math.floor(age / 1_000) })
  if (age < hour) return t('time.minutes', { count: Math.floor(age / minute) })
  if (age < day) return t('time.hours', { count: Math.floor(age / hour) })
  return t('time.days', { count: Math.floor(age / day) })
}

export function exact({ locale }: Words, at: number): string {
  return new Date(at).toLocaleString(locale, { dateStyle: 'full', timeStyle: 'long' })
}

/** `03:12` today, `2 Sept` before. */
export function clockOrDay({ locale }: Words, at: number, now: number): string {
  const date = new Date(at)
  const isToday = date.toDateString() === new Date(now).toDateString()
  if (isToday) return date.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
  const sameYear = date.getFullYear() === new Date(now).getFullYear()
  return date.toLocaleDateString(locale, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) })
}

/** How long ago; the exact time on hover. */
export function Ago({ at }: { readonly at: number }): ReactNode {
  const words = useWords()
  const now = useNow()
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(words, at)}>
      {relative(words, at, now)}
    </time>
  )
}

/** A day or a time of today; the exact time on hover. */
export function When({ at }: { readonly at: number }): ReactNode {
  const words = useWords()
  const now = useNow()
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(words, at)}>
      {clockOrDay(words, at, now)}
    </time>
  )
}

/** Minutes and seconds that are left: `0:47`. */
export function countdown({ locale }: Words, milliseconds: number): string {
  const seconds = Math.max(Math.ceil(milliseconds / 1_000), 0)
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 })
  const one = new Intl.NumberFormat(locale, { useGrouping: false })
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor(seconds / 60) % 60
  const rest = two.format(seconds % 60)
  return hours > 0 ? `${one.format(hours)}:${two.format(minutes)}:${rest}` : `${one.format(minutes)}:${rest}`
}
