import { IconLoader2, IconPlugConnected } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Summary } from '../api/client.ts'
import { useApi } from '../api/queries.ts'
import { useWords, type Words } from '../messages/index.ts'
import { firstToServe } from '../type/line-up.ts'

interface Props {
  readonly type: string
  readonly id: string | null
  readonly priority: number
  readonly changes: number
  readonly isNew: boolean
  readonly canEnable: boolean
  readonly canTest: boolean
  readonly busy: 'saving' | 'testing' | null
  readonly tested: boolean
  readonly onDiscard: (() => void) | null
  readonly onTest: () => void
  readonly onSave: (enable: boolean) => void
}

/** Sticky: how much is unsaved, what enabling would do, and the four things to do. */
export function FormFoot(props: Props): ReactNode {
  const words = useWords()
  const { t, rich } = words
  const list = useApi('listTypeInstances', { params: { type: props.type }, query: { limit: 500 } }, { enabled: props.canEnable })
  const { busy, changes, isNew } = props
  const nothing = !isNew && changes === 0
  return (
    <div className="formFoot">
      <p className="formFootText" role="status">
        {isNew ? null : changes === 0 ? t('foot.none') : <strong>{rich('foot.changes', { count: changes })}</strong>}{' '}
        {props.canEnable && list.data !== undefined && effect(list.data.items, props, words)}
      </p>
      <div className="formFootActions">
        {props.onDiscard !== null && changes > 0 && (
          <button type="button" className="button ghost" onClick={props.onDiscard}>
            {t('foot.discard')}
          </button>
        )}
        {props.canTest && (
          <button type="button" className="button" aria-busy={busy === 'testing'} onClick={props.onTest}>
            {busy === 'testing' ? (
              <IconLoader2 size={16} className="spin" aria-hidden="true" />
            ) : (
              <IconPlugConnected size={16} aria-hidden="true" />
            )}
            {t(busy === 'testing' ? 'foot.testing' : props.tested ? 'foot.testAgain' : 'foot.test')}
          </button>
        )}
        <button type="submit" className={`button ${props.canEnable ? '' : 'primary'}`} disabled={nothing} aria-busy={busy === 'saving'}>
          {busy === 'saving' && <IconLoader2 size={16} className="spin" aria-hidden="true" />}
          {t(busy === 'saving' ? 'foot.saving' : 'foot.save')}
        </button>
        {props.canEnable && (
          <button
            type="button"
            className="button primary"
            aria-busy={busy === 'saving'}
            onClick={() => busy === null && props.onSave(true)}
          >
            {t('foot.enable')}
          </button>
        )}
      </div>
    </div>
  )
}

/** What "Save and enable" will do, in a sentence. */
function effect(items: readonly Summary[], { id, priority }: Props, { t, rich }: Words): ReactNode {
  const others = items.filter((each) => each.id !== id && each.status === 'active')
  const place = others.filter((each) => each.priority <= priority).length + 1
  const now = firstToServe(items.filter((each) => each.id !== id))
  if (now === undefined || now.status !== 'active') return rich('foot.takesOver', { place })
  return now.priority <= priority
    ? rich('foot.staysSelected', { place, name: now.name })
    : t('foot.becomesSelected', { place, name: now.name })
}
