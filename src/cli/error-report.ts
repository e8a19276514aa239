import { messageOf, PlugboardError } from '../errors/index.ts'
import { UsageError } from './cli-errors.ts'
import { inCliWords } from './cli-words.ts'

/** What `--json` says of an error: its code, its message, and its class's own fields. */
export interface ErrorReport {
  readonly code: string
  readonly message: string
  /** What to type instead, where the command line has an answer. */
  readonly hint?: string
  readonly [field: string]: unknown
}

const hints: Readonly<Record<string, string>> = {
  trial_build_failed: 'With --force it is saved without being built on trial.',
  secret_reentry_required: 'Give the secret in the same command, e.g. with --set-env path=VARIABLE.',
  secret_reference:
    'A reference must be allowed by references of createBoard, in the code. With --force one is saved that is allowed, but gives nothing now.',
  stale_write: 'Look with plugboard instance show, then repeat the command with the current --revision, or without it.',
  managed_by_file:
    'Taken over, it can be changed: plugboard instance take-over <instance>. The file holds it back then, until it is applied with --adopt.',
  cannot_decrypt: 'Where the key is lost for good: plugboard instance set <instance> --replace-config --from FILE enters the config anew.',
}

/** The exit code an error ends the command line with. */
export function exitCodeOf(error: unknown): 1 | 64 {
  return error instanceof UsageError ? 64 : 1
}

/** Reads an error into what may be shown. Errors of other libraries are told by their message alone: their fields may hold anything. */
export function reportOf(error: unknown): ErrorReport {
  if (!(error instanceof PlugboardError)) return { code: 'unexpected', message: messageOf(error) }
  const fields = Object.entries(error)
    .filter(([field]) => field !== 'name' && field !== 'code')
    .map(([field, value]) => [field, plainJson(value)] as const)
  const reason = fields.find(([field]) => field === 'reason')?.[1]
  const hint = hints[String(reason)] ?? hints[error.code]
  return {
    code: error.code,
    message: inCliWords(error.message),
    ...(hint === undefined ? {} : { hint }),
    ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)),
  }
}

/** What JSON carries of a value; errors within it are left out. */
function plainJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainJson)
  if (typeof value !== 'object' || value === null) return typeof value === 'function' || typeof value === 'symbol' ? undefined : value
  if (value instanceof Error) return undefined
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainJson(item)]))
}
