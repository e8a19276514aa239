import { IconAlertCircle, IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useWords } from '../messages/index.ts'
import { idOf, useForm } from './form-context.ts'
import type { Path, Schema } from './schema.ts'
import { brief, dotted, pointerOf, same, valueAt } from './values.ts'

interface Props {
  readonly path: Path
  readonly schema: Schema
  readonly title: string
  readonly required: boolean
  readonly wide?: boolean
  /** Several controls: a group with a legend, not one with a label. */
  readonly group?: boolean
  readonly hint?: string
  /** Stands where "was …" does. */
  readonly changed?: ReactNode
  readonly children: ReactNode
}

/** Label, field, hint or error; what a changed field was, with Undo. */
export function Frame({ path, schema, title, required, wide = false, group = false, hint, changed, children }: Props): ReactNode {
  const form = useForm()
  const { t } = useWords()
  const id = idOf(path)
  const error = form.errors.get(pointerOf(['config', ...path]))
  const description = typeof schema['description'] === 'string' ? schema['description'] : ''
  const bound = form.boundBy(dotted(path))
  const label = (
    <>
      <bdi>{title}</bdi>
      {!required && <span className="meta optional">{t('form.optional')}</span>}
    </>
  )
  return (
    <div
      className={`field ${wide ? 'wide' : ''}`}
      data-path={dotted(path)}
      {...(group ? { role: 'group', 'aria-labelledby': `${id}-label` } : {})}
    >
      <div className="fieldTop">
        {group ? (
          <span className="label" id={`${id}-label`}>
            {label}
          </span>
        ) : (
          <label className="label" htmlFor={id} id={`${id}-label`}>
            {label}
          </label>
        )}
        {changed ?? <Was path={path} />}
      </div>
      {children}
      {error === undefined ? (
        (description !== '' || hint !== undefined) && (
          <p className="meta hint" id={`${id}-hint`}>
            <bdi>{description}</bdi>
            {description !== '' && hint !== undefined && hint !== '' ? ' · ' : ''}
            {hint}
          </p>
        )
      ) : (
        <FieldError id={`${id}-error`} text={error} />
      )}
      <BoundNote secrets={bound} />
    </div>
  )
}

/** Said where the cause is: a stored secret is never sent to a value that it was not entered for. */
export function BoundNote({ secrets }: { readonly secrets: readonly string[] }): ReactNode {
  const form = useForm()
  const { t } = useWords()
  if (secrets.length === 0) return null
  return (
    <div className="strip warn boundNote" role="status">
      <IconAlertTriangle size={16} aria-hidden="true" />
      <p>
        <strong>{t('secret.again', { name: secrets.map(form.nameOf).join(', ') })}</strong> {t('secret.bound')}
      </p>
    </div>
  )
}

export function FieldError({ id, text }: { readonly id: string; readonly text: string }): ReactNode {
  return (
    <p className="fieldError" id={id}>
      <IconAlertCircle size={14} aria-hidden="true" />
      <bdi>{text}</bdi>
    </p>
  )
}

function Was({ path }: { readonly path: Path }): ReactNode {
  const form = useForm()
  const { t } = useWords()
  const before = valueAt(form.stored, path)
  const now = form.valueOf(path)
  if (form.isNew || form.readOnly || same(before, now)) return null
  return (
    <span className="was meta">
      <span className="dot" aria-hidden="true" />
      {before === undefined ? t('form.wasNotSet') : t('form.was', { value: brief(before) })}
      <button type="button" className="link" onClick={() => (before === undefined ? form.remove(path) : form.set(path, before))}>
        {t('undo')}
      </button>
    </span>
  )
}

/** What a control says of itself to a screen reader. */
export function describing(
  path: Path,
  errors: ReadonlyMap<string, string>,
): { readonly id: string; readonly 'aria-describedby': string; readonly 'aria-invalid': boolean } {
  const id = idOf(path)
  const isWrong = errors.has(pointerOf(['config', ...path]))
  return { id, 'aria-describedby': isWrong ? `${id}-error` : `${id}-hint`, 'aria-invalid': isWrong }
}
