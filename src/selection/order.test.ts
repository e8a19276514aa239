import { expect, test } from 'vitest'
import { compareInstances, type Orderable } from './index.ts'

const base: Orderable = { id: 'm', status: 'reserved', priority: 5, createdRevision: 5 }

test('[35] each part of the order decides where the parts before it are the same, and only there', () => {
  const before: readonly Partial<Orderable>[] = [
    { status: 'active', priority: 9, createdRevision: 9, id: 'z' },
    { priority: 4, createdRevision: 9, id: 'z' },
    { createdRevision: 4, id: 'z' },
    { id: 'l' },
  ]
  for (const over of before) {
    const other = { ...base, ...over }
    expect(compareInstances(other, base), JSON.stringify(over)).toBeLessThan(0)
    expect(compareInstances(base, other), JSON.stringify(over)).toBeGreaterThan(0)
  }
  expect(compareInstances({ ...base, status: 'disabled' }, base)).toBeGreaterThan(0)
  expect(compareInstances(base, { ...base })).toBe(0)
})
