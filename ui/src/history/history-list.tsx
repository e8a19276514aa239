import { IconArrowBackUp, IconChevronDown, IconChevronRight, IconLock, IconSearch } from '@tabler/icons-react'
import { useMemo, useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import { wordsOf } from '../api/errors.ts'
import { client, type Detail, type HistoryEntry } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { refresh } from '../api/queries.ts'
import { usePages } from '../api/use-pages.ts'
import { brief } from '../form/values.ts'
import { useWords, type MessageKey, type Words } from '../messages/index.ts'
import { Initials } from '../parts/initials.tsx'
import { Menu } from '../parts/menu.tsx'
import { Refusal } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import { exact } from '../parts/time.tsx'
import { useToast } from '../parts/toasts.tsx'
import { useSearchParams } from '../search-params.ts'
import { fieldName, storyOf, type Titles } from './story.ts'

const pageSize = 50
const nothing: Titles = new Map()

interface ListProps {
  readonly instance?: Detail
  readonly type?: string
  readonly titles?: Titles
}

/** What was done: of one instance, or of everything. Each change opens to its fields; a secret's is never shown. */
export function HistoryList({ instance, type, titles = nothing }: ListProps): ReactNode {
  const words = useWords()
  const { t } = words
  const { may } = useMe()
  const { show } = useToast()
  const [search, setSearch] = useSearchParams()
  const q = search.get('q') ?? ''
  const who = search.get('who') ?? ''
  const action = search.get('action') ?? ''
  const open = search.get('open') ?? ''
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const change = (name: string, value: string, replace = true): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace },
    )
  const route = instance === undefined ? 'listHistory' : 'listInstanceHistory'
  const options =
    instance === undefined
      ? { query: { limit: pageSize, diff: true, ...(type === undefined ? {} : { type }) } }
      : { params: { id: instance.id }, query: { limit: pageSize, diff: true } }
  const found = usePages(route, options)
  const all = useMemo(() => found.data?.pages.flatMap((page) => page.entries) ?? [], [found.data])
  const people = useMemo(() => [...new Map(all.map((entry) => [entry.actor.id, entry.actor.name]))], [all])
  const actionsSeen = useMemo(() => [...new Set(all.map((entry) => entry.action))], [all])
  const text = q.toLowerCase()
  const shown = all.filter(
    (entry) =>
      (who === '' || entry.actor.id === who) &&
      (action === '' || entry.action === action) &&
      (text === '' ||
        `${entry.actor.name} ${entry.action} ${entry.instance?.name ?? ''} ${entry.changed.join(' ')} ${entry.changed.map((path) => fieldName(path, words, titles)).join(' ')}`
          .toLowerCase()
          .includes(text)),
  )
  const days = useMemo(() => byDay(shown, words), [shown, words])
  // What can be gone back to: entries after which the instance is known whole.
  const newest = instance === undefined ? undefined : all.find((entry) => isState(entry))
  const rollBack = async (entry: HistoryEntry): Promise<void> => {
    if (instance === undefined) return
    setBusy(entry.id)
    setProblem(null)
    try {
      await client.request('rollbackInstance', { params: { id: instance.id }, body: { entry: entry.id }, match: instance.revision })
      show({ text: t('done.rolledBack', { revision: entry.revision }) })
    } catch (error) {
      setProblem(wordsOf(error, t))
    } finally {
      await refresh()
      setBusy(null)
    }
  }
  const before = useMemo(() => revisionsBefore(all), [all])
  const mayRollBack = instance !== undefined && may('configure', instance.type) && instance.managedBy === null
  return (
    <>
      <div className="toolbar">
        <div className="search">
          <IconSearch size={16} aria-hidden="true" />
          <input
            type="search"
            placeholder={t('history.search')}
            aria-label={t('history.search')}
            value={q}
            onChange={(event) => change('q', event.target.value)}
          />
        </div>
        <Menu
          label={t('history.who')}
          target={
            <button type="button" className="button">
              {who === '' ? t('history.anyone') : (people.find(([id]) => id === who)?.[1] ?? who)}
              <IconChevronDown size={16} aria-hidden="true" />
            </button>
          }
          items={[
            { label: t('history.anyone'), checked: who === '', run: () => change('who', '') },
            ...people.map(([id, name]) => ({ label: <bdi>{name}</bdi>, checked: id === who, run: () => change('who', id) })),
          ]}
        />
        <Menu
          label={t('history.what')}
          target={
            <button type="button" className="button">
              {action === '' ? t('history.anyChange') : actionWord(action, words)}
              <IconChevronDown size={16} aria-hidden="true" />
            </button>
          }
          items={[
            { label: t('history.anyChange'), checked: action === '', run: () => change('action', '') },
            ...actionsSeen.map((each) => ({ label: actionWord(each, words), checked: each === action, run: () => change('action', each) })),
          ]}
        />
        {instance !== undefined && (
          <Link href="/history" className="link toolbarEnd">
            {t('history.all')}
          </Link>
        )}
      </div>
      <Refusal text={problem} notice />
      <Paged found={found} lines={6}>
        {shown.length === 0 ? (
          <div className="empty">
            <h2>{all.length === 0 ? t('history.none') : t('noMatch')}</h2>
            {all.length > 0 && (
              <button type="button" className="link" onClick={() => setSearch(() => new URLSearchParams())}>
                {t('noMatch.clear')}
              </button>
            )}
          </div>
        ) : (
          days.map(([day, entries]) => (
            <section key={day} className="day" aria-label={day}>
              <h2>{day}</h2>
              <ol className="panel entries">
                {entries.map((entry) => (
                  <Entry
                    key={entry.id}
                    entry={entry}
                    within={instance !== undefined}
                    titles={titles}
                    isOpen={open === entry.id}
                    isNow={entry.id === newest?.id}
                    before={before.get(entry.id)}
                    onToggle={() => change('open', open === entry.id ? '' : entry.id)}
                    {...(mayRollBack && isState(entry) && entry.id !== newest?.id ? { onRollBack: () => void rollBack(entry) } : {})}
                    busy={busy === entry.id}
                  />
                ))}
              </ol>
            </section>
          ))
        )}
      </Paged>
    </>
  )
}

