import type { ReactNode } from 'react'
import { useWords } from '../messages/index.ts'
import { describing } from './frame.tsx'
import { idOf, useForm, type ControlProps } from './form-context.ts'
import type { Choice, Json } from './schema.ts'
import { same } from './values.ts'

/** One of few as radios, one of many as a select. What is not set shows the default. */
export function ChoiceInput({
  path,
  schema,
  value,
  required,
  choices,
  radio,
}: ControlProps & { readonly choices: readonly Choice[]; readonly radio: boolean }): ReactNode {
  const form = useForm()
  const { t } = useWords()
  const shown = value ?? (schema['default'] as Json | undefined)
  const at = choices.findIndex((each) => same(each.value, shown))
  if (radio)
    return (
      <div className="radios" role="radiogroup" aria-labelledby={`${idOf(path)}-label`}>
        {choices.map((choice, index) => (
          <label key={choice.label} className="radioLine">
            <input
              type="radio"
              className="radio"
              {...(index === Math.max(at, 0) ? describing(path, form.errors) : {})}
              name={idOf(path)}
              checked={index === at}
              disabled={form.readOnly}
              onChange={() => form.set(path, choice.value)}
            />
            <bdi>{choice.label}</bdi>
          </label>
        ))}
        {!required && value !== undefined && schema['default'] === undefined && !form.readOnly && (
          <button type="button" className="link" onClick={() => form.set(path, undefined)}>
            {t('form.unset')}
          </button>
        )}
      </div>
    )
  return (
    <select
      {...describing(path, form.errors)}
      className="input"
      disabled={form.readOnly}
      value={at === -1 ? '' : String(at)}
      onChange={(event) => form.set(path, event.target.value === '' ? undefined : choices[Number(event.target.value)]?.value)}
    >
      {(at === -1 || !required) && <option value="">{t('form.choose')}</option>}
      {choices.map((choice, index) => (
        <option key={choice.label} value={index}>
          {choice.label}
        </option>
      ))}
    </select>
  )
}

export function SeveralInput({ path, value, choices }: ControlProps & { readonly choices: readonly Choice[] }): ReactNode {
  const form = useForm()
  const list: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : []
  return (
    <div className="radios">
      {choices.map((choice, index) => (
        <label key={choice.label} className="radioLine">
          <input
            type="checkbox"
            className="check"
            {...(index === 0 ? describing(path, form.errors) : {})}
            checked={list.some((each) => same(each, choice.value))}
            disabled={form.readOnly}
            onChange={(event) =>
              form.set(path, event.target.checked ? [...list, choice.value] : list.filter((each) => !same(each, choice.value)))
            }
          />
          <bdi>{choice.label}</bdi>
        </label>
      ))}
    </div>
  )
}
