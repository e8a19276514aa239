// Long because a row holds its small fields, which nothing else shows.
import { useSortable } from '@dnd-kit/sortable'
import {
  IconBolt,
  IconCheckbox,
  IconDots,
  IconGripVertical,
  IconHistory,
  IconLock,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from '@tabler/icons-react'
import { memo, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import type { Metrics, Status, Summary } from '../api/client.ts'
import { useWords } from '../messages/index.ts'
import { Health } from '../parts/health.tsx'
import { Menu, type MenuItem } from '../parts/menu.tsx'
import { Socket, type SocketKind } from '../parts/socket.tsx'
import { Sparkline } from '../parts/sparkline.tsx'
import { StatusSwitch, StatusWord } from '../parts/status-switch.tsx'
import { useNow } from '../parts/time.tsx'
import { Trouble } from './trouble.tsx'

export interface RowActions {
  readonly setStatus: (item: Summary, status: Status) => void
  readonly eject: (item: Summary) => void
  readonly restore: (item: Summary) => void
  readonly test: (item: Summary) => void
  readonly remove: (item: Summary) => void
  readonly mark: (id: string, on: boolean) => void
  readonly place: (item: Summary, place: number) => string | undefined
  readonly gripKey: (item: Summary, event: KeyboardEvent) => void
  readonly weight: (item: Summary, weight: number) => void
}

interface Props {
  readonly item: Summary
  /** Counted from 1; `null` where the order is not known yet. */
  readonly place: number | null
  readonly pluginLabel: string
  readonly metrics: Metrics | undefined
  readonly selected: boolean
  readonly marked: boolean
  readonly lifted: boolean
  readonly pending: Status | undefined
  readonly mayOperate: boolean
  readonly mayConfigure: boolean
  readonly canMove: boolean
  readonly showWeight: boolean
  readonly at: number
  readonly actions: RowActions
}

export const Row = memo(function Row(props: Props): ReactNode {
  const {
    item,
    place,
    pluginLabel,
    metrics,
    selected,
    marked,
    lifted,
    pending,
    mayOperate,
    mayConfigure,
    canMove,
    showWeight,
    at,
    actions,
  } = props
  const { t } = useWords()
  const sortable = useSortable({ id: item.id, disabled: !canMove })
  const { transform, transition } = sortable
  const managed = item.managedBy !== null
  const moved = transform === null ? {} : { transform: `translate3d(0, ${Math.round(transform.y)}px, 0)` }
  return (
    <li
      ref={sortable.setNodeRef}
      className={['row', selected ? 'isSelected' : '', marked ? 'isMarked' : '', lifted || sortable.isDragging ? 'isLifted' : ''].join(' ')}
      style={{ ...moved, ...(transition === undefined ? {} : { transition }) }}
      data-id={item.id}
    >
      <span className="cellMark">
        {mayOperate && (
          <input
            type="checkbox"
            className="check"
            checked={marked}
            disabled={managed}
            aria-label={t('mark', { name: item.name })}
            onChange={(event) => actions.mark(item.id, event.target.checked)}
          />
        )}
      </span>
      <span className="cellOrder">
        {canMove && (
          <button
            type="button"
            className="grip"
            aria-label={t('move.grip', { name: item.name, place: place ?? 0 })}
            aria-describedby="move-help"
            aria-pressed={lifted}
            {...sortable.listeners}
            onKeyDown={(event) => actions.gripKey(item, event)}
          >
            <IconGripVertical size={16} aria-hidden="true" />
          </button>
        )}
        <Place item={item} place={place} canMove={canMove} onPlace={actions.place} />
      </span>
      <span className="cellSocket">
        <RowSocket item={item} selected={selected} at={at} />
      </span>
      <div className="cellName">
        <p className="name">
          <Link href={`/instances/${item.id}`}>
            <bdi>{item.name}</bdi>
          </Link>
        </p>
        <p className="under">
          <bdi>{pluginLabel}</bdi>
          {managed && (
            <span className="managed">
              <IconLock size={12} aria-hidden="true" />
              <bdi>{item.managedBy}</bdi>
            </span>
          )}
          {item.tags.map((tag) => (
            <span className="tag" key={tag}>
              <bdi>{tag}</bdi>
            </span>
          ))}
          {showWeight && <Weight item={item} mayChange={mayOperate && mayConfigure && !managed} onWeight={actions.weight} />}
        </p>
      </div>
      <div className="cellStatus">
        {!mayOperate || managed ? (
          <StatusWord
            value={item.status}
            lock={managed}
            title={managed ? t('managed.decides', { file: item.managedBy ?? '' }) : undefined}
          />
        ) : (
          <StatusSwitch value={item.status} name={item.name} pending={pending} onChoose={(status) => actions.setStatus(item, status)} />
        )}
      </div>
      <div className="cellHealth">
        <Health of={item} />
      </div>
      <div className="cellCalls">
        <Sparkline of={metrics} />
      </div>
      <span className="cellMenu">
        <RowMenu {...props} />
      </span>
      <Trouble item={item} at={at} mayOperate={mayOperate} onRestore={() => actions.restore(item)} />
    </li>
  )
})

function RowSocket({ item, selected, at }: { readonly item: Summary; readonly selected: boolean; readonly at: number }): ReactNode {
  const { t } = useWords()
  const now = useNow()
  const kind: SocketKind = selected
    ? 'selected'
    : !item.state.ok
      ? 'broken'
      : item.health?.state === 'ejected' && item.status !== 'disabled'
        ? 'ejected'
        : item.status
  const back = item.health?.state === 'ejected' ? item.health.backIn : null
  // How long an ejection was is not told; what is left of a minute says enough.
  const left = back === null ? 1 : Math.min(Math.max(back - (now - at), 0) / 60_000, 1)
  return (
    <>
      <Socket kind={kind} left={left} />
      <span className="sr">{t(`socket.${kind}`)}</span>
    </>
  )
}

function RowMenu({ item, marked, mayOperate, mayConfigure, actions }: Props): ReactNode {
  const { t } = useWords()
  const [, navigate] = useLocation()
  const ejected = item.health?.state === 'ejected'
  const managed = item.managedBy !== null
  const items: (MenuItem | 'line')[] = [
    {
      label: mayConfigure && !managed ? t('row.edit') : t('row.open'),
      icon: <IconPencil size={16} aria-hidden="true" />,
      run: () => navigate(`/instances/${item.id}`),
    },
    { label: t('row.history'), icon: <IconHistory size={16} aria-hidden="true" />, run: () => navigate(`/instances/${item.id}/history`) },
  ]
  if (mayOperate) {
    // On a phone there is no room for a box in the row.
    if (!managed)
      items.push({
        label: t(marked ? 'row.unmark' : 'row.mark'),
        icon: <IconCheckbox size={16} aria-hidden="true" />,
        run: () => actions.mark(item.id, !marked),
      })
    items.push({ label: t('row.test'), icon: <IconBolt size={16} aria-hidden="true" />, run: () => actions.test(item) }, 'line')
    if (ejected)
      items.push({ label: t('row.restore'), icon: <IconPlayerPlay size={16} aria-hidden="true" />, run: () => actions.restore(item) })
    else if (item.status !== 'disabled')
      items.push({ label: t('row.eject'), icon: <IconPlayerPause size={16} aria-hidden="true" />, run: () => actions.eject(item) })
  }
  if (mayConfigure && !managed)
    items.push({ label: t('row.remove'), icon: <IconTrash size={16} aria-hidden="true" />, danger: true, run: () => actions.remove(item) })
  return (
    <Menu
      label={t('row.menu', { name: item.name })}
      items={items.filter((each, at) => each !== 'line' || at < items.length - 1)}
      target={
        <button type="button" className="iconButton" aria-label={t('row.menu', { name: item.name })}>
          <IconDots size={16} aria-hidden="true" />
        </button>
      }
    />
  )
}

/** The place: a number, which becomes a field when it is pressed. */
function Place({
  item,
  place,
  canMove,
  onPlace,
}: Pick<Props, 'item' | 'place' | 'canMove'> & { readonly onPlace: RowActions['place'] }): ReactNode {
  const { t, number } = useWords()
  const [typed, setTyped] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  if (place === null) return <span className="place" />
  if (!canMove) return <span className="place">{number(place)}</span>
  if (typed === null)
    return (
      <button
        type="button"
        className="place asButton"
        aria-label={t('move.place', { name: item.name, place })}
        onClick={() => setTyped(String(place))}
      >
        {number(place)}
      </button>
    )
  const close = (): void => {
    setTyped(null)
    setProblem(undefined)
  }
  const commit = (): void => {
    const wanted = Number(latin(typed))
    if (wanted === place) return close()
    const refusal = onPlace(item, wanted)
    if (refusal === undefined) close()
    else setProblem(refusal)
  }
  return (
    <span className="placeField">
      <input
        // It was pressed to be typed into.
        autoFocus
        inputMode="numeric"
        value={typed}
        aria-label={t('move.place', { name: item.name, place })}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `place-${item.id}`}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={close}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit()
          if (event.key === 'Escape') close()
        }}
      />
      {problem !== undefined && (
        <span className="placeProblem danger-text" id={`place-${item.id}`} role="alert">
          {problem}
        </span>
      )}
    </span>
  )
}

