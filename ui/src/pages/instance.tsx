import { IconDots, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { AdminRequestError } from 'plugboard/client'
import { client } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { useApi } from '../api/queries.ts'
import { HistoryList } from '../history/history-list.tsx'
import { Facts } from '../instance/facts.tsx'
import { Settings } from '../instance/settings.tsx'
import { useWords } from '../messages/index.ts'
import { Menu, type MenuItem } from '../parts/menu.tsx'
import { Failure, PageHead, Refusal, Skeleton } from '../parts/page.tsx'
import { Socket } from '../parts/socket.tsx'
import { useActions } from '../type/use-actions.tsx'

export function InstancePage({ id, tab }: { readonly id: string; readonly tab: 'settings' | 'history' }): ReactNode {
  const { t, number } = useWords()
  const { may } = useMe()
  const [, navigate] = useLocation()
  const params = { id }
  const detail = useApi('getInstance', { params })
  const data = detail.data
  const ofType = { type: data?.type ?? '' }
  const known = data !== undefined
  const type = useApi('getType', { params: ofType }, { enabled: known })
  const plugin = useApi('getPlugin', { params: { ...ofType, plugin: data?.plugin ?? '' } }, { enabled: known })
  const history = useApi('listInstanceHistory', { params, query: { limit: 200 } })
  const list = useApi('listTypeInstances', { params: ofType, query: { search: data?.name ?? '', limit: 50 } }, { enabled: known })
  const actions = useActions(data?.type ?? '')
  if (data === undefined) {
    const isGone = detail.error instanceof AdminRequestError && detail.error.status === 404
    return (
      <>
        <PageHead
          title={isGone ? t('instance.gone') : '…'}
          above={{ to: '/', label: t('nav.overview') }}
          text={isGone ? t('instance.goneText') : ''}
        />
        {isGone ? (
          <Link className="button" href="/removed">
            {t('instance.seeRemoved')}
          </Link>
        ) : detail.isError ? (
          <Failure error={detail.error} onRetry={() => void detail.refetch()} />
        ) : (
          <Skeleton lines={6} />
        )}
      </>
    )
  }
  const summary = list.data?.items.find((each) => each.id === id)
  const isSelected = type.data?.selected?.id === id
  const ejected = summary?.health?.state === 'ejected'
  const managed = data.managedBy !== null
  const isLast = data.status === 'active' && (type.data === undefined || type.data.counts.status.active <= 1)
  const items: MenuItem[] = []
  if (may('operate', data.type) && data.status !== 'disabled')
    items.push(
      ejected
        ? {
            label: t('row.restore'),
            icon: <IconPlayerPlay size={16} aria-hidden="true" />,
            run: () => void actions.act(() => client.request('reinstateInstance', { params }), t('done.restored', { name: data.name })),
          }
        : {
            label: t('row.eject'),
            icon: <IconPlayerPause size={16} aria-hidden="true" />,
            run: () =>
              void actions.act(() => client.request('ejectInstance', { params, body: {} }), t('done.ejected', { name: data.name })),
          },
    )
  if (may('configure', data.type) && !managed)
    items.push({
      label: t('row.remove'),
      icon: <IconTrash size={16} aria-hidden="true" />,
      danger: true,
      // The list asks where it is the last Active one.
      run: () =>
        isLast
          ? navigate(`/types/${encodeURIComponent(data.type)}?ask=removed&of=${id}`)
          : void actions.remove(data).then((isDone) => isDone && navigate(`/types/${encodeURIComponent(data.type)}`)),
    })
  const count = history.data === undefined ? undefined : `${number(history.data.entries.length)}${history.data.next === null ? '' : '+'}`
  return (
    <>
      <PageHead
        title={data.name}
        above={{ to: `/types/${encodeURIComponent(data.type)}`, label: type.data?.label ?? data.type }}
        badge={
          isSelected ? (
            <span className="badge accent">
              <Socket kind="selected" size={14} />
              {t('socket.selected')}
            </span>
          ) : (
            <span className="badge">
              <Socket kind={data.state.ok ? (ejected ? 'ejected' : data.status) : 'broken'} size={14} />
              {data.state.ok ? (ejected ? t('socket.ejected') : t(`status.${data.status}`)) : t('socket.broken')}
            </span>
          )
        }
        beside={
          <div className="pageActions">
            {plugin.data?.docs !== undefined && (
              <a className="button" href={plugin.data.docs} target="_blank" rel="noreferrer noopener">
                {t('plugin.docsOf', { plugin: plugin.data.label })}
              </a>
            )}
            {items.length > 0 && (
              <Menu
                label={t('row.menu', { name: data.name })}
                items={items}
                target={
                  <button type="button" className="iconButton edged" aria-label={t('row.menu', { name: data.name })}>
                    <IconDots size={16} aria-hidden="true" />
                  </button>
                }
              />
            )}
          </div>
        }
      />
      <nav className="tabs" aria-label={t('instance.tabs')}>
        <Link href={`/instances/${id}`} aria-current={tab === 'settings' ? 'page' : undefined}>
          {t('instance.settings')}
        </Link>
        <Link href={`/instances/${id}/history`} aria-current={tab === 'history' ? 'page' : undefined}>
          {t('nav.history')} {count !== undefined && <span className="meta">{count}</span>}
        </Link>
      </nav>
      <Refusal text={actions.problem} notice />
      {tab === 'history' ? (
        <HistoryList instance={data} titles={new Map(plugin.data?.hints.map((hint) => [hint.path, hint.title]))} />
      ) : plugin.data !== undefined ? (
        <Settings detail={data} plugin={plugin.data} history={history.data?.entries} summary={summary} />
      ) : plugin.isError ? (
        <div className="withAside">
          <div className="mainColumn">
            <div className="strip danger" role="status">
              <p>
                <strong>{t('trouble.code_missing')}</strong> <bdi>{data.state.ok ? '' : data.state.text}</bdi>
              </p>
            </div>
          </div>
          <div className="asideColumn">
            <Facts detail={data} plugin={data.plugin} history={history.data?.entries} />
          </div>
        </div>
      ) : (
        <Skeleton lines={6} />
      )}
    </>
  )
}
