import { isAbsolute } from 'node:path'
import {
  parseReference,
  referencesIn,
  typedDestinations,
  withValueAt,
  type ConfigModel,
  type HeldReference,
  type Json,
} from '../config/index.ts'
import type { ReferenceProblem, ReferenceReason } from '../errors/index.ts'
import { fitsPattern, keyringVariable, type AllowList } from './allow-list.ts'
import { isDestination } from './destination.ts'
import type { ReferenceDestinations } from './options.ts'
import { notNow, type Outcome } from './outcome.ts'
import { findFile, readFound } from './read-file.ts'

/** A config with what its references stand for. */
export interface ResolvedConfig {
  /** Without the secrets that could not be had. It holds secrets in clear. */
  readonly config: Json
  /** Those that could not be had. */
  readonly problems: readonly ReferenceProblem[]
  /** Paths of the secret fields that are references. */
  readonly referring: readonly string[]
}

export interface ReferencesOptions {
  readonly allowed: AllowList
  readonly env: Readonly<Record<string, string | undefined>>
  /** The text of the keyring: no reference may give any key of it, wherever it lies. */
  readonly keys: string | undefined
}

/** Where a reference is read from, and where what it gives may go. */
interface Source {
  readonly to: readonly ReferenceDestinations[]
  readonly read: (signal: AbortSignal) => Promise<Outcome<string>>
}

/** Reads the secrets that configs refer to. */
export class References {
  readonly #options: ReferencesOptions

  constructor(options: ReferencesOptions) {
    this.#options = options
  }

  /**
   * Puts what they stand for in the place of a config's references. Each is looked up anew, all at once.
   *
   * @param deadline Milliseconds for all of them.
   * @returns Never rejects for what a reference names: that is told in `problems`.
   */
  async resolve(model: ConfigModel, config: Json, deadline: number): Promise<ResolvedConfig> {
    const held = referencesIn(model, config)
    if (held.length === 0) return { config, problems: [], referring: [] }
    const outcomes = await Promise.all(held.map((each) => this.#look(model, config, each, deadline)))
    const problems: ReferenceProblem[] = []
    let resolved = config
    for (const [index, { field }] of held.entries()) {
      const outcome = outcomes[index]
      if (outcome?.ok === false) problems.push({ secret: field.name, reason: outcome.reason, message: outcome.message })
      resolved = withValueAt(resolved, field.path, outcome?.ok === true ? outcome.value : undefined)
    }
    return { config: resolved, problems, referring: held.map(({ field }) => field.name) }
  }

  async #look(model: ConfigModel, config: Json, { field, text }: HeldReference, deadline: number): Promise<Outcome<Json>> {
    const read = await within(deadline, async (signal) => {
      const source = await this.#source(text)
      if (!source.ok) return source
      const strange = typedDestinations(model, config, field).filter(({ value }) => !source.value.to.some((to) => isDestination(value, to)))
      if (strange.length > 0) {
        const names = strange.map(({ path }) => path.join('.')).join(', ')
        return refused(
          'destination',
          `createBoard({ references }) does not say that what it refers to may be sent where ${names} leads. Enter the secret itself; or add that address to the reference's 'to', in the code`,
        )
      }
      return source.value.read(signal)
    })
    if (!read.ok) return read
    if (read.value === '') return notNow('not_found', 'is empty')
    if (this.#holdsKey(read.value))
      return refused('not_allowed', 'it refers to something that holds a key of the keyring, which no reference may read')
    return fitted(read.value, model.schemasAt(field.path))
  }

  /** Where a reference leads, if it may be followed. A name that may not be followed is not quoted: it may be the secret itself. */
  async #source(text: string): Promise<Outcome<Source>> {
    const { allowed } = this.#options
    const parts = parseReference(text)
    if (parts === undefined) return refused('malformed', 'it is no reference. Write scheme:name, such as env:STRIPE_KEY')
    const { scheme, name } = parts
    if (scheme === 'env' && allowed.env.length > 0) return this.#variable(name)
    if (scheme === 'file' && allowed.file.length > 0) return this.#file(name)
    const resolver = allowed.resolvers.get(scheme)
    if (resolver === undefined)
      return refused('unknown_scheme', `its scheme is not turned on by createBoard({ references }). ${this.#schemes()}`)
    const read = async (signal: AbortSignal): Promise<Outcome<string>> => {
      const value: unknown = await resolver.resolve(name, { signal })
      return typeof value === 'string'
        ? { ok: true, value }
        : notNow('not_text', `is no text: its resolver gave ${value === null ? 'null' : `a value of type ${typeof value}`}`)
    }
    return { ok: true, value: { to: [resolver.to], read } }
  }

  #variable(name: string): Outcome<Source> {
    const { allowed, env } = this.#options
    if (name.toUpperCase() === keyringVariable) return refused('not_allowed', 'it refers to the keyring, which no reference may read')
    const entries = allowed.env.filter((each) => fitsPattern(name, each.name))
    if (entries.length === 0)
      return refused(
        'not_allowed',
        `its variable is none that createBoard({ references }) allows: ${allowed.env.map((each) => each.name).join(', ')}`,
      )
    const read = async (): Promise<Outcome<string>> => {
      const value = Object.hasOwn(env, name) ? env[name] : undefined
      return value === undefined ? notNow('not_found', `is not set: the environment variable ${name}`) : { ok: true, value }
    }
    return { ok: true, value: { to: entries.map((each) => each.to), read } }
  }

