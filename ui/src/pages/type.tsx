// Long because the page of a type holds its questions and what its list can do in one place: each needs what the others know.
import { IconChevronDown, IconPlus, IconRoute, IconX } from '@tabler/icons-react'
import { useQueries } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import { client, type Metrics, type Status, type Summary, type TypeDetail } from '../api/client.ts'
import { useLive } from '../api/live.tsx'
import { useMe } from '../api/me.ts'
import { ask as askFor, keyOf, useApi } from '../api/queries.ts'
import { storyOf } from '../history/story.ts'
import { useWords, type MessageKey } from '../messages/index.ts'
import { Menu } from '../parts/menu.tsx'
import { Command, Failure, PageHead, Skeleton } from '../parts/page.tsx'
import { Socket } from '../parts/socket.tsx'
import { Ago } from '../parts/time.tsx'
import { useSearchParams } from '../search-params.ts'
import { BulkBar } from '../type/bulk-bar.tsx'
import { firstToServe, shifted } from '../type/line-up.ts'
import { List } from '../type/list.tsx'
import { SelectedLine } from '../type/selected-line.tsx'
import { TakeOutDialog } from '../type/take-out-dialog.tsx'
import { Toolbar } from '../type/toolbar.tsx'
import { TryPanel } from '../type/try-panel.tsx'
import { useActions, type Named } from '../type/use-actions.tsx'
import { sorts, useInstances, type ListState } from '../type/use-instances.ts'

const nothing: readonly string[] = []
/** So many are looked up for a question that stands in the address. */
const mostAsked = 50

const statuses = ['active', 'reserved', 'disabled'] as const satisfies readonly Status[]

/** What an address says, where it is one of what may be said there: people type addresses. */
function oneOf<const T extends string>(known: readonly T[], said: string | null): T | undefined {
  return known.find((each) => each === said)
}

export function TypePage({ type }: { readonly type: string }): ReactNode {
  const detail = useApi('getType', { params: { type } })
  const { t } = useWords()
  if (detail.data === undefined)
    return detail.isError ? (
      <>
        <PageHead title={type} above={{ to: '/', label: t('nav.overview') }} />
        <Failure error={detail.error} onRetry={() => void detail.refetch()} />
      </>
    ) : (
      <>
        <PageHead title={type} keyText={type} />
        <Skeleton lines={6} />
      </>
    )
  return <TypeView type={detail.data} />
}

