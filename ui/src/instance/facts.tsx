import type { ReactNode } from 'react'
import type { Detail, HistoryEntry } from '../api/client.ts'
import { useApi } from '../api/queries.ts'
import { useWords } from '../messages/index.ts'
import { When } from '../parts/time.tsx'

export function Facts({
  detail,
  plugin,
  history,
}: {
  readonly detail: Detail
  readonly plugin: string
  readonly history: readonly HistoryEntry[] | undefined
}): ReactNode {
  const { t, number } = useWords()
  const order = useApi('getOrder', { params: { type: detail.type } })
  const place = order.data?.ids.indexOf(detail.id) ?? -1
  const by = history?.find((entry) => entry.revision === detail.revision) ?? history?.find((entry) => entry.action !== 'reorder')
  return (
    <dl className="panel facts">
      <div>
        <dt>{t('facts.plugin')}</dt>
        <dd>
          <bdi>{plugin}</bdi>
        </dd>
      </div>
      {place >= 0 && (
        <div>
          <dt>{t('facts.order')}</dt>
          <dd>{t('facts.place', { place: place + 1, total: order.data?.ids.length ?? 0 })}</dd>
        </div>
      )}
      <div>
        <dt>{t('facts.saved')}</dt>
        <dd>
          <When at={detail.updatedAt} /> {by !== undefined && t('facts.by', { who: by.actor.name })}
        </dd>
      </div>
      <div>
        <dt>{t('facts.revision')}</dt>
        <dd>{number(detail.revision)}</dd>
      </div>
      <div>
        <dt>{t('facts.id')}</dt>
        <dd>
          <code title={detail.id}>
            {detail.id.slice(0, 9)}…{detail.id.slice(-4)}
          </code>
        </dd>
      </div>
    </dl>
  )
}
