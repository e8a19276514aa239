import { IconArrowRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Status, Summary, TypeDetail } from '../api/client.ts'
import { useWords } from '../messages/index.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Socket } from '../parts/socket.tsx'

interface Props {
  readonly type: TypeDetail
  readonly of: readonly Pick<Summary, 'id' | 'name'>[]
  /** `removed`: the instance is taken away. */
  readonly to: Status | 'removed'
  /** Whether no Active one is left then. */
  readonly last: boolean
  /** How many Active ones are left. */
  readonly staying: number
  readonly next: Summary | undefined
  readonly opened: boolean
  readonly onClose: () => void
  readonly onConfirm: () => void
}

/** Asked before the last Active instance goes: it says what takes over. Where an address asks about another one, it says that others stay. */
export function TakeOutDialog({ type, of, to, last, staying, next, opened, onClose, onConfirm }: Props): ReactNode {
  const { t, rich } = useWords()
  const [first] = of
  if (first === undefined) return null
  const name = of.length === 1 ? first.name : t('instances', { count: of.length })
  return (
    <Dialog
      title={
        last
          ? t('takeOut.title', { type: type.label })
          : to === 'removed'
            ? t('takeOut.titleRemove', { name })
            : t('takeOut.titleSet', { name, status: t(`status.${to}`) })
      }
      opened={opened}
      onClose={onClose}
    >
      <p>
        {last && rich('takeOut.last', { name })}{' '}
        {!last ? (
          rich('takeOut.staying', { count: staying })
        ) : next === undefined ? (
          <strong className="danger-text">{t('takeOut.nothing')}</strong>
        ) : next.id === first.id ? (
          rich('takeOut.itself', { name: next.name })
        ) : (
          rich('takeOut.next', { name: next.name, status: t(`status.${next.status}`) })
        )}
      </p>
      {last && (
        <p className="takeOver" aria-hidden="true">
          <Socket kind="selected" />
          <bdi>{name}</bdi>
          <IconArrowRight className="mirror" size={16} />
          <Socket kind={next === undefined ? 'disabled' : next.status} />
          <bdi>{next === undefined ? t('takeOut.none') : next.name}</bdi>
        </p>
      )}
      <div className="dialogActions">
        <button type="button" className="button" data-autofocus onClick={onClose}>
          {t(last ? 'takeOut.keep' : 'cancel')}
        </button>
        <button type="button" className="button stop" onClick={onConfirm}>
          {to === 'removed' ? t('takeOut.remove') : t('takeOut.set', { status: t(`status.${to}`) })}
        </button>
      </div>
    </Dialog>
  )
}