function TypeView({ type }: { readonly type: TypeDetail }): ReactNode {
  const { t } = useWords()
  const { may } = useMe()
  const [search, setSearch] = useSearchParams()
  const state: ListState = {
    q: search.get('q') ?? '',
    status: oneOf(statuses, search.get('status')) ?? '',
    plugin: search.get('plugin') ?? '',
    state: oneOf(['ok', 'problem'], search.get('state')) ?? '',
    sort: oneOf(sorts, search.get('sort')) ?? '',
    descending: search.get('desc') === '1',
  }
  const change = useCallback(
    (changes: Readonly<Record<string, string | null>>, replace = false) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before)
          for (const [name, value] of Object.entries(changes)) {
            if (value === null || value === '') next.delete(name)
            else next.set(name, value)
          }
          return next
        },
        { replace },
      ),
    [setSearch],
  )
  const params = { type: type.key }
  const isFiltered = state.q !== '' || state.status !== '' || state.plugin !== '' || state.state !== ''
  const isPlain = !isFiltered && state.sort === '' && !state.descending
  const found = useInstances(type.key, state)
  const order = useApi('getOrder', { params }, { enabled: type.registered })
  const explained = useApi('explain', { params, body: {} }, { enabled: type.registered })
  const metrics = useApi('listMetrics', { params }, { enabled: type.registered, every: 5_000 })
  const actions = useActions(type.key)
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set())
  const frame = useRef<HTMLDivElement>(null)
  const plug = useRef<HTMLSpanElement>(null)
  const known = useMemo(() => new Map<string, Metrics>(metrics.data?.instances.map((each) => [each.id, each])), [metrics.data])
  const mayOperate = may('operate', type.key) && type.registered
  const mayConfigure = may('configure', type.key) && type.registered
  const counts = found.page?.counts ?? type.counts
  const explanation = explained.isError ? undefined : explained.data
  const shares = explanation !== undefined && explanation.strategy !== 'priority' && explanation.strategy !== 'function'
  const sharing = useMemo(
    () => new Set(shares ? explanation.instances.filter((each) => each.chosen || each.reason === 'not_chosen').map(({ id }) => id) : []),
    [shares, explanation],
  )
  const ids = actions.order ?? order.data?.ids ?? nothing
  const items = useMemo(
    // In the order that a move starts from, with the revision that goes with it: rows and order come by two requests.
    () => (isPlain ? inOrder(found.items, ids) : found.items),
    [found.items, ids, isPlain],
  )
  const isWhole = !found.hasMore && items.length === ids.length && items.every(({ id }, at) => id === ids[at])
  const canReorder = isPlain && ids.length > 0 && isWhole
  const reorder = (next: readonly string[], said: string): void => {
    if (order.data !== undefined) void actions.reorder(next, order.data, said)
  }

  // What is asked before it is done stands in the address, like every dialog.
  const asked = oneOf([...statuses, 'removed'] as const, search.get('ask')) ?? null
  const askedIds = (search.get('of') ?? '').split(',')
  const notLoaded =
    asked === null || found.pending ? [] : askedIds.filter((id) => id !== '' && !items.some((each) => each.id === id)).slice(0, mostAsked)
  const lookedUp = useQueries({
    queries: notLoaded.map((id) => ({
      queryKey: keyOf('getInstance', { params: { id } }),
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => askFor('getInstance', { params: { id }, signal }),
    })),
  })
  const askedOf: readonly Named[] =
    asked === null
      ? []
      : [...items.filter(({ id }) => askedIds.includes(id)), ...lookedUp.flatMap(({ data }) => (data?.type === type.key ? [data] : []))]
  const after = (of: readonly Named[], to: Status | 'removed'): Summary | undefined =>
    firstToServe(items, new Map(of.map(({ id }) => [id, to === 'removed' ? 'disabled' : to])))
  const goingOf = (of: readonly Named[], to: Status | 'removed'): number =>
    to === 'active' ? 0 : of.filter((each) => each.status === 'active').length
  const takesLast = (of: readonly Named[], to: Status | 'removed'): boolean => {
    const going = goingOf(of, to)
    return going > 0 && going === counts.status.active
  }
  const ask = (of: readonly Summary[], to: Status | 'removed'): void => change({ ask: to, of: of.map(({ id }) => id).join() })
  const setStatus = (of: readonly Summary[], to: Status): void => {
    if (takesLast(of, to)) ask(of, to)
    else void actions.setStatus(of, to)
  }
  const confirm = (): void => {
    change({ ask: null, of: null })
    const [first] = askedOf
    if (asked === 'removed' && first !== undefined) void actions.remove(first)
    else if (asked !== null && asked !== 'removed') void actions.setStatus(askedOf, asked).then(() => setMarked(new Set()))
  }
  const markedItems = items.filter(({ id }) => marked.has(id))
  const trying = search.get('try') !== null

  return (
    <>
      <PageHead
        title={type.label}
        keyText={type.key}
        text={<bdi>{type.description}</bdi>}
        beside={<Strategy type={type} mayOperate={mayOperate} act={actions.act} />}
        actions={
          <>
            {type.registered && (
              <button
                type="button"
                className="button"
                aria-pressed={trying}
                onClick={() => change(trying ? { try: null, context: null } : { try: '1' })}
              >
                <IconRoute size={16} aria-hidden="true" />
                {t('try.title')}
              </button>
            )}
            {mayConfigure && (
              <Link className="button primary" href={`/types/${encodeURIComponent(type.key)}/new`}>
                <IconPlus size={16} aria-hidden="true" />
                {t('new')}
              </Link>
            )}
          </>
        }
      />
      <div className={trying ? 'withAside' : ''}>
        <div className="mainColumn">
          {counts.total > 0 && <Toolbar type={type} counts={counts} state={state} onChange={(changes) => change(changes, true)} />}
          {actions.problem !== null && (
            <div className="strip danger notice" role="alert">
              <p className="grow">
                <bdi>{actions.problem}</bdi>
              </p>
              <button type="button" className="iconButton" aria-label={t('close')} onClick={actions.dismiss}>
                <IconX size={16} aria-hidden="true" />
              </button>
            </div>
          )}
          {!type.registered && (
            <div className="strip danger notice">
              <p className="grow">{t('type.missing')}</p>
            </div>
          )}
          {found.error !== null ? (
            <Failure error={found.error} onRetry={found.retry} />
          ) : counts.total === 0 && !found.pending ? (
            <EmptyType type={type} mayConfigure={mayConfigure} />
          ) : (
            <div className="panel listPanel" ref={frame}>
              {type.registered && (
                <SelectedLine type={type} explanation={explanation} error={explained.error} items={items} at={found.at} plug={plug} />
              )}
              <div className="listHead" aria-hidden="true">
                <span className="headOrder">{t('column.order')}</span>
                <span className="headName">{t('column.instance')}</span>
                <span className="headStatus">{t('column.status')}</span>
                <span className="headHealth">{t('column.check')}</span>
                <span className="headCalls">{t('column.calls')}</span>
              </div>
              {found.pending ? (
                <Skeleton lines={5} />
              ) : items.length === 0 ? (
                <div className="empty inList">
                  <h2>{state.q === '' ? t('noMatch') : t('noMatch.text', { text: state.q })}</h2>
                  <p className="ink2">
                    {t('noMatch.hidden', { count: counts.total })}{' '}
                    <button type="button" className="link" onClick={() => change({ q: null, status: null, plugin: null, state: null })}>
                      {t('noMatch.clear')}
                    </button>
                  </p>
                </div>
              ) : (
                <List
                  type={type}
                  items={items}
                  order={ids}
                  canReorder={canReorder}
                  metrics={known}
                  chosen={explanation?.chosen ?? null}
                  sharing={sharing}
                  hasCord={!shares && !state.descending && state.sort === ''}
                  marked={marked}
                  pending={actions.pending}
                  mayOperate={mayOperate}
                  mayConfigure={mayConfigure}
                  showWeight={explanation?.strategy === 'weighted' || explanation?.strategy === 'sticky'}
                  at={found.at}
                  hasMore={found.hasMore}
                  onMore={found.more}
                  frame={frame}
                  plug={plug}
                  onOrder={(next, item, place) => reorder(next, t('done.moved', { name: item.name, place }))}
                  actions={{
                    setStatus: (item, status) => setStatus([item], status),
                    eject: (item) =>
                      void actions.act(
                        () => client.request('ejectInstance', { params: { id: item.id }, body: {} }),
                        t('done.ejected', { name: item.name }),
                        () => client.request('reinstateInstance', { params: { id: item.id } }),
                      ),
                    restore: (item) =>
                      void actions.act(
                        () => client.request('reinstateInstance', { params: { id: item.id } }),
                        t('done.restored', { name: item.name }),
                      ),
                    test: (item) =>
                      void actions.act(
                        () => client.request('testInstance', { params: { id: item.id }, body: {} }),
                        t('done.tested', { name: item.name }),
                      ),
                    remove: (item) => (takesLast([item], 'removed') ? ask([item], 'removed') : void actions.remove(item)),
                    weight: (item, weight) =>
                      void actions.act(
                        () => client.request('updateInstance', { params: { id: item.id }, body: { weight }, match: item.revision }),
                        t('done.weight', { name: item.name, weight }),
                        ({ revision }) =>
                          client.request('updateInstance', { params: { id: item.id }, body: { weight: item.weight }, match: revision }),
                      ),
                    mark: (id, on) =>
                      setMarked((before) => (on ? new Set([...before, id]) : new Set([...before].filter((each) => each !== id)))),
                  }}
                />
              )}
              <ListFoot type={type} count={counts.total} matching={found.page?.matching ?? counts.total} />
            </div>
          )}
        </div>
        {trying && (
          <TryPanel
            type={type.key}
            items={items}
            context={search.get('context') ?? (search.get('try') === '2' ? '' : null)}
            onTry={(context) => change(context === '' ? { try: '2', context: null } : { try: '2', context })}
            onClose={() => change({ try: null, context: null })}
          />
        )}
      </div>
      {mayOperate && markedItems.length > 0 && (
        <BulkBar
          count={markedItems.length}
          busy={actions.busy}
          canMove={canReorder}
          onStatus={(status) => setStatus(markedItems, status)}
          onShift={(by) => {
            const next = shifted(items, marked, by)
            if (next.some((item, at) => item !== items[at]))
              reorder(
                next.map(({ id }) => id),
                t(by === -1 ? 'done.raised' : 'done.lowered', { count: markedItems.length }),
              )
          }}
          onClear={() => setMarked(new Set())}
        />
      )}
      {asked !== null && askedOf.length > 0 && (
        <TakeOutDialog
          type={type}
          of={askedOf}
          to={asked}
          last={takesLast(askedOf, asked)}
          staying={counts.status.active - goingOf(askedOf, asked)}
          next={after(askedOf, asked)}
          opened
          onClose={() => change({ ask: null, of: null })}
          onConfirm={confirm}
        />
      )}
    </>
  )
}

