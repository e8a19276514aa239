import { IconLoader2 } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { wordsOf } from '../api/errors.ts'
import { client, type Result } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { refresh } from '../api/queries.ts'
import { hasMessage, useWords, type Translate } from '../messages/index.ts'
import { Command, Refusal } from '../parts/page.tsx'
import { Ago } from '../parts/time.tsx'

interface Props {
  readonly of: Result<'getKeys'>
  readonly primary: string
  /** Instances that the first key seals, of all that are sealed. */
  readonly sealed: number
  readonly total: number
}

function reasonOf({ code, detail }: { readonly code: string; readonly detail: string }, t: Translate): string {
  const key = `error.${code}`
  return hasMessage(key) ? t(key) : detail
}

/** How much the first key seals, and the rotation that seals the rest: begun here or with the command, and told how far it is. */
export function Rotation({ of: { rotation }, primary, sealed, total }: Props): ReactNode {
  const { t, number } = useWords()
  const { may } = useMe()
  const [isAsking, setAsking] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const begin = async (): Promise<void> => {
    setAsking(true)
    setProblem(null)
    try {
      await client.request('rotateKeys')
    } catch (error) {
      setProblem(wordsOf(error, t))
    } finally {
      await refresh()
      setAsking(false)
    }
  }
  const isRunning = rotation?.state === 'running'
  const label = isRunning ? t('keys.rotating', { id: primary }) : t('keys.sealedWithFirst', { id: primary })
  const [count, whole] = isRunning ? [rotation.done, rotation.total ?? 0] : [sealed, total]
  return (
    <div className="rotation">
      <p>
        {label} <span className="meta">{whole > 0 && t('keys.of', { count: number(count), total: number(whole) })}</span>
      </p>
      <div className="progress" role="progressbar" aria-label={label} aria-valuenow={count} aria-valuemin={0} aria-valuemax={whole}>
        <div style={{ inlineSize: `${(count / Math.max(whole, 1)) * 100}%` }} />
      </div>
      {rotation?.state === 'done' && (
        <p className={`strip ${rotation.failed > 0 ? 'warn' : 'note'}`} role="status">
          <span>
            {t('keys.rotated', { count: rotation.resealed, id: rotation.keyId })} <Ago at={rotation.at} />.{' '}
            {rotation.failed > 0 && `${t('keys.rotatedNot', { count: rotation.failed })} `}
            {rotation.contested > 0 && t('keys.rotateAgain', { count: rotation.contested })}
          </span>
        </p>
      )}
      <Refusal text={rotation?.state === 'failed' ? reasonOf(rotation, t) : null} />
      <Refusal text={problem} />
      <p className="meta">{t(may('configure') ? 'keys.rotate' : 'keys.rotateElsewhere')}</p>
      <div className="row">
        {may('configure') && (
          <button
            type="button"
            className="button"
            aria-busy={isRunning || isAsking}
            onClick={() => !isRunning && !isAsking && void begin()}
          >
            {(isRunning || isAsking) && <IconLoader2 size={16} className="spin" aria-hidden="true" />}
            {t(isRunning || isAsking ? 'working' : 'keys.rotateNow', { id: primary })}
          </button>
        )}
        <Command text="plugboard keys rotate" />
      </div>
    </div>
  )
}
