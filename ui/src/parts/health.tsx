import { IconCircleCheck, IconCircleMinus, IconCircleX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Summary } from '../api/client.ts'
import { useWords } from '../messages/index.ts'
import { Ago } from './time.tsx'

/** The last check: what came of it, how long it took, when. */
export function Health({ of }: { readonly of: Pick<Summary, 'lastTest' | 'state'> }): ReactNode {
  const { t, number } = useWords()
  const { lastTest, state } = of
  if (lastTest === null)
    return (
      <div className="health">
        <IconCircleMinus size={16} aria-hidden="true" />
        <p>
          <strong>{t('health.none')}</strong>
        </p>
        <p className="meta">{state.ok ? t('health.never') : t('health.cannot')}</p>
      </div>
    )
  return (
    <div className={`health ${lastTest.ok ? 'good' : 'bad'}`}>
      {lastTest.ok ? <IconCircleCheck size={16} aria-hidden="true" /> : <IconCircleX size={16} aria-hidden="true" />}
      <p title={lastTest.message}>
        <strong>{lastTest.ok ? t('health.ok') : t('health.failed')}</strong>
        <span> {t('milliseconds', { value: number(Math.round(lastTest.latencyMs)) })}</span>
      </p>
      <p className="meta">
        <Ago at={lastTest.at} />
      </p>
    </div>
  )
}
