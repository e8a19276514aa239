import type { ReactNode } from 'react'

export type SocketKind = 'selected' | 'active' | 'reserved' | 'disabled' | 'ejected' | 'broken'

/**
 * One glyph for one fact. `left` is the part of an ejection that is still to come, 0 to 1. It says nothing to a screen reader: the words stand beside it.
 */
export function Socket({
  kind,
  size = 20,
  left = 0.7,
}: {
  readonly kind: SocketKind
  readonly size?: number
  readonly left?: number
}): ReactNode {
  return (
    <svg className={`socket ${kind}`} width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {shapes[kind](left)}
    </svg>
  )
}

const shapes: Readonly<Record<SocketKind, (left: number) => ReactNode>> = {
  selected: () => (
    <>
      <circle cx="10" cy="10" r="9" fill="var(--pb-accent-fill)" />
      <circle cx="10" cy="10" r="3" fill="var(--pb-on-accent)" />
    </>
  ),
  active: () => (
    <>
      <circle cx="10" cy="10" r="7.25" fill="none" stroke="var(--pb-ink)" strokeWidth="1.5" />
      <circle cx="10" cy="10" r="4" fill="var(--pb-ink)" />
    </>
  ),
  reserved: () => (
    <>
      <circle cx="10" cy="10" r="7.25" fill="none" stroke="var(--pb-ink)" strokeWidth="1.5" />
      <path d="M10 6a4 4 0 0 0 0 8z" fill="var(--pb-ink)" />
    </>
  ),
  disabled: () => <circle cx="10" cy="10" r="7.25" fill="none" stroke="var(--pb-control)" strokeWidth="1.5" strokeDasharray="2.6 2" />,
  ejected: (left) => (
    <>
      <circle cx="10" cy="10" r="7" fill="none" stroke="var(--pb-warn-line)" strokeWidth="3" />
      <circle
        cx="10"
        cy="10"
        r="7"
        fill="none"
        stroke="var(--pb-warn-mark)"
        strokeWidth="3"
        strokeDasharray={`${Math.max(left, 0.04) * 44} 44`}
        transform="rotate(-90 10 10)"
      />
      <path d="M8.4 7.6v4.8M11.6 7.6v4.8" stroke="var(--pb-warn-mark)" strokeWidth="1.5" />
    </>
  ),
  broken: () => (
    <>
      <circle cx="10" cy="10" r="7.25" fill="none" stroke="var(--pb-danger)" strokeWidth="1.5" />
      <path d="m7.6 7.6 4.8 4.8m0-4.8-4.8 4.8" stroke="var(--pb-danger)" strokeWidth="1.75" strokeLinecap="round" />
    </>
  ),
}

/** The glyphs within the status switch. */
export function StatusGlyph({ status }: { readonly status: 'active' | 'reserved' | 'disabled' }): ReactNode {
  return (
    <svg className="glyph" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" focusable="false">
      {status === 'active' ? (
        <circle cx="5" cy="5" r="3.75" fill="currentcolor" />
      ) : (
        <>
          <circle cx="5" cy="5" r="3.9" fill="none" stroke="currentcolor" strokeWidth="1.3" />
          {status === 'reserved' && <path d="M5 1.1a3.9 3.9 0 0 0 0 7.8z" fill="currentcolor" />}
        </>
      )}
    </svg>
  )
}
