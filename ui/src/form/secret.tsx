import { IconEraser, IconKey, IconLink, IconLock, IconCheck, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ClipboardEvent, type ReactNode } from 'react'
import { useWords } from '../messages/index.ts'
import { When } from '../parts/time.tsx'
import { describing, Frame } from './frame.tsx'
import { useForm, type StoredSecret } from './form-context.ts'
import { acceptOf, PickFile } from './inputs.tsx'
import type { Kind, Path, Schema } from './schema.ts'
import { dotted } from './values.ts'

interface Props {
  readonly path: Path
  readonly schema: Schema
  readonly title: string
  readonly required: boolean
  readonly kind: Kind
}

/** A secret is set, and never read: there is nothing to reveal. Left alone it keeps; it can be replaced or cleared. */
export function SecretField({ path, schema, title, required, kind }: Props): ReactNode {
  const form = useForm()
  const { t } = useWords()
  const name = dotted(path)
  const stored = form.storedSecret(name)
  const edit = form.edit(name)
  const causes = form.causeOf(name)
  const mustEnter = causes.length > 0 && edit.mode === 'keep'
  const isOpen = edit.mode === 'replace' || mustEnter || (!stored.set && edit.mode === 'keep')
  const value = edit.mode === 'replace' ? edit.value : ''
  const reference = edit.mode === 'replace' && edit.reference
  const field = useRef<HTMLElement>(null)
  const wasOpen = useRef(isOpen)
  // Replace was pressed: the field has the focus, for the key to be pasted.
  useEffect(() => {
    if (edit.mode === 'replace' && !wasOpen.current) field.current?.focus()
    wasOpen.current = isOpen
  }, [edit.mode, isOpen])
  const set = (text: string, asReference = reference): void =>
    form.setSecret(name, { mode: 'replace', value: text, reference: asReference })
  const keep = (): void => form.setSecret(name, { mode: 'keep' })
  const changed =
    edit.mode === 'replace' && stored.set ? (
      <span className="was meta">
        <span className="dot" aria-hidden="true" />
        {stored.since === undefined ? t('secret.replaces') : <ReplacesSince at={stored.since.at} />}
        <button type="button" className="link" onClick={keep}>
          {t('cancel')}
        </button>
      </span>
    ) : edit.mode === 'clear' ? (
      <span className="was meta">
        <span className="dot" aria-hidden="true" />
        {t('secret.notSaved')}
        <button type="button" className="link" onClick={keep}>
          {t('secret.keep')}
        </button>
      </span>
    ) : (
      <span />
    )
  // A line drops line ends, and a key in PEM is nothing without them: several lines are kept, in a box that holds them.
  const [hasLines, setLines] = useState(false)
  const pasted = (event: ClipboardEvent<HTMLInputElement>): void => {
    const text = event.clipboardData.getData('text')
    if (!/[\r\n]/.test(text.trim())) return
    event.preventDefault()
    const { selectionStart, selectionEnd } = event.currentTarget
    setLines(true)
    set(`${value.slice(0, selectionStart ?? value.length)}${text}${value.slice(selectionEnd ?? value.length)}`)
  }
  // What came in several lines is no more for others' eyes than a password is: it is shown where that is asked for, and hidden again for the next one.
  const [isShown, setShown] = useState(false)
  if (hasLines && value === '') setLines(false)
  if (isShown && value === '') setShown(false)
  useEffect(() => {
    if (hasLines) field.current?.focus()
  }, [hasLines])
  const isLong =
    hasLines ||
    kind.kind === 'file' ||
    kind.kind === 'long' ||
    kind.kind === 'json' ||
    kind.kind === 'list' ||
    kind.kind === 'map' ||
    kind.kind === 'group'
  return (
    <Frame path={path} schema={schema} title={title} required={required} wide changed={changed} group={!isOpen}>
      {edit.mode === 'clear' ? (
        <p className="secretBox" {...describing(path, form.errors)}>
          <IconEraser size={16} aria-hidden="true" />
          <span className="grow">{t('secret.cleared')}</span>
        </p>
      ) : !isOpen ? (
        <Stored path={path} title={title} stored={stored} required={required} />
      ) : form.readOnly ? (
        <p className="secretBox">{t('secret.notSet')}</p>
      ) : (
        <div className="secretInput">
          {reference ? <IconLink size={16} aria-hidden="true" /> : <IconKey size={16} aria-hidden="true" />}
          {isLong && !reference ? (
            <textarea
              {...describing(path, form.errors)}
              ref={field as never}
              className={`input mono ${isShown ? '' : 'masked'}`}
              dir="ltr"
              rows={4}
              autoComplete="off"
              spellCheck={false}
              value={value}
              aria-invalid={mustEnter || form.errors.has(`/config/${path.join('/')}`)}
              onChange={(event) => set(event.target.value)}
            />
          ) : (
            <input
              {...describing(path, form.errors)}
              ref={field as never}
              className="input mono"
              dir="ltr"
              type={reference ? 'text' : 'password'}
              autoComplete="new-password"
              spellCheck={false}
              value={value}
              placeholder={reference ? 'env:NAME' : undefined}
              aria-invalid={mustEnter || form.errors.has(`/config/${path.join('/')}`)}
              onChange={(event) => set(event.target.value)}
              onPaste={reference ? undefined : pasted}
            />
          )}
        </div>
      )}
      {isOpen && !form.readOnly && (
        <p className="meta secretMore">
          {mustEnter && <span className="danger-text">{t('secret.mustEnter', { field: causes.map(form.nameOf).join(', ') })} </span>}
          {!mustEnter && <span>{t('secret.never')} </span>}
          {isLong && !reference && value !== '' && (
            <>
              <span>{t('secret.lines', { count: linesIn(value) })} </span>
              <button type="button" className="link" onClick={() => setShown(!isShown)}>
                {t(isShown ? 'secret.hide' : 'secret.show')}
                <span className="sr">: {title}</span>
              </button>
            </>
          )}
          {kind.kind === 'file' && !reference && (
            <PickFile
              title={title}
              accept={acceptOf(schema)}
              base64={kind.base64}
              onText={(text) => set(text)}
              onProblem={(text) => form.setDraft(path, text)}
            />
          )}
          <button type="button" className="link" onClick={() => set('', !reference)}>
            {reference ? t('secret.asValue') : t('secret.asReference')}
          </button>
        </p>
      )}
    </Frame>
  )
}

