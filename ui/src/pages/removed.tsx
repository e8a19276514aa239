import { IconRestore } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { wordsOf } from '../api/errors.ts'
import { client } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { refresh, useApi } from '../api/queries.ts'
import { usePages } from '../api/use-pages.ts'
import { useWords } from '../messages/index.ts'
import { Command, PageHead, Refusal } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import { Socket } from '../parts/socket.tsx'
import { Ago } from '../parts/time.tsx'
import { useToast } from '../parts/toasts.tsx'

export function RemovedPage(): ReactNode {
  const { t } = useWords()
  const { may } = useMe()
  const { show } = useToast()
  const [, navigate] = useLocation()
  const types = useApi('listTypes')
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const found = usePages('listRemoved', { query: { limit: 50 } })
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  const restore = async (id: string): Promise<void> => {
    setBusy(id)
    setProblem(null)
    try {
      const back = await client.request('restoreInstance', { params: { id } })
      show({ text: t('done.restoredAs', { name: back.name }), action: { label: t('show'), run: () => navigate(`/instances/${id}`) } })
    } catch (error) {
      setProblem(wordsOf(error, t))
    } finally {
      await refresh()
      setBusy(null)
    }
  }
  return (
    <>
      <PageHead title={t('nav.removed')} text={t('removed.text')} />
      <Refusal text={problem} notice />
      <Paged found={found} lines={3}>
        {items.length === 0 ? (
          <div className="empty">
            <h2>{t('removed.none')}</h2>
            <p className="ink2">{t('removed.noneText')}</p>
            <Command text="plugboard instance remove NAME" />
          </div>
        ) : (
          <ul className="panel problemList">
            {items.map((item) => (
              <li key={item.id} className="problem">
                <Socket kind="disabled" />
                <div>
                  <p className="problemTitle">
                    <bdi>{item.name}</bdi>
                  </p>
                  <p className="ink2">
                    <bdi>{types.data?.types.find((each) => each.key === item.type)?.label ?? item.type}</bdi> · {item.plugin} ·{' '}
                    {t('removed.when')} <Ago at={item.removedAt} />
                  </p>
                </div>
                {may('configure', item.type) && (
                  <button
                    type="button"
                    className="button"
                    aria-busy={busy === item.id}
                    onClick={() => busy === null && void restore(item.id)}
                  >
                    <IconRestore size={16} aria-hidden="true" />
                    {t(busy === item.id ? 'working' : 'removed.restore')}
                    <span className="sr">: {item.name}</span>
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </>
  )
}
