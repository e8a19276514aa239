import { IconAlertCircle, IconCodeOff, IconLinkOff, IconLock, IconPencil, IconClockPause, IconVersions } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Summary } from '../api/client.ts'
import { hasMessage, useWords } from '../messages/index.ts'
import { countdown, useNow } from '../parts/time.tsx'

export const troubleIcons: Readonly<Record<string, typeof IconLock>> = {
  code_missing: IconCodeOff,
  needs_config: IconPencil,
  config_invalid: IconPencil,
  config_newer: IconVersions,
  migration_failed: IconVersions,
  cannot_decrypt: IconLock,
  reference_unresolved: IconLinkOff,
}

interface Props {
  readonly item: Summary
  readonly at: number
  readonly mayOperate: boolean
  readonly onRestore: () => void
}

/** What is wrong with an instance: what happened, what to do, one action. */
export function Trouble({ item, at, mayOperate, onRestore }: Props): ReactNode {
  const words = useWords()
  const now = useNow()
  const { t, rich } = words
  const { state, health } = item
  if (!state.ok) {
    const Icon = troubleIcons[state.reason] ?? IconAlertCircle
    const title = `trouble.${state.reason}`
    const action = `mend.${state.reason}`
    return (
      <div className="strip danger trouble">
        <Icon size={16} aria-hidden="true" />
        <p className="grow">
          <strong>{hasMessage(title) ? t(title) : t('trouble.other')}</strong> <bdi>{state.text}</bdi>
        </p>
        <Link className="underlined" href={`/instances/${item.id}`}>
          {hasMessage(action) ? t(action) : t('mend.other')}
        </Link>
      </div>
    )
  }
  if (health?.state === 'ejected') {
    const left = health.backIn === null ? null : health.backIn - (now - at)
    return (
      <div className="strip warn trouble">
        <IconClockPause size={16} aria-hidden="true" />
        <p className="grow">
          {health.by === 'operator' ? t('ejected.byHand') : t('ejected.failures')}{' '}
          {left === null ? t('ejected.untilRestored') : rich('ejected.back', { time: countdown(words, left) })}
        </p>
        {mayOperate && (
          <button type="button" className="underlined" onClick={onRestore}>
            {t('ejected.restore')}
            <span className="sr">: {item.name}</span>
          </button>
        )}
      </div>
    )
  }
  if (health?.state === 'on_trial')
    return (
      <div className="strip warn trouble">
        <IconClockPause size={16} aria-hidden="true" />
        <p className="grow">{t('ejected.trial')}</p>
      </div>
    )
  return null
}
