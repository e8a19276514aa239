import type { ReactNode } from 'react'

export function Logo(): ReactNode {
  return (
    <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <rect fill="var(--pb-ink)" width="32" height="32" rx="8" />
      <path
        stroke="var(--pb-logo-cord)"
        d="M10.5 23.5V12a5 5 0 0 1 5-5h2a5.25 5.25 0 0 1 0 10.5H16.25"
        fill="none"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <circle fill="var(--pb-logo-cord)" cx="10.5" cy="23.5" r="3.5" />
      <circle fill="var(--pb-ink)" cx="10.5" cy="23.5" r="1.3" />
      <circle stroke="var(--pb-on-ink)" cx="21.5" cy="23.5" r="2.6" fill="none" strokeWidth="1.75" />
    </svg>
  )
}
