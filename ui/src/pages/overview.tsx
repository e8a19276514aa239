import { IconAlertCircle, IconCircleCheck, IconCircleMinus, IconClockPause, IconRefresh } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Summary, TypeCard } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { useApi } from '../api/queries.ts'
import { hasMessage, useWords } from '../messages/index.ts'
import { Command, Failure, PageHead, Skeleton } from '../parts/page.tsx'
import { Socket, type SocketKind } from '../parts/socket.tsx'
import { Ago, countdown, useNow, When } from '../parts/time.tsx'
import { TypeIcon } from '../parts/type-icon.tsx'
import { useSearchParams } from '../search-params.ts'
import { troubleIcons } from '../type/trouble.tsx'

const kinds: readonly SocketKind[] = ['selected', 'active', 'reserved', 'disabled', 'ejected', 'broken']

export function Overview(): ReactNode {
  const { t } = useWords()
  const [search] = useSearchParams()
  const find = search.get('find')?.trim() ?? ''
  const types = useApi('listTypes')
  const all = types.data?.types ?? []
  const total = all.reduce((sum, each) => sum + each.counts.total, 0)
  const shown = all.filter((each) => matches(find, `${each.key} ${each.label} ${each.description}`))
  return (
    <>
      <PageHead
        title={t('nav.overview')}
        text={types.data === undefined ? '' : `${t('types', { count: all.length })}, ${t('instances', { count: total })}.`}
      />
      {types.isError && types.data === undefined && <Failure error={types.error} onRetry={() => void types.refetch()} />}
      {types.isPending && <Skeleton lines={6} />}
      {find === '' && types.data !== undefined && <Problems types={all} />}
      {find !== '' && <Found text={find} />}
      {types.data !== undefined && (
        <section aria-labelledby="types-head">
          <div className="sectionHead">
            <h2 id="types-head">{t('nav.types')}</h2>
            {all.length > 0 && find === '' && (
              <ul className="legend meta" aria-label={t('legend')}>
                {kinds.map((kind) => (
                  <li key={kind}>
                    <Socket kind={kind} size={14} />
                    {t(`socket.${kind}`)}
                  </li>
                ))}
              </ul>
            )}
          </div>
          {all.length === 0 ? (
            <div className="empty">
              <h2>{t('empty.types')}</h2>
              <p className="ink2">{t('empty.typesText')}</p>
              <Command text="createBoard({ plugins: [YourPlugin], store: sqlite('plugboard.db') })" />
            </div>
          ) : shown.length === 0 ? (
            <div className="empty">
              <h2>{t('noMatch.text', { text: find })}</h2>
              <p className="ink2">
                {t('noMatch.types', { count: all.length })}{' '}
                <Link href="/" className="link">
                  {t('noMatch.clear')}
                </Link>
              </p>
            </div>
          ) : (
            <ul className="cards">
              {shown.map((type) => (
                <Card key={type.key} type={type} />
              ))}
            </ul>
          )}
        </section>
      )}
    </>
  )
}

function matches(find: string, text: string): boolean {
  return find
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word))
}

/** What is wrong, first; each with the way to its mending. */
function Problems({ types }: { readonly types: readonly TypeCard[] }): ReactNode {
  const { t, rich, number } = useWords()
  const words = useWords()
  const now = useNow()
  const { may } = useMe()
  const broken = useApi('listInstances', { query: { state: 'problem', limit: 50 } })
  const system = useApi('getSystem')
  const plan = useApi('planSync', { query: {} }, { enabled: may('read') })
  const ejectedIds = system.data?.ejected ?? []
  // Their timers stand in the lists: one list for each type that has one.
  const labelOf = (key: string): string => types.find((each) => each.key === key)?.label ?? key
  const drift = plan.data
  const unregistered = types.filter((each) => !each.registered)
  const created = drift === undefined ? [] : [...drift.types.created, ...drift.plugins.created]
  const instances = broken.data?.items ?? []
  const count = instances.length + ejectedIds.length + (created.length > 0 ? 1 : 0) + unregistered.length
  const failed = [broken, system].find((each) => each.data === undefined && each.isError)
  if (failed !== undefined) return <Failure error={failed.error} onRetry={() => void failed.refetch()} />
  if (broken.data === undefined) return <Skeleton lines={2} />
  if (count === 0) return null
  return (
    <section aria-labelledby="problems-head" className="problems">
      <div className="sectionHead">
        <h2 id="problems-head">
          {t('problems')} <span className="meta">{number(count)}</span>
        </h2>
      </div>
      <ul className="panel problemList">
        {instances.map((item) => {
          const reason = item.state.ok ? 'other' : item.state.reason
          const Icon = troubleIcons[reason] ?? IconAlertCircle
          const title = `problem.${reason}`
          const mend = `mend.${reason}`
          return (
            <Problem
              key={item.id}
              icon={<Icon size={20} className="danger-text" aria-hidden="true" />}
              title={rich(hasMessage(title) ? title : 'problem.other', { name: item.name })}
              text={
                <>
                  <Link href={`/types/${encodeURIComponent(item.type)}?state=problem`}>
                    <bdi>{labelOf(item.type)}</bdi>
                  </Link>
                  . <bdi>{item.state.ok ? '' : item.state.text}</bdi>
                </>
              }
              action={hasMessage(mend) ? t(mend) : t('mend.other')}
              to={`/instances/${item.id}`}
            />
          )
        })}
        {ejectedIds.map(({ id, name, type, text }) => (
          <EjectedProblem key={id} id={id} name={name} type={type} label={labelOf(type)} text={text} now={now} words={words} />
        ))}
        {unregistered.map((type) => (
          <Problem
            key={type.key}
            icon={<IconAlertCircle size={20} className="danger-text" aria-hidden="true" />}
            title={rich('problem.typeMissing', { name: type.label })}
            text={t('problem.typeMissingText')}
            action={t('problem.review')}
            to="/system"
          />
        ))}
        {created.length > 0 && (
          <Problem
            icon={<IconRefresh size={20} aria-hidden="true" />}
            title={t('problem.drift')}
            text={rich('problem.driftText', { count: created.length, names: created.slice(0, 3).join(', ') })}
            action={t('problem.review')}
            to="/system"
          />
        )}
      </ul>
    </section>
  )
}

