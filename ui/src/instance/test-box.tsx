import { IconCircleCheck, IconCircleMinus, IconCircleX, IconLoader2 } from '@tabler/icons-react'
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { wordsOf } from '../api/errors.ts'
import type { Summary, TestOutcome } from '../api/client.ts'
import { useWords } from '../messages/index.ts'
import { Ago, useNow } from '../parts/time.tsx'

export type Tested =
  | { readonly state: 'running'; readonly of: 'draft' | 'saved'; readonly since: number; readonly stop: () => void }
  | { readonly state: 'done'; readonly of: 'draft' | 'saved'; readonly at: number; readonly outcome: TestOutcome }
  | { readonly state: 'refused'; readonly of: 'draft' | 'saved'; readonly text: string }

export interface Tester {
  readonly tested: Tested | null
  readonly run: (
    of: 'draft' | 'saved',
    test: (signal: AbortSignal) => Promise<TestOutcome>,
    onError?: (error: unknown) => boolean,
  ) => Promise<void>
}

/** Runs tests, one at a time; the one before is given up. */
export function useTester(): Tester {
  const { t } = useWords()
  const [tested, setTested] = useState<Tested | null>(null)
  const last = useRef<AbortController>(undefined)
  useEffect(() => () => last.current?.abort(), [])
  const run = useCallback<Tester['run']>(
    async (of, test, onError) => {
      last.current?.abort()
      const own = new AbortController()
      last.current = own
      setTested({ state: 'running', of, since: Date.now(), stop: () => own.abort() })
      try {
        const outcome = await test(own.signal)
        if (!own.signal.aborted) setTested({ state: 'done', of, at: Date.now(), outcome })
      } catch (error) {
        if (own.signal.aborted) return setTested(null)
        if (onError?.(error) === true) setTested({ state: 'refused', of, text: t('test.fields') })
        else setTested({ state: 'refused', of, text: wordsOf(error, t) })
      }
    },
    [t],
  )
  return { tested, run }
}

/** What was tested, what came of it, how long it took; under a line, how the last test of what is saved ended. */
export function TestBox({ tested, saved }: { readonly tested: Tested | null; readonly saved: Summary['lastTest'] | undefined }): ReactNode {
  const { t, rich, number } = useWords()
  const now = useNow()
  const showsSaved = saved !== null && saved !== undefined && (tested === null || tested.of === 'draft')
  if (tested === null && !showsSaved) return null
  const kind =
    tested?.state === 'done'
      ? tested.outcome.ok
        ? isBare(tested.outcome)
          ? 'none'
          : 'ok'
        : 'danger'
      : tested?.state === 'refused'
        ? 'danger'
        : 'plain'
  return (
    <section className={`panel testBox ${kind}`} aria-label={t('test.title')}>
      {tested !== null && (
        <div className="testMain" role="status">
          {tested.state === 'running' && (
            <>
              <IconLoader2 size={20} className="spin" aria-hidden="true" />
              <div>
                <p>
                  <strong>{t(tested.of === 'draft' ? 'test.runningDraft' : 'test.runningSaved')}</strong>
                </p>
                <p className="ink2">
                  {t('test.seconds', { count: Math.max(Math.floor((now - tested.since) / 1_000), 0) })}{' '}
                  <button type="button" className="link" onClick={tested.stop}>
                    {t('test.stop')}
                  </button>
                </p>
              </div>
            </>
          )}
          {tested.state === 'done' && (
            <>
              {isBare(tested.outcome) ? (
                <IconCircleMinus size={20} aria-hidden="true" />
              ) : tested.outcome.ok ? (
                <IconCircleCheck size={20} className="ok-text" aria-hidden="true" />
              ) : (
                <IconCircleX size={20} className="danger-text" aria-hidden="true" />
              )}
              <div>
                <p>
                  <strong>
                    {t(tested.of === 'draft' ? 'test.draft' : 'test.saved')}{' '}
                    {isBare(tested.outcome)
                      ? t('test.builds')
                      : tested.outcome.ok
                        ? t('test.connected', { ms: number(Math.round(tested.outcome.latencyMs)) })
                        : t('test.refused', { ms: number(Math.round(tested.outcome.latencyMs)) })}
                  </strong>
                </p>
                <p className="ink2">
                  <bdi>{tested.outcome.message}</bdi> <Ago at={tested.at} />. {tested.of === 'draft' && t('test.nothingSaved')}
                </p>
              </div>
            </>
          )}
          {tested.state === 'refused' && (
            <>
              <IconCircleX size={20} className="danger-text" aria-hidden="true" />
              <div>
                <p>
                  <strong>{t(tested.of === 'draft' ? 'test.draftNot' : 'test.savedNot')}</strong>
                </p>
                <p className="ink2">{tested.text}</p>
              </div>
            </>
          )}
        </div>
      )}
      {showsSaved && (
        <p className={`testSaved meta ${tested === null ? 'first' : ''}`}>
          {saved.ok ? (
            <IconCircleCheck size={14} className="ok-text" aria-hidden="true" />
          ) : (
            <IconCircleX size={14} className="danger-text" aria-hidden="true" />
          )}
          <span>
            {rich(saved.ok ? 'test.lastOk' : 'test.lastFailed', { ms: number(Math.round(saved.latencyMs)) })} <Ago at={saved.at} />
            {!saved.ok && (
              <>
                : <bdi>{saved.message}</bdi>
              </>
            )}
          </span>
        </p>
      )}
    </section>
  )
}

/** It can be built, and its plugin has no test of its own. */
function isBare({ ok, passed }: TestOutcome): boolean {
  return ok && !passed.includes('onTest')
}
