import { IconArrowDown, IconArrowUp, IconLoader2 } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Status } from '../api/client.ts'
import { useWords } from '../messages/index.ts'
import { StatusGlyph } from '../parts/socket.tsx'
import { statuses } from '../parts/status-switch.tsx'

interface Props {
  readonly count: number
  readonly busy: boolean
  readonly canMove: boolean
  readonly onStatus: (status: Status) => void
  readonly onShift: (by: -1 | 1) => void
  readonly onClear: () => void
}

/** What can be done with all that is marked. */
export function BulkBar({ count, busy, canMove, onStatus, onShift, onClear }: Props): ReactNode {
  const { t, rich } = useWords()
  return (
    <div className="bulk" role="toolbar" aria-label={t('bulk.label')}>
      <p aria-live="polite">
        {busy ? <IconLoader2 size={16} className="spin" aria-label={t('working')} /> : rich('bulk.marked', { count })}
      </p>
      <span className="bulkSet">{t('bulk.set')}</span>
      {statuses.map((status) => (
        <button key={status} type="button" disabled={busy} onClick={() => onStatus(status)} title={t(`status.${status}.long`)}>
          <StatusGlyph status={status} />
          {t(`status.${status}`)}
        </button>
      ))}
      {canMove && (
        <>
          <span className="bulkLine" />
          <button type="button" disabled={busy} onClick={() => onShift(-1)}>
            <IconArrowUp size={16} aria-hidden="true" />
            {t('bulk.raise')}
          </button>
          <button type="button" disabled={busy} onClick={() => onShift(1)}>
            <IconArrowDown size={16} aria-hidden="true" />
            {t('bulk.lower')}
          </button>
        </>
      )}
      <span className="bulkLine" />
      <button type="button" className="bulkClear" onClick={onClear}>
        {t('bulk.clear')}
      </button>
    </div>
  )
}
