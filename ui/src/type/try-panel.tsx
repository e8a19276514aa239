import { IconPlus, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState, type SyntheticEvent, type ReactNode } from 'react'
import { codeOf, wordsOf } from '../api/errors.ts'
import type { Explained, Explanation, Summary } from '../api/client.ts'
import { useLive } from '../api/live.tsx'
import { ask, keyOf } from '../api/queries.ts'
import { useWords } from '../messages/index.ts'
import { Socket, type SocketKind } from '../parts/socket.tsx'
import { Cord } from './cord.tsx'
import { reasonOf } from './reason.ts'

interface Props {
  readonly type: string
  /** What the list knows of them: what is broken shows there before anybody calls it. */
  readonly items: readonly Summary[]
  /** The context as JSON, as the address has it; `null` before anything was tried. */
  readonly context: string | null
  readonly onTry: (context: string) => void
  readonly onClose: () => void
}

interface Pair {
  readonly key: string
  readonly value: string
}

/** Makes the choice that the application makes for a context, and says of each candidate why. Nothing is sent to a provider. */
export function TryPanel({ type, items, context, onTry, onClose }: Props): ReactNode {
  const { t } = useWords()
  const [pairs, setPairs] = useState<readonly Pair[]>(() => pairsIn(context) ?? [])
  const [json, setJson] = useState<string | null>(() => (pairsIn(context) === undefined ? (context ?? '') : null))
  const [problem, setProblem] = useState('')
  const tried = useQuery<Explanation>({
    queryKey: keyOf('explain', { params: { type }, body: { context } }),
    queryFn: ({ signal }) =>
      ask('explain', {
        params: { type },
        body: context === null || context === '' ? {} : { context: JSON.parse(context) as unknown },
        signal,
      }),
    enabled: context !== null,
    retry: false,
  })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    const text =
      json ??
      JSON.stringify(Object.fromEntries(pairs.filter(({ key }) => key.trim() !== '').map(({ key, value }) => [key.trim(), meant(value)])))
    if (text.trim() !== '') {
      try {
        JSON.parse(text)
      } catch {
        setProblem(t('try.notJson'))
        return
      }
    }
    setProblem('')
    onTry(text === '{}' && json === null ? '' : text)
  }
  const change = (at: number, pair: Partial<Pair>): void =>
    setPairs(pairs.map((each, index) => (index === at ? { ...each, ...pair } : each)))
  return (
    <section className="panel tryPanel" aria-label={t('try.title')}>
      <div className="tryHead">
        <div className="tryTitle">
          <h2>{t('try.title')}</h2>
          <button type="button" className="iconButton" aria-label={t('close')} onClick={onClose}>
            <IconX size={16} aria-hidden="true" />
          </button>
        </div>
        <p className="ink2">{t('try.text')}</p>
        <form onSubmit={submit}>
          {json === null ? (
            <>
              {pairs.length > 0 && (
                <p className="tryLabels meta" aria-hidden="true">
                  <span>{t('try.context')}</span>
                  <span>{t('try.value')}</span>
                </p>
              )}
              {pairs.map((pair, at) => (
                <div className="tryPair" key={at}>
                  <input
                    className="input mono"
                    dir="ltr"
                    aria-label={t('try.keyOf', { place: at + 1 })}
                    value={pair.key}
                    onChange={(event) => change(at, { key: event.target.value })}
                  />
                  <input
                    className="input mono"
                    dir="ltr"
                    aria-label={t('try.valueOf', { place: at + 1 })}
                    value={pair.value}
                    onChange={(event) => change(at, { value: event.target.value })}
                  />
                  <button
                    type="button"
                    className="iconButton"
                    aria-label={t('try.drop', { place: at + 1 })}
                    onClick={() => setPairs(pairs.toSpliced(at, 1))}
                  >
                    <IconX size={16} aria-hidden="true" />
                  </button>
                </div>
              ))}
            </>
          ) : (
            <label>
              <span className="meta">{t('try.json')}</span>
              <textarea
                className="input mono"
                dir="ltr"
                rows={5}
                value={json}
                aria-invalid={problem !== ''}
                onChange={(event) => setJson(event.target.value)}
              />
            </label>
          )}
          {problem !== '' && (
            <p className="danger-text" role="alert">
              {problem}
            </p>
          )}
          <div className="tryActions">
            <button type="submit" className="button primary" aria-busy={tried.isFetching}>
              {t('try.try')}
            </button>
            {json === null && (
              <button type="button" className="button ghost" onClick={() => setPairs([...pairs, { key: '', value: '' }])}>
                <IconPlus size={16} aria-hidden="true" />
                {t('try.add')}
              </button>
            )}
            <button
              type="button"
              className="button ghost end"
              onClick={() =>
                setJson(
                  json === null ? JSON.stringify(Object.fromEntries(pairs.map(({ key, value }) => [key, meant(value)])), null, 2) : null,
                )
              }
            >
              {json === null ? t('try.asJson') : t('try.asFields')}
            </button>
          </div>
        </form>
      </div>
      {tried.isError && (
        <div className="strip danger" role="alert">
          <p>
            {['selection_needs_context', 'selector_failed'].includes(codeOf(tried.error) ?? '')
              ? t('try.needsContext')
              : wordsOf(tried.error, t)}
          </p>
        </div>
      )}
      {tried.data !== undefined && !tried.isError && <Answer explanation={withState(tried.data, items)} />}
    </section>
  )
}

