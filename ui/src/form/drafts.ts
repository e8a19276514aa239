import type { Path } from './schema.ts'
import { pointerOf } from './values.ts'

/** What stands in a control and is no value yet. */
export interface Draft {
  readonly problem: string
  /** It is in a list or a map that has a place for it and no value yet: the value holds `null` there meanwhile. */
  readonly pending: boolean
  /** Nothing was typed: said when the form is to be saved. */
  readonly quiet: boolean
}

/** Something about fields, by pointer into the body. */
export type Notes<T> = ReadonlyMap<string, T>

const at = (path: Path): string => pointerOf(['config', ...path])

/** With a problem of what is typed, or without it. What has no value yet still has none. */
export function withDraft(drafts: Notes<Draft>, path: Path, problem: string | undefined, required: string): Notes<Draft> {
  const own = drafts.get(at(path))
  const pending = own?.pending ?? false
  if (problem === undefined && !pending) return without(drafts, path)
  return new Map(drafts).set(at(path), { problem: problem ?? required, pending, quiet: problem === undefined })
}

/** Without what is said of a field and of those in it. */
export function without<T>(notes: Notes<T>, path: Path): Notes<T> {
  return moved(notes, path, () => undefined)
}

/** As it is after an item was taken out of a list: what is said of later ones goes with them. */
export function withoutItem<T>(notes: Notes<T>, list: Path, index: number): Notes<T> {
  return moved(notes, list, (step) => {
    const place = Number(step)
    return place === index ? undefined : place > index ? [...list, place - 1] : [...list, step]
  })
}

/** As it is after a name of a map became another. */
export function renamed<T>(notes: Notes<T>, map: Path, from: string, to: string): Notes<T> {
  const before = at([...map, from])
  return new Map(
    [...notes].map(([pointer, note]) => [
      pointer === before || pointer.startsWith(`${before}/`) ? `${at([...map, to])}${pointer.slice(before.length)}` : pointer,
      note,
    ]),
  )
}

function moved<T>(notes: Notes<T>, path: Path, to: (step: string) => Path | undefined): Notes<T> {
  const own = at(path)
  const isChanged = [...notes.keys()].some((pointer) => pointer === own || pointer.startsWith(`${own}/`))
  if (!isChanged) return notes
  return new Map(
    [...notes].flatMap(([pointer, note]): [string, T][] => {
      // What is said of the whole was said of another one.
      if (pointer === own) return []
      if (!pointer.startsWith(`${own}/`)) return [[pointer, note]]
      const rest = pointer.slice(own.length + 1)
      const step = rest.split('/', 1)[0] ?? ''
      const next = to(step)
      return next === undefined ? [] : [[`${at(next)}${rest.slice(step.length)}`, note]]
    }),
  )
}
