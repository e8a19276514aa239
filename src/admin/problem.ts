import {
  ConfigInvalidError,
  DuplicateNameError,
  InvalidInputError,
  messageOf,
  PlugboardError,
  SecretReentryRequiredError,
  SecretReferenceError,
  StaleWriteError,
} from '../errors/index.ts'
import type { Problem } from './api.ts'
import type { Reply } from './reply.ts'

/** What HTTP says of our errors, by code. Any other one of ours is 500: nobody sent anything wrong. */
const statuses: Readonly<Record<string, number>> = {
  config_invalid: 422,
  invalid_input: 422,
  secret_reentry_required: 422,
  secret_reference: 422,
  trial_build_failed: 422,
  deadline: 422,
  duplicate_name: 409,
  conflict: 409,
  managed_by_file: 409,
  unloadable: 409,
  config_newer: 409,
  config_migration: 409,
  cannot_decrypt: 409,
  prune_refused: 409,
  older_code_runs: 409,
  key_not_everywhere: 409,
  keys_missing: 409,
  wrong_key: 409,
  selection_needs_context: 422,
  selection_refused: 422,
  instance_not_found: 404,
  unknown_type: 404,
  unknown_plugin: 404,
  no_instance: 404,
  stale_write: 412,
  store: 503,
  not_ready: 503,
  board_closed: 503,
  schema_missing: 503,
  schema_too_new: 503,
  driver_missing: 503,
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Changed by somebody else',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not accepted',
  428: 'A revision is needed',
  500: 'Internal error',
  503: 'Not available',
}

/** What is wrong with a request itself; the codes that no error of the library has. */
export type RequestCode =
  | 'body_malformed'
  | 'body_too_large'
  | 'cross_site'
  | 'forbidden'
  | 'internal'
  | 'match_malformed'
  | 'match_required'
  | 'media_type'
  | 'method_not_allowed'
  | 'method_override'
  | 'not_found'
  | 'page_missing'
  | 'selector_failed'
  | 'unauthenticated'

/** An answer that refuses a request. */
export function refuse(status: number, code: RequestCode, detail: string, headers?: Reply['headers']): Reply {
  const body: Problem = { type: `urn:plugboard:error:${code}`, title: titles[status] ?? 'Refused', status, detail, code }
  return headers === undefined ? { status, body } : { status, body, headers }
}

/** An error of ours as an answer; `undefined` for one that is not ours, or tells of a fault of the program. */
export function problemOf(error: unknown): Reply | undefined {
  if (!(error instanceof PlugboardError)) return undefined
  const status = statuses[error.code]
  if (status === undefined) return undefined
  const errors = errorsOf(error)
  const body: Problem = {
    type: `urn:plugboard:error:${error.code}`,
    title: titles[status] ?? 'Refused',
    status,
    detail: messageOf(error),
    code: error.code,
    ...(errors.length === 0 ? {} : { errors }),
    ...(error instanceof StaleWriteError ? { current: error.current } : {}),
  }
  return error instanceof StaleWriteError ? { status, body, headers: { etag: `"${error.actual}"` } } : { status, body }
}

function errorsOf(error: PlugboardError): NonNullable<Problem['errors']> {
  if (error instanceof ConfigInvalidError)
    return error.issues.map(({ pointer, message }) => ({ pointer: `/config${pointer}`, detail: message }))
  if (error instanceof InvalidInputError) return error.issues.map(({ pointer, message }) => ({ pointer, detail: message }))
  if (error instanceof DuplicateNameError) return [{ pointer: '/name', detail: 'is taken by another instance of this plugin' }]
  if (error instanceof SecretReentryRequiredError)
    return error.secrets.map(({ secret, changed }) => ({
      pointer: pointerTo(secret),
      detail: `must be entered again, because ${changed.map((each) => each || 'the config').join(', ')} changes`,
    }))
  if (error instanceof SecretReferenceError)
    return error.problems.map(({ secret, message }) => ({ pointer: pointerTo(secret), detail: message }))
  return []
}

/** A dotted path of a secret as a pointer into the body. */
function pointerTo(path: string): string {
  return `/config/${path
    .split('.')
    .map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1'))
    .join('/')}`
}