/** How the type selects, among what its code allows. */
function Strategy({
  type,
  mayOperate,
  act,
}: {
  readonly type: TypeDetail
  readonly mayOperate: boolean
  readonly act: ReturnType<typeof useActions>['act']
}): ReactNode {
  const { t } = useWords()
  const { strategy } = type
  if (strategy === null) return null
  const name = (of: string): string => t(`strategy.${of}` as MessageKey)
  const label = (
    <span>
      <span className="ink2">{t('strategy.by')}</span> {name(strategy.strategy)}
    </span>
  )
  if (!mayOperate || strategy.allowed.length < 2)
    return (
      <span className="strategyWord" title={strategy.note ?? undefined}>
        {label}
      </span>
    )
  const set = (next: (typeof strategy.allowed)[number] | null): void =>
    void act(
      () => client.request('setStrategy', { params: { type: type.key }, body: { strategy: next }, match: strategy.orderRevision }),
      t('done.strategy', { strategy: next === null ? t('strategy.code') : name(next) }),
      ({ orderRevision }) =>
        client.request('setStrategy', {
          params: { type: type.key },
          body: { strategy: strategy.stored as typeof next },
          match: orderRevision,
        }),
    )
  return (
    <Menu
      label={t('strategy.label')}
      target={
        <button type="button" className="button">
          {label}
          <IconChevronDown size={16} aria-hidden="true" />
        </button>
      }
      items={[
        ...strategy.allowed.map((each) => ({ label: name(each), checked: each === strategy.strategy, run: () => set(each) })),
        'line' as const,
        { label: t('strategy.code'), checked: strategy.stored === null, run: () => set(null) },
      ]}
    />
  )
}

