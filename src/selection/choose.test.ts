import { expect, test } from 'vitest'
import type { Candidate } from '../contract/index.ts'
import { SelectionNeedsContextError } from '../errors/index.ts'
import { choose, chooseNow } from './index.ts'

const candidate = (id: string): Candidate => ({ id, name: id, plugin: 'p', status: 'active', priority: 0, weight: 1, tags: [] })
const a = candidate('a')
const b = candidate('b')

test('an object that says it needs no context can be asked without one, a function can not', () => {
  expect(chooseNow('t', { needsContext: false, select: () => a }, [a])).toBe(a)
  expect(() => chooseNow('t', () => a, [a])).toThrow(SelectionNeedsContextError)
})

test('no selector is asked where there is nothing to choose from', async () => {
  const never = (): never => expect.unreachable()
  expect(await choose('t', never, [], undefined)).toBeNull()
  expect(chooseNow('t', { needsContext: false, select: never }, [])).toBeNull()
})

test('a selector is told the type, the candidates and the context', async () => {
  const asked: unknown[] = []
  const ask = (question: unknown): null => {
    asked.push(question)
    return null
  }
  await choose('t', ask, [a, b], { region: 'eu' })
  await choose('t', { needsContext: false, select: ask }, [a, b], { region: 'eu' })
  expect(asked).toStrictEqual([
    { type: 't', candidates: [a, b], context: { region: 'eu' } },
    { type: 't', candidates: [a, b], context: undefined },
  ])
})

test('what a synchronous selector returns is checked like any other answer', () => {
  const answer = (chosen: unknown): unknown => chooseNow('t', { needsContext: false, select: () => chosen as never }, [a, b])
  expect(answer(null)).toBeNull()
  expect(answer({ id: 'b' })).toBe(b)
  for (const stranger of [undefined, 'a', { id: 'c' }])
    expect(() => answer(stranger)).toThrow(expect.objectContaining({ code: 'selection_refused' }))
})

test('an asynchronous selector that was asked at once is refused, and its own failure goes nowhere', async () => {
  const unhandled: unknown[] = []
  const listener = (reason: unknown): void => void unhandled.push(reason)
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', listener)
  try {
    const select = (): never => Promise.reject(new Error('too late')) as never
    expect(() => chooseNow('t', { needsContext: false, select }, [a])).toThrow(SelectionNeedsContextError)
    await new Promise((resolve) => void setImmediate(resolve))
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const other of others) process.on('unhandledRejection', other)
  }
  expect(unhandled).toStrictEqual([])
})
