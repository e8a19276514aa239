import { IconAlertTriangle, IconCircleCheck, IconLoader2, IconRefresh } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { wordsOf } from '../api/errors.ts'
import { client, type SyncReport, type System } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { refresh, useApi } from '../api/queries.ts'
import { useWords } from '../messages/index.ts'
import { Failure, PageHead, Refusal, Skeleton } from '../parts/page.tsx'
import { Ago } from '../parts/time.tsx'
import { useToast } from '../parts/toasts.tsx'
import { useSearchParams } from '../search-params.ts'
import { Keys } from '../system/keys.tsx'

export function SystemPage(): ReactNode {
  const { t, number, rich } = useWords()
  const { may } = useMe()
  const system = useApi('getSystem', {}, { every: 5_000 })
  const data = system.data
  return (
    <>
      <PageHead
        title={t('nav.system')}
        text={data === undefined ? '' : rich('system.text', { release: data.release, store: data.store })}
      />
      {data === undefined ? (
        system.isError ? (
          <Failure error={system.error} onRetry={() => void system.refetch()} />
        ) : (
          <Skeleton lines={6} />
        )
      ) : (
        <div className="systemPanels">
          <section className="panel formPanel" aria-labelledby="schema-head">
            <h2 id="schema-head">{t('system.database')}</h2>
            <dl className="plainFacts">
              <div>
                <dt>{t('system.schema')}</dt>
                <dd>{number(data.schema.version)}</dd>
              </div>
              <div>
                <dt>{t('system.oldest')}</dt>
                <dd>{number(data.schema.oldestReader)}</dd>
              </div>
              <div>
                <dt>{t('facts.revision')}</dt>
                <dd>{data.revision === null ? t('form.notSet') : number(data.revision)}</dd>
              </div>
              <div>
                <dt>{t('system.heard')}</dt>
                <dd>
                  {data.sources.length === 0
                    ? t('system.poll')
                    : data.sources.map((each) => `${each.name}${each.listening ? '' : ` (${t('system.notListening')})`}`).join(', ')}
                </dd>
              </div>
            </dl>
          </section>
          {may('read') && <Sync />}
          {may('read') && <Keys />}
          <Processes processes={data.processes} revision={data.revision} />
        </div>
      )}
    </>
  )
}

/** The registry against the database: the plan first, then the apply. */
function Sync(): ReactNode {
  const { t } = useWords()
  const { may } = useMe()
  const { show } = useToast()
  const [search, setSearch] = useSearchParams()
  const mode = search.get('mode') === 'update' ? 'update' : 'create'
  const prune = search.get('prune') === '1'
  const query = { mode, ...(prune ? { prune } : {}) } as const
  const plan = useApi('planSync', { query }, { keep: true })
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const apply = async (): Promise<void> => {
    setBusy(true)
    setProblem(null)
    try {
      await client.request('applySync', { body: query })
      show({ text: t('sync.done') })
    } catch (error) {
      setProblem(wordsOf(error, t))
    } finally {
      await refresh()
      setBusy(false)
    }
  }
  const set = (name: string, value: string | null): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === null) next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const report = plan.data
  const lines = report === undefined ? [] : linesOf(report, t)
  return (
    <section className="panel formPanel" aria-labelledby="sync-head">
      <h2 id="sync-head">{t('sync.title')}</h2>
      <p className="ink2 panelText">{t('sync.text')}</p>
      <div className="radios">
        <label className="radioLine">
          <input
            type="checkbox"
            className="check"
            checked={mode === 'update'}
            onChange={(event) => set('mode', event.target.checked ? 'update' : null)}
          />
          {t('sync.update')}
        </label>
        <label className="radioLine">
          <input type="checkbox" className="check" checked={prune} onChange={(event) => set('prune', event.target.checked ? '1' : null)} />
          {t('sync.prune')}
        </label>
      </div>
      {plan.isError && report === undefined && <Failure error={plan.error} onRetry={() => void plan.refetch()} />}
      {report !== undefined &&
        (lines.length === 0 ? (
          <p className="strip note">
            <IconCircleCheck size={16} className="ok-text" aria-hidden="true" />
            <span>{t('sync.same')}</span>
          </p>
        ) : (
          <ul className="planList" aria-label={t('sync.plan')}>
            {lines.map((line) => (
              <li key={line.text} className={line.kind}>
                {line.kind === 'warn' ? <IconAlertTriangle size={16} aria-hidden="true" /> : <IconRefresh size={16} aria-hidden="true" />}
                <bdi>{line.text}</bdi>
              </li>
            ))}
          </ul>
        ))}
      <Refusal text={problem} />
      {busy && (
        <div role="status">
          <p className="ink2">{t('sync.running')}</p>
          <div className="progress indeterminate">
            <div />
          </div>
        </div>
      )}
      {may('configure') && report !== undefined && report.changed && (
        <div className="dialogActions">
          <button type="button" className="button primary" aria-busy={busy} onClick={() => !busy && void apply()}>
            {busy && <IconLoader2 size={16} className="spin" aria-hidden="true" />}
            {t(busy ? 'working' : 'sync.apply')}
          </button>
        </div>
      )}
    </section>
  )
}