/** Lines of a text; a line end at its end begins none. */
function linesIn(text: string): number {
  return text.replace(/\r?\n$/, '').split(/\r\n|\r|\n/).length
}

function ReplacesSince({ at }: { readonly at: number }): ReactNode {
  const { t } = useWords()
  return (
    <span>
      {t('secret.replacesSince')} <When at={at} />
    </span>
  )
}

function Stored({
  path,
  title,
  stored,
  required,
}: {
  readonly path: Path
  readonly title: string
  readonly stored: StoredSecret
  readonly required: boolean
}): ReactNode {
  const form = useForm()
  const { t, rich } = useWords()
  const name = dotted(path)
  const replace = (): void => form.setSecret(name, { mode: 'replace', value: '', reference: stored.reference !== undefined })
  return (
    <div className="secretBox" {...describing(path, form.errors)}>
      {stored.reference === undefined ? <IconLock size={16} aria-hidden="true" /> : <IconLink size={16} aria-hidden="true" />}
      <span className="grow">
        {stored.reference !== undefined ? (
          <code dir="ltr">{stored.reference}</code>
        ) : stored.since === undefined ? (
          t('secret.set')
        ) : (
          <>
            {t('secret.setOn')} <When at={stored.since.at} /> {rich('secret.by', { who: stored.since.who })}
          </>
        )}
      </span>
      {stored.resolves !== undefined && (
        <span className={`badge ${stored.resolves ? 'ok' : 'danger'}`}>
          {stored.resolves ? <IconCheck size={12} aria-hidden="true" /> : <IconX size={12} aria-hidden="true" />}
          {stored.resolves ? t('secret.resolves') : t('secret.resolvesNot')}
        </span>
      )}
      {!form.readOnly && (
        <>
          <button type="button" className="secretAct" onClick={replace}>
            {t('secret.replace')}
            <span className="sr">: {title}</span>
          </button>
          {!required && (
            <button type="button" className="secretAct" onClick={() => form.setSecret(name, { mode: 'clear' })}>
              {t('secret.clear')}
              <span className="sr">: {title}</span>
            </button>
          )}
        </>
      )}
    </div>
  )
}
