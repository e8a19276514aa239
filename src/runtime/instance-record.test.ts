import { expect, test } from 'vitest'
import { InstanceRecord } from './instance-record.ts'

test('it is steady while it is healthy and its last call succeeded', () => {
  const record = new InstanceRecord({ id: 'a', name: 'A', plugin: 'p' }, 5)
  expect([record.id, record.isSteady, record.health]).toStrictEqual(['a', true, { state: 'healthy', failures: 0, ejections: 0, since: 5 }])
  record.health = { state: 'healthy', failures: 1, ejections: 0, since: 5 }
  expect(record.isSteady).toBe(false)
  record.health = { state: 'healthy', failures: 0, ejections: 3, since: 5 }
  expect(record.isSteady).toBe(true)
  record.health = { state: 'on_trial', isRunning: false, ejections: 1 }
  expect(record.isSteady).toBe(false)
  record.health = { state: 'ejected', by: 'failures', until: 9, ejections: 1, failures: 0 } as never
  expect(record.isSteady).toBe(false)
})

test('one that is not served any more begins anew, and nothing wakes it', () => {
  const record = new InstanceRecord({ id: 'a', name: 'A', plugin: 'p' }, 5)
  record.health = { state: 'ejected', by: 'failures', until: 9, ejections: 1 }
  let cancelled = 0
  record.timer = { cancel: () => void cancelled++ }
  record.forget(7)
  // Nor where nothing would.
  new InstanceRecord({ id: 'b', name: 'B', plugin: 'p' }, 5).forget(7)
  expect([record.health, record.isSteady, cancelled]).toStrictEqual([{ state: 'healthy', failures: 0, ejections: 0, since: 7 }, true, 1])
})