interface EntryProps {
  readonly entry: HistoryEntry
  readonly within: boolean
  readonly isOpen: boolean
  readonly isNow: boolean
  /** The revision of its instance until then, as far as it is loaded. */
  readonly before: number | undefined
  readonly busy: boolean
  readonly titles: Titles
  readonly onToggle: () => void
  readonly onRollBack?: () => void
}

function Entry({ entry, within, isOpen, isNow, before, busy, titles, onToggle, onRollBack }: EntryProps): ReactNode {
  const words = useWords()
  const { t, locale, rich } = words
  const story = storyOf(entry, words, within, titles)
  const rows = rowsOf(entry, words, titles)
  return (
    <li className="entry">
      <div className="entryLine">
        <time className="entryTime ink2" dateTime={new Date(entry.at).toISOString()} title={exact(words, entry.at)}>
          {new Date(entry.at).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })}
        </time>
        <Initials name={entry.actor.name} />
        <div className="entryText">
          <p>
            {entry.instance !== null && !within ? (
              <Link className="quietLink" href={entry.action === 'remove' ? '/removed' : `/instances/${entry.instance.id}`}>
                {story.headline}
              </Link>
            ) : (
              story.headline
            )}
          </p>
          {story.detail !== null && <p className="ink2">{story.detail}</p>}
        </div>
        <span className="meta entryRevision">{rich('history.revision', { revision: entry.revision })}</span>
        <span className="entryAct">
          {isNow ? (
            <span className="badge">{t('history.now')}</span>
          ) : (
            onRollBack !== undefined && (
              <button type="button" className="button small" aria-busy={busy} onClick={() => !busy && onRollBack()}>
                <IconArrowBackUp className="mirror" size={16} aria-hidden="true" />
                <span>{busy ? t('working') : rich('history.rollBack', { revision: entry.revision })}</span>
              </button>
            )
          )}
        </span>
        <button
          type="button"
          className="iconButton"
          aria-expanded={isOpen}
          aria-label={t('history.open', { revision: entry.revision })}
          disabled={rows.length === 0}
          onClick={onToggle}
        >
          {isOpen ? <IconChevronDown size={16} aria-hidden="true" /> : <IconChevronRight className="mirror" size={16} aria-hidden="true" />}
        </button>
      </div>
      {isOpen && rows.length > 0 && (
        <table className="diff">
          <thead>
            <tr>
              <th scope="col">{t('history.field')}</th>
              <th scope="col">{before === undefined ? t('history.before') : rich('history.beforeAt', { revision: before })}</th>
              <th scope="col">{rich('history.afterAt', { revision: entry.revision })}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.path}>
                <th scope="row">
                  <bdi>{row.label}</bdi>
                  <code>{row.path}</code>
                </th>
                <td>{row.before}</td>
                <td>{row.after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {isOpen && entry.config?.readable === false && (
        <p className="strip warn entryNote">
          <bdi>{entry.config.text}</bdi>
        </p>
      )}
    </li>
  )
}