/** A weight moves traffic and is a part of what is edited: it needs both permissions. */
function Weight({
  item,
  mayChange,
  onWeight,
}: {
  readonly item: Summary
  readonly mayChange: boolean
  readonly onWeight: RowActions['weight']
}): ReactNode {
  const { t, number } = useWords()
  const [typed, setTyped] = useState<string | null>(null)
  if (!mayChange) return <span className="tag">{t('weight.is', { weight: item.weight })}</span>
  const shown = typed ?? String(item.weight)
  const wanted = Number(latin(shown))
  const isFine = shown.trim() !== '' && Number.isInteger(wanted) && wanted >= 0 && wanted <= 1_000_000
  const commit = (): void => {
    if (typed !== null && isFine && wanted !== item.weight) onWeight(item, wanted)
    setTyped(null)
  }
  return (
    <label className="weight">
      <span>{t('weight')}</span>
      <input
        inputMode="numeric"
        value={typed ?? number(item.weight)}
        aria-label={t('weight.of', { name: item.name })}
        aria-invalid={!isFine}
        onFocus={(event) => (setTyped(String(item.weight)), event.target.select())}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') setTyped(null)
        }}
      />
    </label>
  )
}

/** Digits as JavaScript reads them, whichever were typed. */
export function latin(text: string): string {
  return text
    .replaceAll(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replaceAll(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
}
