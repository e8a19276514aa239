import { closestCenter, DndContext, PointerSensor, useSensor, useSensors, type DragEndEvent } from '@dnd-kit/core'
import { restrictToVerticalAxis } from '@dnd-kit/modifiers'
import { SortableContext, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import type { Metrics, Status, Summary, TypeDetail } from '../api/client.ts'
import { useWords } from '../messages/index.ts'
import { Cord } from './cord.tsx'
import { bounds, firstToServe, moved, type Ranked } from './line-up.ts'
import { Row, type RowActions } from './row.tsx'

interface Props {
  readonly type: TypeDetail
  readonly items: readonly Summary[]
  /** Ids of the whole type in selection order; empty until they are known. */
  readonly order: readonly string[]
  /** Instances of the whole type in order, as far as they are loaded. */
  readonly canReorder: boolean
  readonly metrics: ReadonlyMap<string, Metrics>
  readonly chosen: string | null
  readonly sharing: ReadonlySet<string>
  readonly hasCord: boolean
  readonly marked: ReadonlySet<string>
  readonly pending: ReadonlyMap<string, Status>
  readonly mayOperate: boolean
  readonly mayConfigure: boolean
  readonly showWeight: boolean
  readonly at: number
  readonly hasMore: boolean
  readonly onMore: () => void
  readonly onOrder: (ids: readonly string[], item: Summary, place: number) => void
  readonly actions: Omit<RowActions, 'place' | 'gripKey'>
  readonly plug: RefObject<HTMLSpanElement | null>
  readonly frame: RefObject<HTMLDivElement | null>
}

/** From here on only the rows that can be seen are in the document. */
const virtualFrom = 80
const usualHeight = 65

interface Lifted {
  readonly id: string
  readonly from: number
  readonly to: number
}

export function List(props: Props): ReactNode {
  const { type, items, order, canReorder, chosen, sharing, marked, pending, mayOperate, mayConfigure, actions, onOrder } = props
  const { t, number } = useWords()
  const [lifted, setLifted] = useState<Lifted | null>(null)
  const [said, setSaid] = useState('')
  const list = useRef<HTMLUListElement>(null)
  const places = useMemo(() => new Map(order.map((id, at) => [id, at + 1])), [order])
  const shown = useMemo(() => (lifted === null ? items : moved(items, lifted.id, lifted.to)), [items, lifted])
  const byOrder = useMemo(() => rankedBy(order, items), [order, items])
  const labels = useMemo(() => new Map(type.plugins.map(({ key, label }) => [key, label])), [type])
  const isVirtual = shown.length > virtualFrom
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    if (isVirtual && list.current !== null) setMargin(list.current.getBoundingClientRect().top + window.scrollY)
  }, [isVirtual, shown.length])
  const rows = useWindowVirtualizer({
    count: shown.length,
    estimateSize: () => usualHeight,
    overscan: 12,
    scrollMargin: margin,
    getItemKey: (index) => shown[index]?.id ?? index,
    enabled: isVirtual,
  })
  const visible = isVirtual ? rows.getVirtualItems() : undefined
  const first = visible?.[0]
  const last = visible?.at(-1)
  const { hasMore, onMore } = props
  useEffect(() => {
    if (hasMore && (last === undefined || last.index > shown.length - 60)) onMore()
  }, [hasMore, last, shown.length, onMore])

  /** Says what is wrong with a place, or moves there. */
  const place = (item: Summary, wanted: number): string | undefined => {
    if (!Number.isInteger(wanted) || wanted < 1 || wanted > order.length) return t('move.bounds', { first: 1, last: order.length })
    const [low, high] = bounds(byOrder, item.id)
    if (wanted - 1 < low || wanted - 1 > high)
      return t('move.boundsOfStatus', { status: t(`status.${item.status}`), first: low + 1, last: high + 1 })
    onOrder(
      moved(byOrder, item.id, wanted - 1).map(({ id }) => id),
      item,
      wanted,
    )
    return undefined
  }

  const gripKey = (item: Summary, event: KeyboardEvent): void => {
    const at = lifted?.to ?? shown.findIndex(({ id }) => id === item.id)
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault()
      if (lifted === null) {
        setLifted({ id: item.id, from: at, to: at })
        setSaid(t('move.lifted', { name: item.name, place: at + 1, total: shown.length }))
        return
      }
      if (lifted.to === lifted.from) setSaid(t('move.same', { name: item.name, place: at + 1 }))
      else {
        setSaid(t('move.dropped', { name: item.name, place: at + 1 }))
        onOrder(
          shown.map(({ id }) => id),
          item,
          at + 1,
        )
      }
      setLifted(null)
      return
    }
    if (lifted === null) return
    if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.preventDefault()
      setLifted(null)
      setSaid(t('move.back', { name: item.name, place: lifted.from + 1 }))
      return
    }
    const [low, high] = bounds(items, item.id)
    const wanted =
      event.key === 'ArrowDown'
        ? at + 1
        : event.key === 'ArrowUp'
          ? at - 1
          : event.key === 'Home'
            ? low
            : event.key === 'End'
              ? high
              : undefined
    if (wanted === undefined) return
    event.preventDefault()
    if (wanted < low || wanted > high) {
      setSaid(t('move.edge', { name: item.name, place: at + 1, status: t(`status.${item.status}`), first: low + 1, last: high + 1 }))
      return
    }
    setLifted({ ...lifted, to: wanted })
    const would = firstToServe(moved(items, item.id, wanted))
    setSaid(
      would === undefined
        ? t('move.at', { name: item.name, place: wanted + 1, total: shown.length })
        : t('move.atSelected', { name: item.name, place: wanted + 1, total: shown.length, selected: would.name }),
    )
  }
  // A row that moves takes its grip with it, and the grip keeps the focus.
  useLayoutEffect(() => {
    if (lifted === null) return
    const grip = list.current?.querySelector<HTMLElement>(`[data-id="${lifted.id}"] .grip`)
    if (grip !== null && grip !== undefined && document.activeElement !== grip) grip.focus({ preventScroll: false })
  }, [lifted])

  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 4 } }))
  const dropped = ({ active, over }: DragEndEvent): void => {
    const item = items.find(({ id }) => id === active.id)
    const wanted = items.findIndex(({ id }) => id === over?.id)
    if (item === undefined || wanted === -1 || over?.id === active.id) return
    const [low, high] = bounds(items, item.id)
    const to = Math.min(Math.max(wanted, low), high)
    const from = items.indexOf(item)
    if (to !== wanted)
      setSaid(t('move.edge', { name: item.name, place: to + 1, status: t(`status.${item.status}`), first: low + 1, last: high + 1 }))
    if (to !== from)
      onOrder(
        moved(items, item.id, to).map(({ id }) => id),
        item,
        to + 1,
      )
  }

  const drawn = visible === undefined ? shown : visible.flatMap(({ index }) => shown[index] ?? [])
  const all: RowActions = { ...actions, place, gripKey }
  const target = shown.findIndex(({ id }) => id === chosen)
  return (
    <>
      <p className="sr" id="move-help">
        {t('move.help')}
      </p>
      <p className="sr" aria-live="assertive">
        {said}
      </p>
      {lifted !== null && <p className="moveHint">{said}</p>}
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        modifiers={[restrictToVerticalAxis]}
        onDragEnd={dropped}
        accessibility={{ restoreFocus: false }}
      >
        <SortableContext items={shown.map(({ id }) => id)} strategy={verticalListSortingStrategy}>
          <ul className="rows" ref={list} aria-label={t('list.label', { type: type.label })}>
            {first !== undefined && <li aria-hidden="true" className="spacer" style={{ blockSize: first.start - margin }} />}
            {drawn.map((item) => (
              <Row
                key={item.id}
                item={item}
                place={places.get(item.id) ?? null}
                pluginLabel={labels.get(item.plugin) ?? item.plugin}
                metrics={props.metrics.get(item.id)}
                selected={item.id === chosen || sharing.has(item.id)}
                marked={marked.has(item.id)}
                lifted={lifted?.id === item.id}
                pending={pending.get(item.id)}
                mayOperate={mayOperate}
                mayConfigure={mayConfigure}
                canMove={canReorder && mayOperate}
                showWeight={props.showWeight}
                at={props.at}
                actions={all}
              />
            ))}
            {last !== undefined && (
              <li aria-hidden="true" className="spacer" style={{ blockSize: Math.max(rows.getTotalSize() - (last.end - margin), 0) }} />
            )}
          </ul>
        </SortableContext>
      </DndContext>
      {props.hasCord && (
        <Cord
          frame={props.frame}
          plug={props.plug}
          target={chosen}
          // Far down in a long list there is no socket to see: the cord goes there all the same.
          fallback={
            isVirtual && target !== -1 ? () => (rows.measurementsCache[target]?.start ?? margin + target * usualHeight) - margin : undefined
          }
          list={list}
          watch={`${shown.map(({ id }) => id).join()}${String(first?.index)}`}
        />
      )}
      <p className="sr" role="status">
        {number(shown.length)}
      </p>
    </>
  )
}

/** The whole order with what is known of each. */
function rankedBy(order: readonly string[], items: readonly Summary[]): readonly Ranked[] {
  const known = new Map(items.map((item) => [item.id, item]))
  return order.map((id) => ({ id, status: known.get(id)?.status ?? 'disabled' }))
}
