import { IconChevronRight, IconCopy, IconAlertCircle } from '@tabler/icons-react'
import { useEffect, type ReactNode } from 'react'
import { Link } from 'wouter'
import { wordsOf } from '../api/errors.ts'
import { useWords } from '../messages/index.ts'
import { useToast } from './toasts.tsx'

interface HeadProps {
  readonly title: string
  readonly keyText?: string | undefined
  readonly badge?: ReactNode
  readonly text?: ReactNode
  readonly above?: { readonly to: string; readonly label: string } | undefined
  /** Beside the title; on a phone at the foot of the screen. */
  readonly actions?: ReactNode
  readonly beside?: ReactNode
}

/** Head of a page; its title is the document's. */
export function PageHead({ title, keyText, badge, text, above, actions, beside }: HeadProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Plugboard`
  }, [title])
  return (
    <header className="pageHead">
      <div className="pageHeadText">
        {above !== undefined && (
          <nav className="above" aria-label={above.label}>
            <Link href={above.to}>
              <bdi>{above.label}</bdi>
              <IconChevronRight className="mirror" size={16} aria-hidden="true" />
            </Link>
          </nav>
        )}
        <div className="titleLine">
          <h1 tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
          {keyText !== undefined && <code className="key">{keyText}</code>}
          {badge}
        </div>
        {text !== undefined && text !== '' && <p className="lead">{text}</p>}
      </div>
      {beside}
      {actions !== undefined && <div className="pageActions atFoot">{actions}</div>}
    </header>
  )
}

/** What can't be shown, and what to do; the rest of the page stays. */
export function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }): ReactNode {
  const { t } = useWords()
  return (
    <div className="strip danger" role="alert">
      <IconAlertCircle size={16} aria-hidden="true" />
      <p className="grow">
        <bdi>{wordsOf(error, t)}</bdi>
      </p>
      {onRetry !== undefined && (
        <button type="button" className="underlined" onClick={onRetry}>
          {t('tryAgain')}
        </button>
      )}
    </div>
  )
}

/** Why something was not done; in its own direction, for what the catalogue does not know is said in English. */
export function Refusal({ text, notice = false }: { readonly text: ReactNode; readonly notice?: boolean }): ReactNode {
  return text === null ? null : (
    <div className={`strip danger ${notice ? 'notice' : ''}`} role="alert">
      <p>
        <bdi>{text}</bdi>
      </p>
    </div>
  )
}

/** The shape of what is on its way. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }): ReactNode {
  const { t } = useWords()
  return (
    <div className="skeletons" role="status">
      <span className="sr">{t('loading')}</span>
      {Array.from({ length: lines }, (_, at) => (
        <div key={at} className={`skeleton w${at % 3}`} />
      ))}
    </div>
  )
}

/** A line of code or a command, to be copied. */
export function Command({ text }: { readonly text: string }): ReactNode {
  const { t } = useWords()
  const toast = useToast()
  return (
    <span className="command">
      <code>{text}</code>
      <button
        type="button"
        className="iconButton"
        aria-label={t('copy', { text })}
        onClick={() => void navigator.clipboard?.writeText(text).then(() => toast.show({ text: t('copied') }))}
      >
        <IconCopy size={16} aria-hidden="true" />
      </button>
    </span>
  )
}
