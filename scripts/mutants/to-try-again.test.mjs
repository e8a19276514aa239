import { expect, test } from 'vitest'
import { withoutToTryAgain } from './to-try-again.mjs'

test('of what the last run left, the survivors among what a file does while it loads are forgotten, so that they are tried again', () => {
  const survivor = { id: '1', status: 'Survived' }
  const killed = { id: '2', status: 'Killed', static: true }
  const again = { id: '3', status: 'Survived', static: true }
  const kept = { schemaVersion: '1', files: { 'src/a.ts': { source: 'x', mutants: [survivor, killed, again] } } }
  expect(withoutToTryAgain(kept)).toStrictEqual({ ...kept, files: { 'src/a.ts': { source: 'x', mutants: [survivor, killed] } } })
})
