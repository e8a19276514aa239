import { IconFileUpload } from '@tabler/icons-react'
import { useRef, useState, type ReactNode } from 'react'
import { useWords } from '../messages/index.ts'
import { latin } from '../type/row.tsx'
import { inexact, inexactIn, isDecimal } from './exact.ts'
import { describing } from './frame.tsx'
import { useForm, type ControlProps, type Form } from './form-context.ts'
import type { Json, Path } from './schema.ts'
import { same, valueAt } from './values.ts'

/** What stands in a control and is not what its value reads as: `1.` or half a JSON. Of another value, or another beginning of the form, it is forgotten. */
function useTyped(
  path: Path,
  value: Json | undefined,
): readonly [string | null, (text: string | null, ...next: readonly [] | readonly [Json | undefined]) => void] {
  const form = useForm()
  const [typed, setTyped] = useState<{ text: string; next: Json | undefined; isDraft: boolean; generation: number } | null>(null)
  const stands =
    typed !== null && typed.generation === form.generation && (typed.isDraft ? form.hasDraft(path) : true) && same(typed.next, value)
  return [
    stands ? typed.text : null,
    // Without a value that it reads as, it is a draft over the one before.
    (text, ...next) =>
      setTyped(
        text === null
          ? null
          : next.length === 0
            ? { text, next: value, isDraft: true, generation: form.generation }
            : { text, next: next[0], isDraft: false, generation: form.generation },
      ),
  ]
}

/** An optional text that is emptied is taken out, unless there was an empty one. */
function emptied(form: Form, path: Path): Json | undefined {
  return valueAt(form.stored, path) === '' ? '' : undefined
}

export function TextInput({
  path,
  schema,
  value,
  required,
  type,
}: ControlProps & { readonly type: 'text' | 'url' | 'date' | 'long' }): ReactNode {
  const form = useForm()
  // A line can't hold several: what has them is shown with them, and stays so while it is edited.
  const [isLong, setLong] = useState(false)
  if (!isLong && typeof value === 'string' && /[\r\n]/.test(value)) setLong(true)
  const fallback: unknown = schema['default']
  const shared = {
    ...describing(path, form.errors),
    className: `input ${type === 'url' ? 'mono' : ''}`,
    dir: type === 'url' ? ('ltr' as const) : ('auto' as const),
    readOnly: form.readOnly,
    required,
    value: typeof value === 'string' ? value : '',
    placeholder: typeof fallback === 'string' ? fallback : undefined,
    spellCheck: type === 'long',
    autoComplete: 'off',
    onChange: (event: { readonly target: { readonly value: string } }): void => {
      const text = event.target.value
      form.set(path, text === '' && !required ? emptied(form, path) : text)
    },
  }
  if (type === 'long' || isLong) return <textarea rows={4} {...shared} />
  return <input type={type === 'date' ? 'date' : 'text'} inputMode={type === 'url' ? 'url' : undefined} {...shared} />
}

/** Shown in this place's time; what is stored stays as it was written until it is changed. */
export function DateTimeInput({ path, value, required }: ControlProps): ReactNode {
  const form = useForm()
  const date = typeof value === 'string' ? new Date(value) : undefined
  const shown =
    date === undefined || Number.isNaN(date.getTime())
      ? ''
      : new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
  return (
    <input
      {...describing(path, form.errors)}
      className="input"
      type="datetime-local"
      step="1"
      readOnly={form.readOnly}
      required={required}
      value={shown}
      onChange={(event) => form.set(path, event.target.value === '' ? undefined : new Date(event.target.value).toISOString())}
    />
  )
}

export function NumberInput({ path, schema, value, whole }: ControlProps & { readonly whole: boolean }): ReactNode {
  const form = useForm()
  const { t } = useWords()
  const [typed, setTyped] = useTyped(path, value)
  const fallback: unknown = schema['default']
  const shown = typed ?? (typeof value === 'number' ? String(value) : '')
  return (
    <input
      {...describing(path, form.errors)}
      className="input"
      inputMode={whole ? 'numeric' : 'decimal'}
      autoComplete="off"
      readOnly={form.readOnly}
      value={shown}
      placeholder={typeof fallback === 'number' ? String(fallback) : undefined}
      onChange={(event) => {
        const text = event.target.value
        const next = numberIn(text)
        const kept = typeof next === 'number' ? inexact(plainly(text)) : undefined
        if (next === null || kept !== undefined) {
          setTyped(text)
          form.setDraft(path, kept === undefined ? t('check.number', { value: text }) : t('check.exact', { value: text, kept }))
        } else {
          setTyped(text, next)
          form.set(path, next)
        }
      }}
      onBlur={() => {
        if (typed !== null && !form.hasDraft(path)) setTyped(null)
      }}
    />
  )
}

