import type { ReactNode, Ref } from 'react'
import { codeOf, wordsOf } from '../api/errors.ts'
import type { Explained, Explanation, Summary, TypeDetail } from '../api/client.ts'
import { useWords, type Words } from '../messages/index.ts'
import { Ago, countdown, useNow, When } from '../parts/time.tsx'
import { Socket } from '../parts/socket.tsx'
import { reasonOf } from './reason.ts'

interface Props {
  readonly type: TypeDetail
  readonly explanation: Explanation | undefined
  readonly error: unknown
  readonly items: readonly Summary[]
  /** When `items` was read. */
  readonly at: number
  readonly plug: Ref<HTMLSpanElement>
}

/** The first thing in the list, whatever the filter: who is selected now, and why. */
export function SelectedLine({ type, explanation, error, items, at, plug }: Props): ReactNode {
  const words = useWords()
  const { t } = words
  const isChosen = explanation !== undefined && explanation.chosen !== null
  const hasCord = isChosen && (explanation.strategy === 'priority' || explanation.strategy === 'function')
  const since = type.selected !== null && type.selected.id === explanation?.chosen ? type.selected.since : null
  return (
    <div className="selectedLine" role="status" aria-live="polite" aria-atomic="true">
      <p className="selectedLabel">{t('selected.now')}</p>
      <span className="plug" ref={plug}>
        <Socket kind={isChosen ? 'selected' : 'disabled'} />
      </span>
      <div className="selectedText">
        {explanation === undefined ? (
          <p>
            {error === null || error === undefined
              ? t('loading')
              : ['selection_needs_context', 'selector_failed'].includes(codeOf(error) ?? '')
                ? t('selected.context')
                : wordsOf(error, t)}
          </p>
        ) : (
          <Why explanation={explanation} items={items} at={at} />
        )}
      </div>
      {since !== null && (
        <p className="meta selectedSince">
          {t('since')} <When at={since} />{' '}
          <span>
            (<Ago at={since} />)
          </span>
        </p>
      )}
      {hasCord && <span className="sr">{t('selected.cord')}</span>}
    </div>
  )
}

function Why({
  explanation,
  items,
  at,
}: {
  readonly explanation: Explanation
  readonly items: readonly Summary[]
  readonly at: number
}): ReactNode {
  const words = useWords()
  const now = useNow()
  const { t, rich } = words
  const { strategy, instances } = explanation
  const chosen = instances.find((each) => each.chosen)
  const before = instances.slice(0, chosen === undefined ? instances.length : instances.indexOf(chosen))
  const over = before.filter(
    (each) => each.reason !== 'disabled' && each.reason !== 'after' && each.reason !== 'reserved' && each.reason !== 'not_chosen',
  )
  if (chosen === undefined)
    return (
      <p>
        {rich(instances.length === 0 ? 'selected.empty' : 'selected.none')}{' '}
        <Passed over={over} all={instances} items={items} at={at} now={now} words={words} />
      </p>
    )
  const sharing = instances.filter((each) => each.chosen || each.reason === 'not_chosen')
  if (strategy !== 'priority' && strategy !== 'function' && sharing.length > 1) {
    const total = sharing.reduce((sum, each) => sum + weightOf(each, items), 0)
    const list = sharing.map((each) =>
      strategy === 'round-robin' || total === 0
        ? each.name
        : t('share', { name: each.name, percent: Math.round((weightOf(each, items) / total) * 100) }),
    )
    return (
      <p>
        <strong>
          <bdi>{new Intl.ListFormat(words.locale, { type: 'unit' }).format(list)}</bdi>
        </strong>
        , {t(`because.${strategy}`)} <Passed over={over} all={instances} items={items} at={at} now={now} words={words} />
      </p>
    )
  }
  const because =
    strategy === 'function'
      ? 'selected.function'
      : chosen.status === 'reserved'
        ? 'selected.standby'
        : over.length > 0
          ? 'selected.firstThatCan'
          : 'selected.first'
  return (
    <p>
      {rich(because, { name: chosen.name })} <Passed over={over} all={instances} items={items} at={at} now={now} words={words} />
    </p>
  )
}

interface PassedProps {
  readonly over: readonly Explained[]
  readonly all: readonly Explained[]
  readonly items: readonly Summary[]
  readonly at: number
  readonly now: number
  readonly words: Words
}

const most = 3

function Passed({ over, all, items, at, now, words }: PassedProps): ReactNode {
  if (over.length === 0) return null
  const { t, rich, number } = words
  return (
    <span className="passed">
      {t('selected.passedOver')}{' '}
      {over.slice(0, most).map((each, index) => {
        const health = items.find((item) => item.id === each.id)?.health
        const left = health?.state === 'ejected' && health.backIn !== null ? health.backIn - (now - at) : null
        return (
          <span key={each.id}>
            {index > 0 && '; '}
            <bdi>{each.name}</bdi> ({number(all.indexOf(each) + 1)}),{' '}
            {left === null ? reasonOf(each, words) : rich('reason.ejectedFor', { time: countdown(words, left) })}
          </span>
        )
      })}
      {over.length > most && ` ${t('more', { count: over.length - most })}`}.
    </span>
  )
}

function weightOf({ id }: Explained, items: readonly Summary[]): number {
  return items.find((item) => item.id === id)?.weight ?? 1
}
