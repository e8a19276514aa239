import { test } from 'vitest'

/** Why a test can't run here, and what a developer types to make it run. Neither holds `;`, `{` or `}`. */
export interface Skip {
  readonly reason: string
  readonly enable: string
}

/**
 * `test`, or a skipped one where something is wanting. The reason and the command stand in the closing table of `npm test`;
 * with `CI=true` such a skip fails the run.
 *
 * @param wanting What is wanting; `undefined` runs the tests.
 * @example
 * const postgresTest = skipWithReason(url === undefined && { reason: 'no PostgreSQL answers', enable: 'PLUGBOARD_POSTGRES_URL=… npm test' })
 * postgresTest('an edit rolls back', async () => { … })
 */
export function skipWithReason(wanting: Skip | false | undefined): SkippableTest {
  return wanting ? skipped(`{skip: ${wanting.reason}; enable: ${wanting.enable}}`) : test
}

/** The same for what can never run here, another platform's behaviour for one. It fails no run. */
export function skipAsNotApplicable(reason: string | false | undefined): SkippableTest {
  return reason ? skipped(`{not applicable: ${reason}}`) : test
}

/** `timeout` in milliseconds. Default: the runner's. */
export type SkippableTest = (name: string, body: () => void | Promise<void>, timeout?: number) => void

function skipped(note: string): SkippableTest {
  return (name, body) => test.skipIf(true)(`${name} ${note}`, body)
}