/** The number that a text says, in Latin or Persian digits; `undefined` for none, `null` where it says something else. */
export function numberIn(text: string): number | undefined | null {
  const plain = plainly(text)
  if (plain === '') return undefined
  const number = Number(plain)
  return isDecimal(plain) && Number.isFinite(number) ? number : null
}

function plainly(text: string): string {
  return latin(text).trim().replace('٫', '.')
}

export function SwitchInput({ path, schema, value, title }: ControlProps): ReactNode {
  const form = useForm()
  const { t } = useWords()
  const on = typeof value === 'boolean' ? value : schema['default'] === true
  return (
    <span className="switchLine">
      <input
        {...describing(path, form.errors)}
        type="checkbox"
        role="switch"
        className="toggle"
        checked={on}
        disabled={form.readOnly}
        aria-label={title}
        onChange={(event) => form.set(path, event.target.checked)}
      />
      <span aria-hidden="true">{on ? t('form.on') : t('form.off')}</span>
    </span>
  )
}

/** Anything that no other control shows: as it is written. */
export function JsonInput({ path, value }: ControlProps): ReactNode {
  const form = useForm()
  const { t } = useWords()
  const [typed, setTyped] = useTyped(path, value)
  return (
    <textarea
      {...describing(path, form.errors)}
      className="input mono"
      dir="ltr"
      rows={5}
      spellCheck={false}
      readOnly={form.readOnly}
      value={typed ?? (value === undefined ? '' : JSON.stringify(value, null, 2))}
      onChange={(event) => {
        const text = event.target.value
        let next: Json | undefined
        try {
          next = text.trim() === '' ? undefined : (JSON.parse(text) as Json)
        } catch {
          setTyped(text)
          form.setDraft(path, t('try.notJson'))
          return
        }
        const other = inexactIn(text)
        if (other !== undefined) {
          setTyped(text)
          form.setDraft(path, t('check.exact', other))
          return
        }
        setTyped(text, next)
        form.set(path, next)
      }}
    />
  )
}

/** Reads a file as a config carries it: its bytes in base64, or its text, byte for byte. `undefined` where it is no text. */
export async function readFile(file: File, base64: boolean): Promise<string | undefined> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  if (base64) {
    let binary = ''
    for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192))
    return btoa(binary)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

export function FileInput({ path, schema, value, title, base64 }: ControlProps & { readonly base64: boolean }): ReactNode {
  const form = useForm()
  const { t } = useWords()
  const size =
    typeof value === 'string'
      ? base64
        ? Math.floor((value.replace(/=+$/, '').length * 3) / 4)
        : new TextEncoder().encode(value).length
      : 0
  return (
    <div className="fileBox">
      {!base64 && (
        <textarea
          {...describing(path, form.errors)}
          className="input mono"
          dir="ltr"
          rows={4}
          spellCheck={false}
          aria-label={title}
          readOnly={form.readOnly}
          value={typeof value === 'string' ? value : ''}
          placeholder={t('file.paste')}
          onChange={(event) => form.set(path, event.target.value === '' ? emptied(form, path) : event.target.value)}
        />
      )}
      <div className="fileLine">
        {!form.readOnly && (
          <PickFile
            title={title}
            accept={acceptOf(schema)}
            base64={base64}
            onText={(text) => form.set(path, text)}
            onProblem={(text) => form.setDraft(path, text)}
          />
        )}
        {typeof value === 'string' && <span className="meta">{t('file.size', { count: size })}</span>}
      </div>
    </div>
  )
}

interface PickProps {
  readonly title: string
  readonly accept: string | undefined
  readonly base64: boolean
  readonly onText: (text: string) => void
  readonly onProblem: (text: string | undefined) => void
}

export function PickFile({ title, accept, base64, onText, onProblem }: PickProps): ReactNode {
  const { t } = useWords()
  const picker = useRef<HTMLInputElement>(null)
  const take = async (file: File): Promise<void> => {
    const text = await readFile(file, base64)
    onProblem(text === undefined ? t('file.noText', { name: file.name }) : undefined)
    if (text !== undefined) onText(text)
  }
  return (
    <>
      <button type="button" className="button" onClick={() => picker.current?.click()}>
        <IconFileUpload size={16} aria-hidden="true" />
        {t('file.choose')}
      </button>
      <input
        ref={picker}
        type="file"
        className="sr"
        tabIndex={-1}
        aria-label={t('file.for', { name: title })}
        accept={accept}
        onChange={(event) => {
          const file = event.target.files?.[0]
          if (file !== undefined) void take(file)
          event.target.value = ''
        }}
      />
    </>
  )
}

export function acceptOf(schema: ControlProps['schema']): string | undefined {
  const media = schema['contentMediaType']
  return media === 'application/json' ? '.json,application/json' : media === 'application/x-pem-file' ? '.pem,.crt,.key,.cer' : undefined
}
