import { expect, test } from 'vitest'
import { differences, Model } from './expected.ts'

const row = (id: string, priority: number): Parameters<Model['create']>[0] => ({
  id,
  type: 'gateway',
  name: id,
  status: 'active',
  priority,
  weight: 1,
  tags: [],
  config: { port: 1, apiKey: `key-${id}`, note: '' },
})

test('the model follows edits, counts the writes that change something, and has the order of selection', () => {
  const model = new Model()
  for (const [index, id] of ['a', 'b', 'c'].entries()) model.create(row(id, index === 2 ? 0 : 5))
  const ids = (): string =>
    model
      .live('gateway')
      .map((each) => each.id)
      .join('')
  expect(ids()).toBe('cab')
  model.change('c', { status: 'reserved' })
  expect(ids()).toBe('abc')
  model.reorder(['b', 'a', 'c'])
  expect(ids()).toBe('bac')
  model.change('b', { isRemoved: true })
  expect([ids(), model.removed.map((each) => each.id)]).toEqual(['ac', ['b']])
  expect(model.entries).toBe(6)
  model.change('a', { weight: 1 })
  expect(model.entries).toBe(6)
  model.change('a', { config: { apiKey: 'another' } })
  expect([...(model.keysOf('a') ?? [])]).toEqual(['key-a', 'another'])
  expect(model.row('a').config).toEqual({ port: 1, apiKey: 'another', note: '' })
})

test('what is seen otherwise than it must be is told: another value, another order, one too many or too few', () => {
  const model = new Model()
  for (const id of ['a', 'b']) model.create(row(id, 1))
  const must = model.live('gateway')
  const [a, b] = must as [(typeof must)[0], (typeof must)[0]]
  expect(differences(must, [a, b])).toEqual([])
  expect(differences(must, [b, a])).toHaveLength(2)
  expect(differences(must, [a])).toEqual([expect.stringContaining('is nothing')])
  expect(differences(must, [a, b, a])).toEqual([expect.stringContaining('must be nothing')])
  expect(differences(must, [a, { ...b, config: { ...b.config, note: 'other' } }])).toEqual([
    expect.stringMatching(/^at 1 must be .*"other"/),
  ])
})