interface DiffRow {
  readonly path: string
  readonly label: string
  readonly before: ReactNode
  readonly after: ReactNode
}

function rowsOf(entry: HistoryEntry, words: Words, titles: Titles): readonly DiffRow[] {
  const { t } = words
  const plain = (value: unknown, sign: '-' | '+'): ReactNode =>
    value === undefined || value === null ? (
      <span className="ink2">{t('form.notSet')}</span>
    ) : (
      <code className={sign === '-' ? 'minus' : 'plus'} dir="auto">
        <span aria-hidden="true">{sign === '-' ? '−' : '+'} </span>
        {brief(value as never)}
      </code>
    )
  const metadata = entry.changed
    .filter((path) => !path.startsWith('config') && path !== 'order' && path !== 'keys' && path !== 'history')
    .map((path): DiffRow => ({
      path,
      label: fieldName(path, words, titles),
      before: plain(listed(entry.before?.[path]), '-'),
      after: plain(listed(entry.after?.[path]), '+'),
    }))
  if (entry.config === undefined || entry.config === null || !entry.config.readable) return metadata
  const secret = (text: string, lock = true): ReactNode => (
    <span className="secretDiff ink2">
      {lock && <IconLock size={14} aria-hidden="true" />}
      {text}
    </span>
  )
  const fields = entry.config.fields.map((field): DiffRow => {
    const shared = { path: field.path, label: field.path === '' ? t('field.config') : fieldName(field.path, words, titles) }
    if (!field.secret) return { ...shared, before: plain(field.before, '-'), after: plain(field.after, '+') }
    const { reference } = field
    return {
      ...shared,
      before:
        reference !== undefined && reference.before !== null
          ? plain(reference.before, '-')
          : secret(entry.before === null ? t('form.notSet') : t('history.secretBefore')),
      after: reference !== undefined && reference.after !== null ? plain(reference.after, '+') : secret(t('history.secretAfter')),
    }
  })
  return [...metadata, ...fields]
}

/** Tags as people read them. */
function listed(value: unknown): unknown {
  return Array.isArray(value) ? value.join(', ') || undefined : value
}

/** Of each entry the revision of the one before it that is about the same instance; the newest stand first. */
function revisionsBefore(entries: readonly HistoryEntry[]): ReadonlyMap<string, number> {
  const last = new Map<string, string>()
  const found = new Map<string, number>()
  for (const { id, instance, revision } of entries) {
    if (instance === null) continue
    const later = last.get(instance.id)
    if (later !== undefined) found.set(later, revision)
    last.set(instance.id, id)
  }
  return found
}

/** Whether an entry says what the instance was after it. */
function isState({ action, after, instance }: HistoryEntry): boolean {
  return instance !== null && after !== null && ['create', 'update', 'rollback', 'restore', 'status', 'migrate'].includes(action)
}

function actionWord(action: string, { t }: Words): string {
  const known = [
    'create',
    'update',
    'status',
    'reorder',
    'strategy',
    'rollback',
    'remove',
    'restore',
    'eject',
    'reinstate',
    'reload',
    'take_over',
    'migrate',
    'sync',
    'rotate',
    'purge',
  ]
  return known.includes(action) ? t(`action.${action}` as MessageKey) : action
}

function byDay(entries: readonly HistoryEntry[], words: Words): readonly (readonly [string, readonly HistoryEntry[]])[] {
  const today = new Date()
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1)
  const days = new Map<string, HistoryEntry[]>()
  for (const entry of entries) {
    const date = new Date(entry.at)
    const name =
      date.toDateString() === today.toDateString()
        ? words.t('history.today')
        : date.toDateString() === yesterday.toDateString()
          ? words.t('history.yesterday')
          : date.toLocaleDateString(words.locale, {
              day: 'numeric',
              month: 'long',
              ...(date.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' }),
            })
    days.set(name, [...(days.get(name) ?? []), entry])
  }
  return [...days]
}