function Answer({ explanation }: { readonly explanation: Explanation }): ReactNode {
  const words = useWords()
  const { t, rich, number } = words
  const { revision } = useLive()
  const frame = useRef<HTMLDivElement>(null)
  const plug = useRef<HTMLSpanElement>(null)
  const list = useRef<HTMLOListElement>(null)
  const chosen = explanation.instances.find((each) => each.chosen)
  return (
    <div className="answer" ref={frame} role="status">
      <div className="answerHead">
        <span className="plug" ref={plug}>
          <Socket kind={chosen === undefined ? 'disabled' : 'selected'} size={16} />
        </span>
        <div>
          <p>{chosen === undefined ? <strong>{t('try.nobody')}</strong> : rich('try.answers', { name: chosen.name })}</p>
          {revision !== null && <p className="meta">{t('try.atRevision', { revision })}</p>}
        </div>
      </div>
      <ol ref={list}>
        {explanation.instances.slice(0, 200).map((each, at) => (
          <li key={each.id} className={`row answerRow ${each.chosen ? 'isSelected' : ''}`} data-id={each.id}>
            <Socket kind={kindOf(each)} size={18} />
            <span className="meta">{number(at + 1)}</span>
            <div>
              <p>
                <bdi>{each.name}</bdi>
              </p>
              <p className="meta">{verdict(each, explanation, words)}</p>
            </div>
          </li>
        ))}
      </ol>
      {chosen !== undefined && (
        <Cord
          frame={frame}
          plug={plug}
          list={list}
          target={chosen.id}
          fallback={undefined}
          watch={explanation.instances.map(({ id }) => id).join()}
        />
      )}
    </div>
  )
}

/** A row that can't run was chosen by nobody, also where nothing tried to build it yet. */
function withState(explanation: Explanation, items: readonly Summary[]): Explanation {
  const broken = new Map(items.flatMap(({ id, state }) => (state.ok ? [] : [[id, state] as const])))
  const instances = explanation.instances.map((each) => {
    const state = broken.get(each.id)
    return state === undefined || each.chosen || each.reason === 'disabled' ? each : { ...each, reason: state.reason, text: state.text }
  })
  return { ...explanation, instances }
}

function verdict(each: Explained, { strategy }: Explanation, words: Parameters<typeof reasonOf>[1]): string {
  const { t } = words
  if (each.chosen) return strategy === 'priority' ? t(each.status === 'active' ? 'try.chosen' : 'try.chosenStandby') : each.text
  if (each.reason === 'after' || each.reason === 'reserved' || each.reason === 'disabled') return t(`try.${each.reason}`)
  if (each.reason === 'not_chosen') return each.text
  return t('try.passedOver', { reason: reasonOf(each, words) })
}

function kindOf(each: Explained): SocketKind {
  if (each.chosen) return 'selected'
  if (each.reason === 'ejected' || each.reason === 'on_trial') return 'ejected'
  return ['selected', 'after', 'reserved', 'not_chosen', 'disabled'].includes(each.reason) ? each.status : 'broken'
}

/** What was typed as JSON where it is some, otherwise as text: `1250000` is a number, `IR` a text. */
function meant(text: string): unknown {
  if (!/^(?:-?\d+(?:\.\d+)?|true|false|null|[[{"].*)$/s.test(text.trim())) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** A context as fields; `undefined` where it is more than a flat object. */
function pairsIn(context: string | null): readonly Pair[] | undefined {
  if (context === null || context === '') return [{ key: '', value: '' }]
  try {
    const value = JSON.parse(context) as unknown
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return Object.entries(value).map(([key, each]) => ({
      key,
      value: typeof each === 'string' && meant(each) === each ? each : JSON.stringify(each),
    }))
  } catch {
    return undefined
  }
}
