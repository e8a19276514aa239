import { AdminRequestError } from 'plugboard/client'
import { hasMessage, type Translate } from '../messages/index.ts'

/** An error in words for operators: what happened, and what to do. */
export function wordsOf(error: unknown, t: Translate): string {
  if (error instanceof AdminRequestError) {
    const { problem, status } = error
    if (problem === null) return t(status === 200 ? 'error.foreignPage' : 'error.foreign', { status: String(status) })
    const key = `error.${problem.code}`
    return hasMessage(key) ? t(key) : problem.detail
  }
  if (error instanceof TypeError) return t('error.network')
  return t('error.unknown')
}

/** What is wrong with single values: by pointer. */
export function fieldErrorsOf(error: unknown): readonly { readonly pointer: string; readonly detail: string }[] {
  return error instanceof AdminRequestError ? (error.problem?.errors ?? []) : []
}

/** Whether the admin itself refused: a lost network and a proxy in between leave open what became of the request. */
export function wasAnswered(error: unknown): boolean {
  return error instanceof AdminRequestError && error.problem !== null
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof AdminRequestError ? error.problem?.code : undefined
}
