import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DeadlineError, Rejected, Unavailable } from '../errors/index.ts'
import { failureOf, speaksAgainst, verdictOn, type Failure } from './failover-rule.ts'

const failures: readonly Failure[] = ['not_asked', 'unavailable', 'rejected', 'deadline', 'aborted', 'other']

test('[38] the failover rule, as the documentation has it', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guide', 'failover.md'), 'utf8')
  const told = [...page.matchAll(/^\| `(\w+)` \|[^|]*\| (next|caller)[^|]*\| (next|caller)[^|]*\|$/gm)].map(([, ...row]) => row)
  expect(told).toStrictEqual(failures.map((failure) => [failure, verdictOn('once', failure), verdictOn('repeatable', failure)]))
})

test('[38] whatever is thrown, a once method goes on only where it certainly was not done, a repeatable one only where nobody said no', () => {
  class Declined extends Rejected {
    static override readonly code: string = 'declined'
  }
  const thrown = fc.oneof(
    fc.anything(),
    fc.string().map((text) => new Error(text)),
    fc.string().map((text) => new Unavailable(text)),
    fc.constantFrom(new Rejected('no'), new Declined('no'), new DeadlineError('it', 5)),
  )
  fc.assert(
    fc.property(thrown, (error) => {
      const failure = failureOf(error)
      expect(verdictOn('once', failure)).toBe(error instanceof Unavailable ? 'next' : 'caller')
      expect(verdictOn('repeatable', failure)).toBe(error instanceof Rejected ? 'caller' : 'next')
      expect(speaksAgainst(failure)).toBe(!(error instanceof Rejected))
    }),
  )
})

test('[38] what goes on for a once method goes on for a repeatable one, and who gave up is never sent on', () => {
  for (const failure of failures) if (verdictOn('once', failure) === 'next') expect(verdictOn('repeatable', failure)).toBe('next')
  expect([
    verdictOn('once', 'aborted'),
    verdictOn('repeatable', 'aborted'),
    speaksAgainst('aborted'),
    speaksAgainst('not_asked'),
  ]).toStrictEqual(['caller', 'caller', false, false])
})
