import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'

export interface Toast {
  readonly icon?: ReactNode
  readonly text: ReactNode
  readonly action?: { readonly label: string; readonly run: () => void }
  /** Stays until something else is said. */
  readonly stays?: boolean
}

interface Toasts {
  readonly show: (toast: Toast) => void
  readonly clear: () => void
}

const ToastContext = createContext<Toasts | null>(null)
/** Milliseconds, and as long as it is hovered or focused. */
const shownFor = 8_000

export function useToast(): Toasts {
  const toasts = use(ToastContext)
  if (toasts === null) throw new Error('useToast stands outside of ToastProvider')
  return toasts
}

/** One at a time, at the bottom. What needs an answer is no toast. */
export function ToastProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [toast, setToast] = useState<(Toast & { readonly id: number }) | null>(null)
  const [held, setHeld] = useState(false)
  const count = useRef(0)
  const show = useCallback((next: Toast) => setToast({ ...next, id: ++count.current }), [])
  const clear = useCallback(() => setToast(null), [])
  useEffect(() => {
    if (toast === null || held || toast.stays === true) return undefined
    const timer = setTimeout(() => setToast(null), shownFor)
    return () => clearTimeout(timer)
  }, [toast, held])
  const value = useMemo(() => ({ show, clear }), [show, clear])
  return (
    <ToastContext value={value}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toast !== null && (
          <div
            key={toast.id}
            className="toast"
            onMouseEnter={() => setHeld(true)}
            onMouseLeave={() => setHeld(false)}
            onFocus={() => setHeld(true)}
            onBlur={() => setHeld(false)}
          >
            {toast.icon}
            <p>{toast.text}</p>
            {toast.action !== undefined && (
              <button
                type="button"
                onClick={() => {
                  setHeld(false)
                  setToast(null)
                  toast.action?.run()
                }}
              >
                {toast.action.label}
              </button>
            )}
          </div>
        )}
      </div>
    </ToastContext>
  )
}
