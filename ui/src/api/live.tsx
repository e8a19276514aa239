import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { client, type HistoryEntry } from './client.ts'
import { ask, refresh } from './queries.ts'

export type Connection = { readonly state: 'connecting' } | { readonly state: 'live' } | { readonly state: 'lost'; readonly since: number }

export interface Live {
  readonly connection: Connection
  /** The last revision heard of. */
  readonly revision: number | null
  /** What the board does not read any more, since when. */
  readonly staleSince: number | null
  /** Asks at once. */
  readonly retry: () => void
  /** What somebody else did last; with a number that tells one from the next. */
  readonly news: { readonly entry: HistoryEntry; readonly others: number } | null
}

const LiveContext = createContext<Live | null>(null)

export function useLive(): Live {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('useLive stands outside of LiveProvider')
  return live
}

const kinds = ['change', 'selected', 'unloadable', 'ejected', 'recovered', 'health'] as const
/** Milliseconds in which several events ask once. */
const together = 150
const retryAfter = 4_000

/** Listens to what happens on the board, and has what is shown follow. */
export function LiveProvider({ me, children }: { readonly me: string; readonly children: ReactNode }): ReactNode {
  const [connection, setConnection] = useState<Connection>({ state: 'connecting' })
  const [revision, setRevision] = useState<number | null>(null)
  const [staleSince, setStaleSince] = useState<number | null>(null)
  const [news, setNews] = useState<Live['news']>(null)
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    const source = new EventSource(client.url('listenToEvents'))
    let waiting: ReturnType<typeof setTimeout> | undefined
    let again: ReturnType<typeof setTimeout> | undefined
    let heard: number | null = null
    let stalenessTold = 0
    const soon = (): void => {
      waiting ??= setTimeout(() => {
        waiting = undefined
        void refresh()
      }, together)
    }
    const dataOf = (event: MessageEvent<string>): { readonly revision: number; readonly since: number; readonly resumed: boolean } =>
      JSON.parse(event.data) as never
    source.addEventListener('hello', (event) => {
      const { revision: now, resumed } = dataOf(event)
      setConnection({ state: 'live' })
      setRevision(now)
      // What was missed follows, each as it was told.
      if (resumed) return
      heard = now
      void refresh()
      const before = ++stalenessTold
      void staleness().then((since) => before === stalenessTold && setStaleSince(since))
    })
    for (const kind of kinds) source.addEventListener(kind, soon)
    source.addEventListener('change', (event) => {
      const { revision: now } = dataOf(event)
      setRevision(now)
      const before = heard ?? now - 1
      heard = now
      void told(before, me).then((found) => found && setNews(found))
    })
    const tellStale = (since: number | null): void => {
      stalenessTold++
      setStaleSince(since)
    }
    source.addEventListener('stale', (event) => tellStale(dataOf(event).since))
    source.addEventListener('fresh', () => tellStale(null))
    source.addEventListener('error', () => {
      setConnection((now) => (now.state === 'lost' ? now : { state: 'lost', since: Date.now() }))
      // A browser gives up by itself where something else than a stream answered.
      if (source.readyState === EventSource.CLOSED) again ??= setTimeout(() => setAttempt((count) => count + 1), retryAfter)
    })
    return () => {
      source.close()
      clearTimeout(waiting)
      clearTimeout(again)
    }
  }, [attempt, me])

  const value = useMemo(
    () => ({ connection, revision, staleSince, news, retry: () => setAttempt((count) => count + 1) }),
    [connection, revision, staleSince, news],
  )
  return <LiveContext value={value}>{children}</LiveContext>
}

/** Since when the board can't read its database, where it can't. */
async function staleness(): Promise<number | null> {
  try {
    const { stale } = await ask('getSystem')
    return stale?.since ?? null
  } catch {
    // The next event tells.
    return null
  }
}

/** What others wrote after a revision. */
async function told(after: number, me: string): Promise<Live['news']> {
  try {
    const { entries } = await ask('listHistory', { query: { limit: 20 } })
    const theirs = entries.filter((entry) => entry.revision > after && entry.actor.id !== me)
    const [entry] = theirs
    return entry === undefined ? null : { entry, others: theirs.length - 1 }
  } catch {
    // The next change tells.
    return null
  }
}
