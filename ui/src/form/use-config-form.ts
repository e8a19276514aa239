import { useCallback, useMemo, useState } from 'react'
import type { Detail, HistoryEntry, PluginDetail } from '../api/client.ts'
import { useWords } from '../messages/index.ts'
import { check } from './check.ts'
import type { Form, SecretEdit, StoredSecret } from './form-context.ts'
import { renamed, withDraft, without, withoutItem, type Draft, type Notes } from './drafts.ts'
import { filled, placeOf, secretValue } from './place.ts'
import { inWords, isObject, resolve, type Json, type Path } from './schema.ts'
import { changedPaths, dotted, pointerOf, same, valueAt, withValueAt } from './values.ts'

const keep: SecretEdit = { mode: 'keep' }

export interface ConfigForm {
  readonly form: Form
  /** Paths that differ from what is stored, secrets among them. */
  readonly changed: readonly string[]
  readonly configChanged: boolean
  /** What to send: the whole config, secrets that stay left out. */
  readonly config: () => Json
  readonly clearSecrets: readonly string[]
  /** What can be said before anybody is asked; empty where the form may be sent. */
  readonly check: () => ReadonlyMap<string, string>
  readonly showErrors: (errors: ReadonlyMap<string, string>) => void
  readonly errors: ReadonlyMap<string, string>
  readonly reset: (value?: Json) => void
  /** Puts other values in, over what is stored now. */
  readonly put: (value: Json) => void
  readonly value: Json
}

interface Options {
  readonly plugin: PluginDetail
  /** What is stored; `undefined` for a new instance. */
  readonly detail: Detail | undefined
  /** The stored config can't be read and is to be replaced. */
  readonly replaces?: boolean
  readonly history?: readonly HistoryEntry[] | undefined
  readonly readOnly: boolean
}

