import { IconKey, IconLoader2 } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { wordsOf } from '../api/errors.ts'
import { client, type Result } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { useApi } from '../api/queries.ts'
import { useWords } from '../messages/index.ts'
import { Command, Failure, Refusal, Skeleton } from '../parts/page.tsx'
import { Rotation } from './rotation.tsx'

/** Which keys there are, what each seals, whether all of it opens, and the rotation that seals the rest with the first one. */
export function Keys(): ReactNode {
  const { t } = useWords()
  const { may } = useMe()
  const [isRotating, setRotating] = useState(false)
  const keys = useApi('getKeys', {}, { every: isRotating && 500 })
  if (isRotating !== (keys.data?.rotation?.state === 'running')) setRotating(!isRotating)
  const [busy, setBusy] = useState(false)
  const [verified, setVerified] = useState<Result<'verifyKeys'> | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const verify = async (): Promise<void> => {
    setBusy(true)
    setProblem(null)
    try {
      setVerified(await client.request('verifyKeys'))
    } catch (error) {
      setProblem(wordsOf(error, t))
    } finally {
      setBusy(false)
    }
  }
  const total = keys.data?.keys.reduce((sum, each) => sum + each.instances, 0) ?? 0
  const first = keys.data?.keys.find((each) => each.id === keys.data.primary)?.instances ?? 0
  return (
    <section className="panel formPanel" aria-labelledby="keys-head">
      <h2 id="keys-head">{t('keys.title')}</h2>
      {keys.data === undefined ? (
        keys.isError ? (
          <Failure error={keys.error} onRetry={() => void keys.refetch()} />
        ) : (
          <Skeleton lines={2} />
        )
      ) : keys.data.keys.length === 0 ? (
        <div className="row">
          <p className="ink2">{t('keys.none')}</p>
          <Command text="plugboard keys generate" />
        </div>
      ) : (
        <>
          <table className="plainTable">
            <thead>
              <tr>
                <th scope="col">{t('keys.id')}</th>
                <th scope="col">{t('keys.here')}</th>
                <th scope="col">{t('keys.seals')}</th>
              </tr>
            </thead>
            <tbody>
              {keys.data.keys.map((key) => (
                <tr key={key.id}>
                  <th scope="row">
                    <IconKey size={14} aria-hidden="true" /> <code>{key.id}</code>{' '}
                    {key.id === keys.data.primary && <span className="badge">{t('keys.writes')}</span>}
                  </th>
                  <td>{key.inKeyring ? t('keys.has') : <span className="badge danger">{t('keys.hasNot')}</span>}</td>
                  <td>{t('instances', { count: key.instances })}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {(keys.data.keys.length > 1 || keys.data.rotation !== null) && (
            <Rotation of={keys.data} primary={keys.data.primary ?? ''} sealed={first} total={total} />
          )}
          {verified !== null && (
            <p className={`strip ${verified.ok ? 'note' : 'danger'}`} role="status">
              <span>{verified.ok ? t('keys.allOpen') : t('keys.notOpen', { count: verified.failed })}</span>
            </p>
          )}
          <Refusal text={problem} />
          {may('operate') && (
            <div className="dialogActions">
              <button type="button" className="button" aria-busy={busy} onClick={() => !busy && void verify()}>
                {busy && <IconLoader2 size={16} className="spin" aria-hidden="true" />}
                {t(busy ? 'working' : 'keys.verify')}
              </button>
            </div>
          )}
        </>
      )}
    </section>
  )
}