interface EjectedProps {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly label: string
  readonly text: string
  readonly now: number
  readonly words: ReturnType<typeof useWords>
}

function EjectedProblem({ id, name, type, label, text, now, words }: EjectedProps): ReactNode {
  const { t, rich } = words
  const list = useApi('listTypeInstances', { params: { type }, query: { search: name, limit: 50 } })
  const health = list.data?.items.find((each) => each.id === id)?.health
  const left = health?.state === 'ejected' && health.backIn !== null ? health.backIn - (now - list.dataUpdatedAt) : null
  return (
    <Problem
      icon={<IconClockPause size={20} className="warn-text" aria-hidden="true" />}
      title={left === null ? rich('problem.ejected', { name }) : rich('problem.ejectedBack', { name, time: countdown(words, left) })}
      text={
        <>
          <Link href={`/types/${encodeURIComponent(type)}`}>
            <bdi>{label}</bdi>
          </Link>
          . <bdi>{text}</bdi>
        </>
      }
      action={t('problem.look', { name })}
      to={`/types/${encodeURIComponent(type)}?q=${encodeURIComponent(name)}`}
    />
  )
}

interface ProblemProps {
  readonly icon: ReactNode
  readonly title: ReactNode
  readonly text: ReactNode
  readonly action: string
  readonly to: string
}

function Problem({ icon, title, text, action, to }: ProblemProps): ReactNode {
  return (
    <li className="problem">
      {icon}
      <div>
        <p className="problemTitle">{title}</p>
        <p className="ink2">{text}</p>
      </div>
      <Link className="button" href={to}>
        <bdi>{action}</bdi>
      </Link>
    </li>
  )
}

const mostSockets = 12

/** A type: who answers now and since when, what is wrong, and a socket for each instance in order. */
function Card({ type }: { readonly type: TypeCard }): ReactNode {
  const words = useWords()
  const { t, number } = words
  const params = { type: type.key }
  const detail = useApi('getType', { params }, { enabled: type.registered })
  const first = useApi('listTypeInstances', { params, query: { limit: mostSockets } })
  const items = first.data?.items ?? []
  const strategy = detail.data?.strategy?.strategy ?? 'priority'
  const serving = items.filter((each) => each.status === 'active' && each.state.ok && each.health?.state !== 'ejected')
  const shares = (strategy === 'weighted' || strategy === 'round-robin') && serving.length > 1
  const ejected = items.filter((each) => each.health?.state === 'ejected').length
  const byRequest = type.selected === null && strategy === 'function' && serving.length > 0
  const isBad = type.counts.problems > 0 || !type.registered
  const to = `/types/${encodeURIComponent(type.key)}`
  const total = serving.reduce((sum, each) => sum + each.weight, 0)
  const names = shares
    ? new Intl.ListFormat(words.locale, { type: 'unit' }).format(
        serving.map((each) =>
          strategy === 'round-robin' || total === 0
            ? each.name
            : t('share', { name: each.name, percent: Math.round((each.weight / total) * 100) }),
        ),
      )
    : (type.selected?.name ?? null)
  const kindOf = (item: Summary): SocketKind =>
    shares && serving.includes(item)
      ? 'selected'
      : item.id === type.selected?.id && !shares
        ? 'selected'
        : !item.state.ok
          ? 'broken'
          : item.health?.state === 'ejected' && item.status !== 'disabled'
            ? 'ejected'
            : item.status
  const { active, reserved, disabled } = type.counts.status
  const counts = [
    active > 0 ? t('count.active', { count: active }) : '',
    reserved > 0 ? t('count.reserved', { count: reserved }) : '',
    disabled > 0 ? t('count.disabled', { count: disabled }) : '',
  ].filter((text) => text !== '')
  return (
    <li className={`panel card ${isBad ? 'isBad' : ''}`}>
      <div className="cardHead">
        <h3>
          <TypeIcon type={type.key} />
          <Link href={to}>
            <bdi>{type.label}</bdi>
          </Link>
        </h3>
        <p className="ink2">
          <bdi>{type.description}</bdi>
        </p>
      </div>
      <div className="cardNow">
        <Socket kind={names === null ? (byRequest ? 'active' : 'disabled') : 'selected'} size={20} />
        <p className="meta">
          {names === null
            ? t(type.counts.total === 0 ? 'card.empty' : byRequest ? 'card.context' : 'card.nobody')
            : shares
              ? t(strategy === 'weighted' ? 'card.byWeight' : 'card.inTurn')
              : t('card.selected')}
          {!shares && type.selected !== null && type.selected.since !== null && (
            <>
              , {t('since')} <When at={type.selected.since} />
            </>
          )}
        </p>
        <p className="cardName">
          <bdi>{names ?? t(type.counts.total === 0 ? 'card.none' : byRequest ? 'card.contextName' : 'card.nobodyName')}</bdi>
        </p>
      </div>
      <CardHealth type={type} items={items} ejected={ejected} />
      <div className="cardFoot">
        {type.counts.total === 0 ? (
          <Link href={`${to}/new`} className="link">
            {t('card.create')}
          </Link>
        ) : (
          <>
            <span className="sockets" aria-hidden="true">
              {items.map((item) => (
                <Socket key={item.id} kind={kindOf(item)} size={14} />
              ))}
              {type.counts.total > mostSockets && <span className="meta">+{number(type.counts.total - mostSockets)}</span>}
            </span>
            <span className="meta">{new Intl.ListFormat(words.locale, { type: 'unit' }).format(counts)}</span>
          </>
        )}
      </div>
    </li>
  )
}

