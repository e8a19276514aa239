import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useWords } from '../messages/index.ts'
import { describing, FieldError } from './frame.tsx'
import { FormContext, idOf, useForm, useShapes, type ControlProps, type Form } from './form-context.ts'
import { blank, isObject, kindOf, titleOf, withoutNull, type Json, type Path } from './schema.ts'
import { pointerOf, same } from './values.ts'

let lastKey = 0

/** Items one below the other, each as its schema says. */
export function ListInput({ path, schema, value, title }: ControlProps): ReactNode {
  const form = useForm()
  const { t } = useWords()
  const list: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : []
  const items = schema['items'] ?? {}
  // An item is the same one when those before it go: what is typed in it stays its own.
  const [keys, setKeys] = useState<readonly number[]>([])
  if (keys.length !== list.length) setKeys(list.map((_, at) => keys[at] ?? ++lastKey))
  const remove = (at: number): void => {
    setKeys(keys.toSpliced(at, 1))
    form.remove([...path, at])
  }
  return (
    <div className="list" id={idOf(path)} tabIndex={-1}>
      {list.map((_, at) => (
        <div className="listItem" key={keys[at] ?? `new-${at}`}>
          <div className="grow">
            <Item path={[...path, at]} schema={items} title={t('list.item', { title, place: at + 1 })} />
          </div>
          {!form.readOnly && (
            <button type="button" className="iconButton" aria-label={t('list.remove', { title, place: at + 1 })} onClick={() => remove(at)}>
              <IconTrash size={16} aria-hidden="true" />
            </button>
          )}
        </div>
      ))}
      {!form.readOnly && (
        <button type="button" className="button ghost" onClick={() => begin(form, [...path, list.length], items)}>
          <IconPlus size={16} aria-hidden="true" />
          {t('list.add')}
        </button>
      )}
    </div>
  )
}

/** A new item is empty in its own type, or waits to be filled in: no text is put where a number belongs. */
function begin(form: Form, path: Path, schema: unknown): void {
  const first = blank(schema, form.root)
  if (first === undefined) form.pend(path)
  else form.set(path, first)
}

/** An item without a label of its own where it is a plain value; with its fields where it is more. Emptied, it waits to be filled in: only its button takes it out. */
function Item({ path, schema: given, title }: { readonly path: Path; readonly schema: unknown; readonly title: string }): ReactNode {
  const form = useForm()
  const { Field, Control } = useShapes()
  const { schema, nullable } = withoutNull(given, form.root)
  const kind = kindOf(schema, form.root)
  const error = form.errors.get(pointerOf(['config', ...path]))
  const held: Form = {
    ...form,
    set: (at, next) => (next === undefined && same([...at], [...path]) ? form.pend(at) : form.set(at, next)),
  }
  return (
    <FormContext value={held}>
      {nullable || (kind.kind !== 'text' && kind.kind !== 'url' && kind.kind !== 'number') ? (
        <Field path={path} schema={given} required />
      ) : (
        <>
          <label>
            <span className="sr">{title}</span>
            <Control kind={kind} path={path} schema={schema} value={form.valueOf(path)} title={titleOf(schema, title)} required />
          </label>
          {error !== undefined && <FieldError id={describing(path, form.errors)['aria-describedby']} text={error} />}
        </>
      )}
    </FormContext>
  )
}

/** Names that operators give themselves, each with a value. */
export function MapInput({ path, schema, value, title, except = [] }: ControlProps & { readonly except?: readonly string[] }): ReactNode {
  const form = useForm()
  const { t } = useWords()
  const [fresh, setFresh] = useState('')
  // An entry is the same one under another name.
  const [keys, setKeys] = useState<ReadonlyMap<string, number>>(new Map())
  const names = Object.keys(isObject(value) ? value : {}).filter((name) => !except.includes(name))
  const of = isObject(schema['additionalProperties']) ? schema['additionalProperties'] : {}
  const isTaken = (name: string): boolean => names.includes(name) || except.includes(name)
  const add = (): void => {
    const name = fresh.trim()
    if (name === '' || isTaken(name)) return
    setKeys(new Map(keys).set(name, ++lastKey))
    begin(form, [...path, name], of)
    setFresh('')
  }
  const rename = (from: string, to: string): void => {
    const next = new Map(keys).set(to, keys.get(from) ?? ++lastKey)
    next.delete(from)
    setKeys(next)
    form.rename(path, from, to)
  }
  if (names.some((name) => !keys.has(name))) setKeys(new Map(names.map((name) => [name, keys.get(name) ?? ++lastKey])))
  return (
    <div className="list" id={idOf(path)} tabIndex={-1}>
      {names.map((name) => (
        <div className="mapItem" key={keys.get(name) ?? `new-${name}`}>
          <NameInput name={name} isTaken={isTaken} onRename={(to) => rename(name, to)} />
          <div>
            <Item path={[...path, name]} schema={of} title={t('map.valueOf', { name })} />
          </div>
          {!form.readOnly && (
            <button
              type="button"
              className="iconButton"
              aria-label={t('map.remove', { name })}
              onClick={() => form.remove([...path, name])}
            >
              <IconTrash size={16} aria-hidden="true" />
            </button>
          )}
        </div>
      ))}
      {!form.readOnly && (
        <div className="mapItem">
          <input
            className="input mono"
            dir="ltr"
            aria-label={t('map.new', { title })}
            placeholder={t('map.name')}
            value={fresh}
            aria-invalid={isTaken(fresh.trim())}
            onChange={(event) => setFresh(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return
              event.preventDefault()
              add()
            }}
          />
          <button type="button" className="button ghost" onClick={add} disabled={fresh.trim() === '' || isTaken(fresh.trim())}>
            <IconPlus size={16} aria-hidden="true" />
            {t('list.add')}
          </button>
        </div>
      )}
    </div>
  )
}

interface NameProps {
  readonly name: string
  readonly isTaken: (name: string) => boolean
  readonly onRename: (to: string) => void
}

/** The name of an entry: it is another one when it is left or Enter is pressed, and says so where it can't be. */
function NameInput({ name, isTaken, onRename }: NameProps): ReactNode {
  const form = useForm()
  const { t } = useWords()
  const [typed, setTyped] = useState({ name, text: name })
  // Undo, or what came in between.
  if (typed.name !== name) setTyped({ name, text: name })
  const text = typed.name === name ? typed.text : name
  const refusal =
    text === name ? undefined : text.trim() === '' ? t('check.required') : isTaken(text) ? t('map.taken', { name: text }) : undefined
  const commit = (): void => {
    if (text === name || refusal !== undefined) return
    onRename(text)
  }
  return (
    <span>
      <input
        className="input mono"
        dir="ltr"
        aria-label={t('map.nameOf', { name })}
        aria-invalid={refusal !== undefined}
        value={text}
        readOnly={form.readOnly}
        onChange={(event) => setTyped({ name, text: event.target.value })}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          commit()
        }}
      />
      {refusal !== undefined && (
        <span className="fieldError" role="alert">
          {refusal}
        </span>
      )}
    </span>
  )
}
