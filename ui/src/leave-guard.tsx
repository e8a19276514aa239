import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { AroundNavHandler } from 'wouter'
import { useWords } from './messages/index.ts'
import { Dialog } from './parts/dialog.tsx'

/** What a page that holds unsaved changes is asked before it is left. */
interface Guard {
  dirty: boolean
  /** Address of the page that holds them. */
  here: string
  ask: (go: () => void) => void
}
const guard: Guard = { dirty: false, here: '', ask: (go) => go() }

// Going back is put off as well. Listened to before the router is: it would have left the page by then.
window.addEventListener(
  'popstate',
  (event) => {
    if (!guard.dirty || location.pathname === new URL(guard.here).pathname) return
    event.stopImmediatePropagation()
    history.pushState(null, '', guard.here)
    guard.ask(() => history.back())
  },
  true,
)

/** For the router: an address that leaves the page waits for the answer; one that only changes what the page shows does not. */
export const guardedNav: AroundNavHandler = (navigate, to, options) => {
  const samePage = to.startsWith('?') || new URL(to, location.href).pathname === location.pathname
  if (guard.dirty && !samePage) guard.ask(() => navigate(to, options))
  else navigate(to, options)
}

const LeaveContext = createContext<((dirty: boolean) => void) | null>(null)

/** Says that this page has changes that nobody saved. */
export function useUnsaved(dirty: boolean): void {
  const set = use(LeaveContext)
  useEffect(() => {
    set?.(dirty)
    return () => set?.(false)
  }, [dirty, set])
}

export function LeaveGuard({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useWords()
  const [go, setGo] = useState<(() => void) | null>(null)

  useEffect(() => {
    guard.ask = (next) => setGo(() => next)
    const unloading = (event: BeforeUnloadEvent): void => {
      if (guard.dirty) event.preventDefault()
    }
    window.addEventListener('beforeunload', unloading)
    return () => {
      window.removeEventListener('beforeunload', unloading)
    }
  }, [])

  const set = useMemo(
    () => (dirty: boolean) => {
      guard.dirty = dirty
      if (dirty) guard.here = location.href
    },
    [],
  )
  const stay = (): void => setGo(null)
  return (
    <LeaveContext value={set}>
      {children}
      <Dialog title={t('leave.title')} opened={go !== null} onClose={stay}>
        <p>{t('leave.text')}</p>
        <div className="dialogActions">
          <button type="button" className="button" data-autofocus onClick={stay}>
            {t('leave.stay')}
          </button>
          <button
            type="button"
            className="button stop"
            onClick={() => {
              guard.dirty = false
              setGo(null)
              go?.()
            }}
          >
            {t('leave.go')}
          </button>
        </div>
      </Dialog>
    </LeaveContext>
  )
}
