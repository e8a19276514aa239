import { IconAlertCircle, IconArrowsSort, IconChevronDown, IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { InstancePage, TypeDetail } from '../api/client.ts'
import { useWords, type MessageKey } from '../messages/index.ts'
import { Menu } from '../parts/menu.tsx'
import { sorts, type ListState } from './use-instances.ts'

interface Props {
  readonly type: TypeDetail
  readonly counts: InstancePage['counts']
  readonly state: ListState
  readonly onChange: (change: Partial<Record<'q' | 'status' | 'plugin' | 'state' | 'sort' | 'desc', string>>) => void
}

/** Filters and order; all of it stands in the address. */
export function Toolbar({ type, counts, state, onChange }: Props): ReactNode {
  const { t, number } = useWords()
  const segments: readonly { readonly label: MessageKey; readonly count: number; readonly status: string; readonly state: string }[] = [
    { label: 'filter.all', count: counts.total, status: '', state: '' },
    { label: 'status.active', count: counts.status.active, status: 'active', state: '' },
    { label: 'status.reserved', count: counts.status.reserved, status: 'reserved', state: '' },
    { label: 'status.disabled', count: counts.status.disabled, status: 'disabled', state: '' },
    ...(counts.problems > 0 || state.state === 'problem'
      ? [{ label: 'filter.problems' as const, count: counts.problems, status: '', state: 'problem' }]
      : []),
  ]
  const plugin = type.plugins.find(({ key }) => key === state.plugin)
  return (
    <div className="toolbar">
      <div className="search">
        <IconSearch size={16} aria-hidden="true" />
        <input
          type="search"
          placeholder={t('filter.text')}
          aria-label={t('filter.text')}
          value={state.q}
          onChange={(event) => onChange({ q: event.target.value })}
        />
      </div>
      <div className="segments" role="group" aria-label={t('filter.status')}>
        {segments.map((each) => (
          <button
            key={each.label}
            type="button"
            aria-pressed={state.status === each.status && state.state === each.state}
            onClick={() => onChange({ status: each.status, state: each.state })}
          >
            {each.state !== '' && <IconAlertCircle className="danger-text" size={16} aria-hidden="true" />}
            {t(each.label)} <span className="count">{number(each.count)}</span>
          </button>
        ))}
      </div>
      <Menu
        label={t('filter.plugin')}
        target={
          <button type="button" className="button">
            {state.plugin === '' ? t('filter.anyPlugin') : (plugin?.label ?? state.plugin)}
            <IconChevronDown size={16} aria-hidden="true" />
          </button>
        }
        items={[
          { label: t('filter.anyPlugin'), checked: state.plugin === '', run: () => onChange({ plugin: '' }) },
          ...Object.entries(counts.plugins).map(([key, count]) => ({
            label: `${type.plugins.find((each) => each.key === key)?.label ?? key} ${number(count)}`,
            checked: key === state.plugin,
            run: () => onChange({ plugin: key }),
          })),
        ]}
      />
      <Menu
        label={t('sort.label')}
        target={
          <button type="button" className="button">
            <IconArrowsSort size={16} aria-hidden="true" />
            {t(`sort.${state.sort === '' ? 'order' : state.sort}`)}
            <IconChevronDown size={16} aria-hidden="true" />
          </button>
        }
        items={[
          ...sorts.map((sort) => ({
            label: t(`sort.${sort === '' ? 'order' : sort}`),
            checked: sort === state.sort,
            run: () => onChange({ sort }),
          })),
          'line' as const,
          { label: t('sort.ascending'), checked: !state.descending, run: () => onChange({ desc: '' }) },
          { label: t('sort.descending'), checked: state.descending, run: () => onChange({ desc: '1' }) },
        ]}
      />
    </div>
  )
}
