import { isObject, type Json, type Path } from './schema.ts'

export function valueAt(root: Json | undefined, path: Path): Json | undefined {
  let value: Json | undefined = root
  for (const step of path) {
    if (typeof step === 'number' && Array.isArray(value)) value = (value as readonly Json[])[step]
    else if (isObject(value) && Object.hasOwn(value, String(step))) value = value[String(step)]
    else return undefined
  }
  return value
}

/** The same with another value at a path; `undefined` takes it out. What is not on the way stays the same, and so does the order of names. */
export function withValueAt(root: Json | undefined, path: Path, value: Json | undefined): Json | undefined {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (typeof step === 'number') {
    const list: readonly Json[] = Array.isArray(root) ? (root as readonly Json[]) : []
    const next = withValueAt(list[step], rest, value)
    return next === undefined ? list.toSpliced(step, 1) : list.length === step ? [...list, next] : list.with(step, next)
  }
  const before = isObject(root) ? root : undefined
  const next = withValueAt(before !== undefined && Object.hasOwn(before, step) ? before[step] : undefined, rest, value)
  if (next === undefined) {
    if (before === undefined) return root
    return Object.fromEntries(Object.entries(before).filter(([name]) => name !== step))
  }
  // Not by spreading a computed name: one may be called __proto__.
  const entries = Object.entries(before ?? {})
  return Object.fromEntries(
    before !== undefined && Object.hasOwn(before, step)
      ? entries.map(([name, each]) => [name, name === step ? next : each])
      : [...entries, [step, next]],
  )
}

export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each: Json, at) => same(each, (b as readonly Json[])[at]))
  if (!isObject(a) || !isObject(b)) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
}

export function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

export function dotted(path: Path): string {
  return path.join('.')
}

/** Paths at which two configs differ: as deep as both are objects. */
export function changedPaths(before: Json | undefined, after: Json | undefined, at: Path = []): readonly Path[] {
  if (same(before, after)) return []
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...names].flatMap((name) => changedPaths(before[name], after[name], [...at, name]))
  }
  return [at]
}

/** A value in a word or two, for "was …". */
export function brief(value: Json | undefined): string {
  const text = typeof value === 'string' ? value.replace(/^https?:\/\//, '') : JSON.stringify(value)
  return text === undefined ? '' : text.length > 40 ? `${text.slice(0, 39)}…` : text
}
