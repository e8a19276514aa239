import { IconLoader2, IconLock } from '@tabler/icons-react'
import { useRef, type KeyboardEvent, type ReactNode } from 'react'
import type { Status } from '../api/client.ts'
import { useWords } from '../messages/index.ts'
import { StatusGlyph } from './socket.tsx'

export const statuses: readonly Status[] = ['active', 'reserved', 'disabled']

interface Props {
  readonly value: Status
  readonly name: string
  readonly onChoose: (status: Status) => void
  /** What is on its way. */
  readonly pending?: Status | undefined
}

/** Three positions, always in this order. Arrow keys go through them, Space or Enter chooses: none is passed through on the way to another. */
export function StatusSwitch({ value, name, onChoose, pending }: Props): ReactNode {
  const { t, dir } = useWords()
  const group = useRef<HTMLDivElement>(null)
  const shown = pending ?? value
  const step = (event: KeyboardEvent): void => {
    const forward = dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
    const back = dir === 'rtl' ? 'ArrowRight' : 'ArrowLeft'
    const by = event.key === forward || event.key === 'ArrowDown' ? 1 : event.key === back || event.key === 'ArrowUp' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    const buttons = Array.from(group.current?.querySelectorAll<HTMLButtonElement>('[role=radio]') ?? [])
    const at = buttons.findIndex((each) => each === document.activeElement)
    buttons[(at + by + buttons.length) % buttons.length]?.focus()
  }
  return (
    <div
      className="switch"
      role="radiogroup"
      aria-label={t('status.of', { name })}
      ref={group}
      onKeyDown={step}
      aria-busy={pending !== undefined}
    >
      {statuses.map((status) => (
        <button
          key={status}
          type="button"
          role="radio"
          className={status}
          aria-checked={status === shown}
          tabIndex={status === shown ? 0 : -1}
          title={t(`status.${status}.long`)}
          onClick={() => status !== shown && onChoose(status)}
        >
          {pending === status ? <IconLoader2 size={10} className="spin" aria-hidden="true" /> : <StatusGlyph status={status} />}
          <span className="word">{t(`status.${status}`)}</span>
          {status === 'reserved' && <span className="sr">{t('status.reserved.more')}</span>}
        </button>
      ))}
      {pending !== undefined && (
        <span className="sr" role="status">
          {t('working')}
        </span>
      )}
    </div>
  )
}

/** The status as a plain word, where nobody here may change it. */
export function StatusWord({
  value,
  lock = false,
  title,
}: {
  readonly value: Status
  readonly lock?: boolean
  readonly title?: string | undefined
}): ReactNode {
  const { t } = useWords()
  return (
    <span className="statusWord" title={title ?? t(`status.${value}.long`)}>
      <StatusGlyph status={value} />
      {t(`status.${value}`)}
      {lock && <IconLock size={14} aria-hidden="true" />}
      {title !== undefined && <span className="sr">{title}</span>}
    </span>
  )
}