function EmptyType({ type, mayConfigure }: { readonly type: TypeDetail; readonly mayConfigure: boolean }): ReactNode {
  const { t } = useWords()
  return (
    <div className="empty">
      <span className="row" aria-hidden="true">
        <Socket kind="disabled" /> <Socket kind="disabled" /> <Socket kind="disabled" />
      </span>
      <h2>{t('empty.type', { type: type.label })}</h2>
      <p className="ink2">{t(mayConfigure ? 'empty.typeText' : 'empty.typeRead')}</p>
      <div className="row">
        {mayConfigure && (
          <Link className="button primary" href={`/types/${encodeURIComponent(type.key)}/new`}>
            <IconPlus size={16} aria-hidden="true" />
            {t('new')}
          </Link>
        )}
        <Command text={`plugboard instance create ${type.key}`} />
      </div>
    </div>
  )
}

/** How many there are, and what was done last. */
function ListFoot({ type, count, matching }: { readonly type: TypeDetail; readonly count: number; readonly matching: number }): ReactNode {
  const words = useWords()
  useLive()
  const last = useApi('listHistory', { query: { type: type.key, limit: 1 } }, { keep: true })
  const entry = last.data?.entries[0]
  return (
    <p className="listFoot meta">
      <span>{matching === count ? words.t('instances', { count }) : words.t('instances.of', { count: matching, total: count })}</span>
      {entry !== undefined && (
        <Link href="/history" className="quiet">
          {storyOf(entry, words).headline} · <Ago at={entry.at} />
        </Link>
      )}
    </p>
  )
}

function inOrder(items: readonly Summary[], ids: readonly string[]): readonly Summary[] {
  const known = new Map(items.map((item) => [item.id, item]))
  const sorted = ids.flatMap((id) => known.get(id) ?? [])
  return sorted.length === items.length ? sorted : items
}
