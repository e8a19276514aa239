import { newHistory, newInstance, plant, plantInstance } from './sample-rows.ts'
import type { StoreSuite } from './store-suite.ts'
import { rejection } from './store-suite.ts'

/** Text that people give things. */
const names: readonly string[] = [
  'درگاه پرداخت زرین‌پال',
  'שלום \u200f(rtl)\u200e',
  '👩‍👩‍👧‍👦 😀',
  "Robert'); DROP TABLE plugboard_instances; --",
  'a "double", a `back`, a \\ and a %_wildcard',
  '{"json": [true, null]}',
  '$.id',
  'line\nbreak\ttab\r\u2028\u2029\u0001',
  'é and e\u0301 are not the same',
  '',
  ' ',
  '12345678901234567890',
  '0x1F',
  'null',
  'x'.repeat(255),
  '😀'.repeat(127),
  'پ'.repeat(255),
]

export function textTests(suite: StoreSuite): void {
  const { expect } = suite

  suite.test('text of every kind is stored as given, inserted and updated', async ({ store }) => {
    const ground = await plant(store)
    const rows = names.map((name) => newInstance(store, ground, { name, tags: [name], config: name, keyId: name, managedBy: name }))
    await store.write((writer) => writer.insertInstances(rows))
    const stored = await store.read((reader) => reader.instances())
    expect(stored.map(({ name, tags, keyId, managedBy }) => ({ name, tags, keyId, managedBy }))).toEqual(
      names.map((name) => ({ name, tags: [name], keyId: name, managedBy: name })),
    )
    await store.write((writer) =>
      writer.updateInstances(rows.map(({ id }, index) => ({ id, name: `${index}`, managedBy: names.at(-1 - index) ?? '' }))),
    )
    const updated = await store.read((reader) => reader.instances())
    expect(updated.map(({ managedBy }) => managedBy)).toEqual(names.toReversed())
    for (const [index, name] of names.entries()) {
      const [id = ''] = await store.write((writer) => writer.insertTypes([{ key: `k${index}`, label: name, description: name }]))
      expect((await store.read((reader) => reader.types())).find((type) => type.id === id)).toMatchObject({
        label: name,
        description: name,
      })
    }
  })

  suite.test('text that a database would change in silence is refused, and nothing is written', async ({ store }) => {
    const ground = await plant(store)
    const id = await plantInstance(store, ground)
    const before = await store.head()
    for (const odd of ['a\0b', '\ud800', 'x\udc00y']) {
      const writes = [
        () => plantInstance(store, ground, { name: odd }),
        () => plantInstance(store, ground, { name: 'fine', config: odd }),
        () => store.write((writer) => writer.updateInstances([{ id, name: odd }])),
        () => store.write((writer) => writer.insertTypes([{ key: odd, label: '', description: '' }])),
        () => store.write((writer) => writer.appendHistory([newHistory({ actorName: odd })])),
        () => store.initKeyCheck(odd),
      ]
      for (const write of writes) expect((await rejection(write())).code).toBe('invalid_input')
    }
    const long = 'x'.repeat(256)
    expect((await rejection(plantInstance(store, ground, { name: long }))).code).toBe('invalid_input')
    expect((await rejection(store.write((writer) => writer.updateInstances([{ id, name: long }])))).code).toBe('invalid_input')
    expect((await rejection(store.write((writer) => writer.insertTypes([{ key: long, label: '', description: '' }])))).code).toBe(
      'invalid_input',
    )
    expect(await store.head()).toEqual(before)
    // Inside JSON they are escaped, and so come back.
    await store.write((writer) => writer.updateInstances([{ id, tags: ['a\0b', '\ud800'] }]))
    expect((await store.read((reader) => reader.instances()))[0]?.tags).toEqual(['a\0b', '\ud800'])
  })
}