  async #file(name: string): Promise<Outcome<Source>> {
    const { allowed } = this.#options
    const places = allowed.file.map((each) => each.path).join(', ')
    if (!isAbsolute(name)) return refused('not_allowed', `its path is not absolute. Allowed are ${places}`)
    const { path, entries } = await findFile(name, allowed.file)
    if (entries.length === 0)
      return refused('not_allowed', `its file is none that createBoard({ references }) allows, as its path is in the end: ${places}`)
    const read = async (): Promise<Outcome<string>> => (path === undefined ? notNow('not_found', 'is not there') : readFound(path))
    return { ok: true, value: { to: entries.map((each) => each.to), read } }
  }

  #schemes(): string {
    const { env, file, resolvers } = this.#options.allowed
    const names = [...(env.length > 0 ? ['env'] : []), ...(file.length > 0 ? ['file'] : []), ...resolvers.keys()]
    return names.length === 0 ? 'None is' : `These are: ${names.join(', ')}`
  }

  #holdsKey(value: string): boolean {
    const rings = [this.#options.keys, this.#options.env[keyringVariable]]
    const keys = rings
      .flatMap((ring) => (ring ?? '').split(','))
      .map((entry) =>
        entry
          .slice(entry.indexOf(':') + 1)
          .trim()
          .replace(/=+$/, ''),
      )
    return keys.some((key) => key.length >= shortestKey && value.includes(key))
  }
}

/** Characters of a key in base64 are 43; what is much shorter is none. */
const shortestKey = 32
function refused(reason: ReferenceReason, message: string): Outcome<never> {
  return { ok: false, reason, message }
}

/** What a text is for a field: itself, or, where the field takes no text, what it says as JSON. */
function fitted(text: string, schemas: ReturnType<ConfigModel['schemasAt']>): Outcome<Json> {
  const types = schemas.flatMap((schema) => schema.type ?? [])
  if (types.length === 0 || types.includes('string')) return { ok: true, value: text }
  try {
    return { ok: true, value: JSON.parse(text) as Json }
  } catch {
    // V8 quotes the text around the mistake.
    return notNow('not_text', `is no JSON, and the field takes ${types.join(' or ')}`)
  }
}

/** Waits for a source, but not for ever; what it throws is told by its name alone. */
async function within<T>(deadline: number, work: (signal: AbortSignal) => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const abort = new AbortController()
  const over: Outcome<never> = notNow('deadline', `did not come within ${deadline} ms`)
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<Outcome<never>>((end) => {
    timer = setTimeout(() => {
      abort.abort()
      end(over)
    }, deadline)
  })
  const working = work(abort.signal).catch(failure)
  try {
    return await Promise.race([working, timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** What is told of an error that is not ours: what it is called, and none of its words, which may be the secret. */
function failure(error: unknown): Outcome<never> {
  const said: string[] = []
  let code: unknown
  try {
    const fields = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown }
    code = fields.code
    if (typeof fields.name === 'string' && /^[A-Za-z]{1,60}$/.test(fields.name)) said.push(fields.name)
    if (typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code)) said.push(code)
  } catch {
    // It does not even say what it is called.
  }
  const reason = typeof code === 'string' && /^E[A-Z]+$/.test(code) ? 'unreadable' : 'failed'
  return notNow(reason, `can't be read${said.length > 0 ? ` (${said.join(', ')})` : ''}`)
}