/** The state of a form over a config: what was typed, and what it says of what is stored. */
export function useConfigForm({ plugin, detail, replaces = false, history, readOnly }: Options): ConfigForm {
  const { t } = useWords()
  const root = useMemo(() => plugin.schema ?? {}, [plugin])
  const stored: Json = detail?.config ?? {}
  const [value, setValue] = useState<Json>(stored)
  const [edits, setEdits] = useState<ReadonlyMap<string, SecretEdit>>(new Map())
  const [drafts, setDrafts] = useState<Notes<Draft>>(new Map())
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map())
  const [generation, setGeneration] = useState(0)
  const isNew = detail === undefined || replaces

  const edit = useCallback((path: string) => edits.get(path) ?? keep, [edits])
  const storedSecret = useCallback(
    (path: string): StoredSecret => {
      const found = replaces ? undefined : detail?.secrets.find((each) => each.path === path)
      return { set: found?.set ?? false, reference: found?.reference, resolves: found?.resolves, since: lastSet(history, path) }
    },
    [detail, replaces, history],
  )
  const causeOf = useCallback(
    (secret: string): readonly string[] => {
      if (isNew || !storedSecret(secret).set) return []
      const bound = plugin.secrets.find((each) => each.path === secret)?.boundTo ?? []
      return bound.filter((field) => {
        const path = field.split('.')
        const fallback = defaultAt(root, path)
        return !same(valueAt(stored, path) ?? fallback, valueAt(value, path) ?? fallback)
      })
    },
    [isNew, storedSecret, plugin, root, stored, value],
  )
  const boundBy = useCallback(
    (field: string): readonly string[] =>
      plugin.secrets
        .filter(({ path }) => causeOf(path).includes(field) && placeOf(root, value, path.split('.')).shown)
        .map(({ path }) => path),
    [plugin, causeOf, root, value],
  )

  const nameOf = useCallback(
    (path: string) => plugin.hints.find((each) => each.path === path)?.title ?? inWords(path.split('.').at(-1) ?? path),
    [plugin],
  )

  const note = (change: <T>(notes: Notes<T>) => Notes<T>): void => {
    setErrors(change)
    setDrafts(change)
  }
  const forget = (path: Path): void => note((notes) => without(notes, path))

  const form = useMemo<Form>(
    () => ({
      root,
      secrets: plugin.secrets,
      value,
      stored,
      isNew,
      readOnly,
      generation,
      errors: new Map([...errors, ...[...drafts].flatMap(([at, each]) => (each.quiet ? [] : [[at, each.problem] as const]))]),
      valueOf: (path) => (drafts.get(pointerOf(['config', ...path]))?.pending === true ? undefined : valueAt(value, path)),
      set: (path, next) => {
        setValue((before) => withValueAt(before, path, next) ?? {})
        forget(path)
        // A secret was typed for the group as it was: it goes into no other one.
        setEdits((before) => withoutWithin(before, path))
      },
      pend: (path) => {
        setValue((before) => withValueAt(before, path, null) ?? {})
        forget(path)
        setDrafts((before) =>
          new Map(before).set(pointerOf(['config', ...path]), { problem: t('check.required'), pending: true, quiet: true }),
        )
      },
      remove: (path) => {
        setValue((before) => withValueAt(before, path, undefined) ?? {})
        const step = path.at(-1)
        if (typeof step === 'number') note((notes) => withoutItem(notes, path.slice(0, -1), step))
        else forget(path)
        setEdits((before) => withoutWithin(before, path))
      },
      rename: (map, from, to) => {
        setValue((before) => {
          const old = valueAt(before, map)
          if (!isObject(old)) return before
          const next = Object.fromEntries(Object.entries(old).map(([name, each]) => [name === from ? to : name, each]))
          return withValueAt(before, map, next) ?? {}
        })
        note((notes) => renamed(notes, map, from, to))
      },
      hasDraft: (path) => drafts.has(pointerOf(['config', ...path])),
      setDraft: (path, problem) => setDrafts((before) => withDraft(before, path, problem, t('check.required'))),
      storedSecret,
      edit,
      setSecret: (path, next) => {
        setEdits((before) => {
          const left = new Map(before)
          if (next.mode === 'keep') left.delete(path)
          else left.set(path, next)
          return left
        })
        forget(path.split('.'))
      },
      causeOf,
      boundBy,
      nameOf,
    }),
    [root, plugin, value, stored, isNew, readOnly, errors, drafts, generation, t, storedSecret, edit, causeOf, boundBy, nameOf],
  )

  const typed = useMemo(
    () =>
      [...edits].flatMap(([path, each]) =>
        each.mode === 'replace' && each.value !== '' && placeOf(root, value, path.split('.')).shown ? [{ path, ...each }] : [],
      ),
    [edits, root, value],
  )
  // Those of a way that was left go with it: they were not entered for the one that was chosen.
  const abandoned = useMemo(
    () =>
      plugin.secrets
        .map(({ path }) => path)
        .filter((path) => {
          const steps = path.split('.')
          if (!storedSecret(path).set || placeOf(root, value, steps).shown) return false
          return placeOf(root, stored, steps).shown || causeOf(path).length > 0
        }),
    [plugin, storedSecret, causeOf, root, value, stored],
  )
  const clearSecrets = useMemo(
    () => [...new Set([...[...edits].flatMap(([path, each]) => (each.mode === 'clear' ? [path] : [])), ...abandoned])],
    [edits, abandoned],
  )
  const changed = useMemo(() => {
    const differing = [...changedPaths(stored, value).map(dotted), ...typed.map(({ path }) => path), ...clearSecrets]
    // Half a number is no value, and yet somebody typed it.
    const half = [...drafts.keys()].filter((at) => !differing.some((path) => isAtOrIn(at, pointerOf(['config', ...path.split('.')]))))
    return [...new Set([...differing, ...half.map((at) => at.split('/').slice(2).join('.'))])]
  }, [stored, value, typed, clearSecrets, drafts])
  // Where nothing was touched, nothing is put in either.
  const whole = useMemo(() => (isNew || changed.length > 0 ? filled(root, value, root) : value), [isNew, changed, root, value])

  const config = (): Json => {
    let all: Json = whole
    for (const each of typed) {
      const path = each.path.split('.')
      all = withValueAt(all, path, each.reference ? { $ref: each.value } : secretValue(root, whole, path, each.value)) ?? all
    }
    return all
  }

  const checked = (): ReadonlyMap<string, string> => {
    const skip = new Set(plugin.secrets.map(({ path }) => path))
    const found = new Map(check(root, whole, { skip, t, ...(isNew ? {} : { stored }) }))
    for (const [pointer, { problem }] of drafts) found.set(pointer, problem)
    for (const { path } of plugin.secrets) {
      const steps = path.split('.')
      const place = placeOf(root, whole, steps)
      if (!place.shown) continue
      const typedNow = typed.some((each) => each.path === path)
      const causes = causeOf(path)
      if (causes.length > 0 && !typedNow && !clearSecrets.includes(path))
        found.set(pointerOf(['config', ...steps]), t('secret.mustEnter', { field: causes.map(nameOf).join(', ') }))
      else if (!typedNow && !storedSecret(path).set && place.required && parentIsThere(whole, steps))
        found.set(pointerOf(['config', ...steps]), t('check.required'))
    }
    return found
  }

  const reset = (next: Json = stored): void => {
    setValue(next)
    setEdits(new Map())
    setDrafts(new Map())
    setErrors(new Map())
    setGeneration((before) => before + 1)
  }
  return {
    form,
    changed,
    configChanged: changed.length > 0,
    config,
    clearSecrets,
    check: checked,
    showErrors: setErrors,
    errors: form.errors,
    reset,
    put: setValue,
    value: whole,
  }
}

/** When a secret was written last, as far as the history goes back. */
function lastSet(history: readonly HistoryEntry[] | undefined, path: string): StoredSecret['since'] {
  const found = history?.find((entry) =>
    entry.changed.some(
      (each) => each === `config.${path}` || `config.${path}`.startsWith(`${each}.`) || each.startsWith(`config.${path}.`),
    ),
  )
  return found === undefined ? undefined : { at: found.at, who: found.actor.name }
}

function defaultAt(root: Form['root'], path: readonly string[]): Json | undefined {
  let schema = root
  for (const step of path) schema = resolve(schema.properties?.[step], root)
  return schema['default'] as Json | undefined
}

function parentIsThere(value: Json, path: readonly string[]): boolean {
  return path.length === 1 || isObject(valueAt(value, path.slice(0, -1)))
}

function isAtOrIn(pointer: string, other: string): boolean {
  return pointer === other || pointer.startsWith(`${other}/`)
}

function withoutWithin<T>(edits: ReadonlyMap<string, T>, path: Path): ReadonlyMap<string, T> {
  const start = path.length === 0 ? '' : `${dotted(path)}.`
  const left = [...edits].filter(([each]) => !each.startsWith(start))
  return left.length === edits.size ? edits : new Map(left)
}