interface PlanLine {
  readonly kind: 'do' | 'warn'
  readonly text: string
}

function linesOf(report: SyncReport, t: ReturnType<typeof useWords>['t']): readonly PlanLine[] {
  const doing = (texts: readonly string[]): readonly PlanLine[] => texts.map((text) => ({ kind: 'do', text }))
  const warn = (texts: readonly string[]): readonly PlanLine[] => texts.map((text) => ({ kind: 'warn', text }))
  return [
    ...doing(report.types.created.map((key) => t('sync.createType', { key }))),
    ...doing(report.plugins.created.map((key) => t('sync.createPlugin', { key }))),
    ...doing(report.instances.created.map(({ name, type, status }) => t('sync.createInstance', { name, type, status }))),
    ...doing(report.types.updated.map((key) => t('sync.updateKey', { key }))),
    ...doing(report.plugins.updated.map((key) => t('sync.updateKey', { key }))),
    ...doing(report.revived.map((key) => t('sync.revive', { key }))),
    ...doing(report.renamed.map(({ from, to }) => t('sync.rename', { from, to }))),
    ...warn(report.pruned.map(({ key, instances }) => t('sync.pruned', { key, count: instances }))),
    ...warn(report.held.map((each) => t('sync.held', { key: each.plugin, names: each.instances.join(', ') }))),
    ...warn(
      report.missing.map((each) => t('sync.missing', { key: each.plugin !== undefined ? `${each.type}/${each.plugin}` : each.type })),
    ),
  ]
}

function Processes({ processes, revision }: { readonly processes: System['processes']; readonly revision: number | null }): ReactNode {
  const { t, number } = useWords()
  return (
    <section className="panel formPanel" aria-labelledby="processes-head">
      <h2 id="processes-head">{t('processes.title')}</h2>
      {processes.length === 0 ? (
        <p className="ink2">{t('processes.none')}</p>
      ) : (
        <table className="plainTable">
          <thead>
            <tr>
              <th scope="col">{t('processes.host')}</th>
              <th scope="col">{t('processes.release')}</th>
              <th scope="col">{t('processes.serves')}</th>
              <th scope="col">{t('processes.seen')}</th>
            </tr>
          </thead>
          <tbody>
            {processes.map((each) => (
              <tr key={each.id}>
                <th scope="row">
                  <bdi>{each.host}</bdi> <span className="meta">{each.pid}</span>
                </th>
                <td>{each.release}</td>
                <td>
                  {number(each.revision)}{' '}
                  {revision !== null && each.revision < revision && (
                    <span className="badge warn">{t('processes.behind', { count: revision - each.revision })}</span>
                  )}
                </td>
                <td>
                  <Ago at={each.seenAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
