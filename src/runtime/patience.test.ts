import { expect, test, vi } from 'vitest'
import { StoreError } from '../errors/index.ts'
import { atMost, inTime } from './patience.ts'

test('what settles in time is waited for, whether it succeeds or fails; what does not is not', async () => {
  expect(await atMost(Promise.resolve(1), 10_000)).toBe(true)
  expect(await atMost(Promise.reject(new Error('x')), 10_000)).toBe(true)
  expect(await atMost(new Promise(() => {}), 5)).toBe(false)
})

test('a database that gives no answer in time is an error of ours; one that comes later is dropped', async () => {
  expect(await inTime('sqlite (x.db)', Promise.resolve(7), 10_000)).toBe(7)
  await expect(inTime('sqlite (x.db)', Promise.reject(new TypeError('as it is')), 10_000)).rejects.toThrow('as it is')
  let fail = (_: unknown): void => {}
  const asked = new Promise((_, reject) => (fail = reject))
  await expect(inTime('sqlite (x.db)', asked, 5)).rejects.toThrow(StoreError)
  await expect(inTime('sqlite (x.db)', asked, 5)).rejects.toThrow('sqlite (x.db) did not answer within 5 ms')
  // Nobody waits for it any more: it must not end the process.
  fail(new Error('late'))
  await new Promise((resolve) => setImmediate(resolve))
})

test('what was waited for leaves no timer behind', async () => {
  vi.useFakeTimers()
  try {
    await atMost(Promise.resolve(1), 10_000)
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})