function CardHealth({
  type,
  items,
  ejected,
}: {
  readonly type: TypeCard
  readonly items: readonly Summary[]
  readonly ejected: number
}): ReactNode {
  const { t } = useWords()
  if (!type.registered)
    return (
      <p className="cardHealth bad">
        <IconAlertCircle size={16} aria-hidden="true" />
        {t('card.missing')}
      </p>
    )
  const failed = items.filter((each) => each.lastTest !== null && !each.lastTest.ok && each.status !== 'disabled').length
  const wrong = [
    type.counts.problems > 0 ? t('card.broken', { count: type.counts.problems }) : '',
    ejected > 0 ? t('card.ejected', { count: ejected }) : '',
  ].filter((text) => text !== '')
  if (wrong.length > 0)
    return (
      <p className={`cardHealth ${type.counts.problems > 0 ? 'bad' : 'meanwhile'}`}>
        <IconAlertCircle size={16} aria-hidden="true" />
        {wrong.join(', ')}
      </p>
    )
  const checked = items.flatMap((each) => (each.lastTest === null ? [] : [each.lastTest.at]))
  if (type.selected === null && type.counts.status.active + type.counts.status.reserved === 0)
    return (
      <p className="cardHealth">
        <IconCircleMinus size={16} aria-hidden="true" />
        {t('card.calls')}
      </p>
    )
  if (failed > 0)
    return (
      <p className="cardHealth meanwhile">
        <IconAlertCircle size={16} aria-hidden="true" />
        {t('card.failed', { count: failed })}
      </p>
    )
  return checked.length === 0 ? (
    <p className="cardHealth">
      <IconCircleMinus size={16} aria-hidden="true" />
      {t('card.unchecked')}
    </p>
  ) : (
    <p className="cardHealth good">
      <IconCircleCheck size={16} aria-hidden="true" />
      <span>
        {t('card.answers')} <Ago at={Math.max(...checked)} />
      </span>
    </p>
  )
}

/** Instances of all types that the search finds. */
function Found({ text }: { readonly text: string }): ReactNode {
  const { t, number } = useWords()
  const found = useApi('listInstances', { query: { search: text, limit: 20 } }, { keep: true })
  const items = found.data?.items ?? []
  return (
    <section aria-labelledby="found-head" className="problems">
      <div className="sectionHead">
        <h2 id="found-head">
          {t('found')} <span className="meta">{number(found.data?.matching ?? 0)}</span>
        </h2>
      </div>
      {found.data === undefined && found.isError ? (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data !== undefined && items.length === 0 ? (
        <p className="ink2">{t('found.none', { text })}</p>
      ) : (
        <ul className="panel problemList">
          {items.map((item) => (
            <li key={item.id} className="problem">
              <Socket kind={item.state.ok ? item.status : 'broken'} />
              <div>
                <p className="problemTitle">
                  <Link href={`/instances/${item.id}`}>
                    <bdi>{item.name}</bdi>
                  </Link>
                </p>
                <p className="meta">
                  {item.type} · {item.plugin}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
