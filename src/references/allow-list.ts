import { isAbsolute, normalize } from 'node:path'
import type { RegistrationProblem } from '../errors/index.ts'
import type { EnvReferences, FileReferences, ReferenceDestinations, ReferenceOptions, ResolvedReferences } from './options.ts'

/** What secrets may refer to, read and checked. */
export interface AllowList {
  readonly env: readonly EnvReferences[]
  readonly file: readonly FileReferences[]
  readonly resolvers: ReadonlyMap<string, ResolvedReferences>
}

/** The variable of the keyring. No reference reads it, whatever pattern fits it. */
export const keyringVariable = 'PLUGBOARD_KEYS'
const scheme = /^[a-z][a-z0-9+.-]*$/
const ownSchemes: ReadonlySet<string> = new Set(['env', 'file'])
/** What plain JavaScript may have given. */
type Given = Readonly<Record<string, unknown>>

/**
 * Reads `createBoard({ references })`.
 *
 * @param problems Gets everything that is wrong with it.
 */
export function readAllowList(options: ReferenceOptions | undefined, problems: RegistrationProblem[]): AllowList {
  const report = (where: string, message: string): void =>
    void problems.push({ code: 'references_invalid', subject: `createBoard({ references${where} })`, message })
  const given = isGroup(options) ? options : {}
  if (options !== undefined && !isGroup(options)) report('', 'is no object. Give { env, file, resolvers }')
  for (const name of Object.keys(given).filter((each) => !['env', 'file', 'resolvers'].includes(each)))
    report(`.${name}`, 'is none of env, file, resolvers. A scheme of your own is a resolver')

  const env = entries(given['env'], 'env', 'name', report).flatMap(({ where, text, to }): EnvReferences[] => {
    const problem = envProblem(text)
    if (problem !== undefined) report(where, problem)
    return problem === undefined ? [{ name: text, to }] : []
  })
  const file = entries(given['file'], 'file', 'path', report).flatMap(({ where, text, to }): FileReferences[] => {
    const problem = fileProblem(text)
    if (problem !== undefined) report(where, problem)
    return problem === undefined ? [{ path: text, to }] : []
  })
  return { env, file, resolvers: readResolvers(given['resolvers'], report) }
}

type Report = (where: string, message: string) => void
interface Entry {
  readonly where: string
  readonly text: string
  readonly to: ReferenceDestinations
}

function entries(list: unknown, option: string, field: string, report: Report): Entry[] {
  if (list === undefined) return []
  if (!Array.isArray(list)) {
    report(`.${option}`, `is no list. Give texts, or { ${field}, to }`)
    return []
  }
  return list.flatMap((each: unknown, index): Entry[] => {
    const where = `.${option}[${index}]`
    if (typeof each === 'string') return [{ where, text: each, to: [] }]
    const text = isGroup(each) ? each[field] : undefined
    if (!isGroup(each) || typeof text !== 'string') {
      report(where, `is neither a text nor { ${field}, to }`)
      return []
    }
    return [{ where, text, to: destinations(each['to'], where, report) }]
  })
}

function destinations(to: unknown, where: string, report: Report): ReferenceDestinations {
  if (to === '*') return to
  const texts: readonly unknown[] = Array.isArray(to) ? to : []
  const good = texts.filter((each): each is string => typeof each === 'string' && each !== '' && !each.includes('*'))
  if (!Array.isArray(to) || good.length < texts.length)
    report(`${where}.to`, "is no list of addresses and host names without '*', and not '*' itself, which means anywhere")
  return good
}

function envProblem(name: string): string | undefined {
  if (name === '' || /[=\0]/.test(name)) return 'is no name of an environment variable'
  return name.toUpperCase() === keyringVariable ? `is the keyring, which no reference may read. Take it out` : undefined
}

function fileProblem(path: string): string | undefined {
  if (!isAbsolute(path) || path.includes('\0')) return 'is no absolute path'
  if (path.includes('*')) return "holds '*'. Name a folder, with a '/' at its end, or a file"
  if (normalize(path) !== path) return `is no path as it is in the end. Write ${normalize(path)}`
  return path === '/' ? 'is the whole disk. Name a folder below it' : undefined
}

function readResolvers(given: unknown, report: Report): ReadonlyMap<string, ResolvedReferences> {
  const found = new Map<string, ResolvedReferences>()
  if (given === undefined) return found
  if (!isGroup(given)) report('.resolvers', 'is no object. Give { vault: async (name, { signal }) => … }')
  for (const [name, each] of Object.entries(isGroup(given) ? given : {})) {
    const where = `.resolvers.${name}`
    const resolve = isGroup(each) ? each['resolve'] : each
    if (!scheme.test(name) || ownSchemes.has(name))
      report(where, "can't be the name of a scheme: use a-z 0-9 + . -, starting with a letter, and neither env nor file")
    else if (typeof resolve !== 'function') report(where, 'is neither a function nor { resolve, to }')
    else
      found.set(name, {
        // A function that the application gave; what it returns is looked at.
        resolve: resolve as ResolvedReferences['resolve'],
        to: isGroup(each) ? destinations(each['to'], where, report) : [],
      })
  }
  return found
}

function isGroup(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a name fits a pattern, in which `*` stands for any characters. */
export function fitsPattern(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return name === pattern
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= name.length - last.length
}
