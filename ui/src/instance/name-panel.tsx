import { IconX } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { FieldError } from '../form/frame.tsx'
import { same } from '../form/values.ts'
import { useWords } from '../messages/index.ts'

export interface Naming {
  readonly name: string
  readonly tags: readonly string[]
}

interface Props {
  readonly value: Naming
  /** `undefined` of a new instance. */
  readonly stored: Naming | undefined
  readonly readOnly: boolean
  readonly errors: ReadonlyMap<string, string>
  readonly onChange: (value: Naming) => void
}

export function NamePanel({ value, stored, readOnly, errors, onChange }: Props): ReactNode {
  const { t } = useWords()
  const nameError = errors.get('/name')
  const tagError = [...errors].find(([pointer]) => pointer.startsWith('/tags'))?.[1]
  return (
    <section className="panel formPanel" aria-labelledby="panel-name">
      <h2 id="panel-name">{t('panel.name')}</h2>
      <div className="fields">
        <div className="field" data-path="name">
          <div className="fieldTop">
            <label className="label" htmlFor="field-name">
              {t('field.name')}
            </label>
            {stored !== undefined && stored.name !== value.name && (
              <span className="was meta">
                <span className="dot" aria-hidden="true" />
                {t('form.was', { value: stored.name })}
                <button type="button" className="link" onClick={() => onChange({ ...value, name: stored.name })}>
                  {t('undo')}
                </button>
              </span>
            )}
          </div>
          <input
            id="field-name"
            className="input"
            dir="auto"
            autoComplete="off"
            value={value.name}
            readOnly={readOnly}
            aria-invalid={nameError !== undefined}
            aria-describedby={nameError === undefined ? undefined : 'field-name-error'}
            onChange={(event) => onChange({ ...value, name: event.target.value })}
          />
          {nameError !== undefined && <FieldError id="field-name-error" text={nameError} />}
        </div>
        <div className="field" data-path="tags">
          <div className="fieldTop">
            <label className="label" htmlFor="field-tags">
              {t('field.tags')} <span className="meta optional">{t('form.optional')}</span>
            </label>
            {stored !== undefined && !same([...stored.tags], [...value.tags]) && (
              <span className="was meta">
                <span className="dot" aria-hidden="true" />
                <button type="button" className="link" onClick={() => onChange({ ...value, tags: stored.tags })}>
                  {t('undo')}
                </button>
              </span>
            )}
          </div>
          <Tags value={value.tags} readOnly={readOnly} onChange={(tags) => onChange({ ...value, tags })} />
          {tagError !== undefined && <FieldError id="field-tags-error" text={tagError} />}
        </div>
      </div>
    </section>
  )
}

/** Tags as they are typed: Enter or a comma ends one, Backspace in the empty field takes the last one out. */
function Tags({
  value,
  readOnly,
  onChange,
}: {
  readonly value: readonly string[]
  readonly readOnly: boolean
  readonly onChange: (tags: readonly string[]) => void
}): ReactNode {
  const { t } = useWords()
  const [typed, setTyped] = useState('')
  const add = (): void => {
    const tag = typed.trim()
    if (tag !== '' && !value.includes(tag)) onChange([...value, tag])
    setTyped('')
  }
  return (
    <span className="input boxed tagBox">
      {value.map((tag) => (
        <span className="tag" key={tag}>
          <bdi>{tag}</bdi>
          {!readOnly && (
            <button
              type="button"
              className="tagRemove"
              aria-label={t('tags.remove', { tag })}
              onClick={() => onChange(value.filter((each) => each !== tag))}
            >
              <IconX size={12} aria-hidden="true" />
            </button>
          )}
        </span>
      ))}
      {!readOnly && (
        <input
          id="field-tags"
          dir="auto"
          autoComplete="off"
          value={typed}
          onChange={(event) => (event.target.value.endsWith(',') ? add() : setTyped(event.target.value))}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              event.preventDefault()
              add()
            }
            if (event.key === 'Backspace' && typed === '') onChange(value.slice(0, -1))
          }}
        />
      )}
    </span>
  )
}
