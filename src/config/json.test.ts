import { expect, test } from 'vitest'
import type { ConfigIssue } from '../errors/index.ts'
import { escapePointer, isObject, sameJson, toJson, valueAt, withValueAt } from './json.ts'
import { isWithin, samePath, uniquePaths } from './paths.ts'

/** What becomes of a value, and what is said of it. */
const read = (value: unknown): { readonly json: unknown; readonly issues: readonly string[] } => {
  const issues: ConfigIssue[] = []
  const json = toJson(value, issues)
  return { json, issues: issues.map(({ pointer, message }) => `${pointer} ${message}`) }
}

test('[16] what JSON carries comes out as it went in, as a copy', () => {
  const value = { text: '', yes: false, none: null, numbers: [0, -1.5, 1e300], group: { list: [[{}]] } }
  const { json, issues } = read(value)
  expect(json).toStrictEqual(value)
  expect(issues).toStrictEqual([])
  expect((json as typeof value).group).not.toBe(value.group)
  expect(read(Object.assign(Object.create(null) as object, { a: 1 }))).toStrictEqual({ json: { a: 1 }, issues: [] })
})

test('-0 is the number 0, and a property that is undefined is none', () => {
  expect(Object.is(read(-0).json, 0)).toBe(true)
  expect(read({ a: undefined, b: 1 })).toStrictEqual({ json: { b: 1 }, issues: [] })
})

test('[16] what JSON would change or lose is told with its place, and stands as null', () => {
  const told = (value: unknown): readonly string[] => {
    const { json, issues } = read({ 'a/b': [value] })
    expect(json).toStrictEqual({ 'a/b': [null] })
    return issues
  }
  const at = '/a~1b/0'
  expect(told(Number.NaN)).toStrictEqual([`${at} is NaN, which JSON can't carry`])
  expect(told(Number.NEGATIVE_INFINITY)).toStrictEqual([`${at} is -Infinity, which JSON can't carry`])
  expect(told(undefined)).toStrictEqual([`${at} is undefined, which JSON can't carry`])
  expect(told(5n)).toStrictEqual([`${at} is a bigint, which JSON can't carry`])
  expect(told(() => 1)).toStrictEqual([`${at} is a function, which JSON can't carry`])
  expect(told(Symbol('x'))).toStrictEqual([`${at} is a symbol, which JSON can't carry`])
  expect(told(new Date(0))).toStrictEqual([`${at} is a Date, which JSON can't carry: write it as text or number`])
  expect(told(new Map())).toStrictEqual([`${at} is a Map, which JSON can't carry: write it as text or number`])
  // What has no name that could be told.
  for (const constructor of [{ name: '' }, { name: 5 }, {}, undefined])
    expect(told(Object.create({ constructor }))).toStrictEqual([`${at} is an object, which JSON can't carry: write it as text or number`])
})

test('[16] a hole in an array and a property beside its items are told, and so is a property named by a symbol', () => {
  // eslint-disable-next-line no-sparse-arrays -- a hole is what this is about
  expect(read({ list: [1, , 3] })).toStrictEqual({
    json: { list: null },
    issues: ["/list/1 is a hole in an array, which JSON can't carry"],
  })
  expect(read(Object.assign([1, 2], { 'x~': 3 }))).toStrictEqual({
    json: [1, 2],
    issues: ["/x~0 is a property of an array, which JSON can't carry"],
  })
  expect(read({ a: { [Symbol('key')]: 1 } }).issues).toStrictEqual(["/a has a property named by a symbol, which JSON can't carry"])
})

test('a name that would change what an object is is refused', () => {
  const typed: unknown = JSON.parse('{"a":{"__proto__":{"admin":true},"b":1}}')
  expect(read(typed)).toStrictEqual({ json: { a: { b: 1 } }, issues: ["/a/__proto__ can't be a name: '__proto__' is refused"] })
})

test('what is nested a hundred deep is taken, one more is not, in objects as in lists', () => {
  for (const wrap of [(inner: unknown): unknown => ({ a: inner }), (inner: unknown): unknown => [inner]]) {
    const nested = (depth: number): unknown => Array.from({ length: depth }).reduce(wrap, 'x')
    expect(read(nested(100)).issues).toStrictEqual([])
    expect(read(nested(101)).issues).toStrictEqual([expect.stringContaining('is nested deeper than 100 levels, or refers to itself')])
  }
  const own: Record<string, unknown> = {}
  own['own'] = own
  expect(read(own).issues).toHaveLength(1)
})

test('a step of a pointer is escaped as RFC 6901 says', () => {
  expect(escapePointer('a/b~c/~')).toBe('a~1b~0c~1~0')
})

test('an object is what has names: no list, no null, no text', () => {
  expect([{}, [], null, 'x', 5, undefined].map((each) => isObject(each as never))).toStrictEqual([true, false, false, false, false, false])
})

test('a value is found by the names of its own on the way, and is missing otherwise', () => {
  const config = { a: { b: { c: 1 }, list: [{ d: 2 }], none: null } }
  expect(valueAt(config, [])).toBe(config)
  expect(valueAt(config, ['a', 'b', 'c'])).toBe(1)
  expect(valueAt(config, ['a', 'none'])).toBeNull()
  for (const path of [['x'], ['a', 'b', 'c', 'd'], ['a', 'list', '0'], ['a', 'none', 'x'], ['constructor'], ['a', 'toString']])
    expect(valueAt(config, path), path.join('.')).toBeUndefined()
})

test('a copy with another value at a path leaves the rest, and makes no group that was not there', () => {
  const config = { a: { b: 1, c: 2 }, d: [1] }
  expect(withValueAt(config, ['a', 'b'], 5)).toStrictEqual({ a: { b: 5, c: 2 }, d: [1] })
  expect(withValueAt(config, ['a', 'x'], 5)).toStrictEqual({ a: { b: 1, c: 2, x: 5 }, d: [1] })
  expect(withValueAt(config, ['a', 'b'], undefined)).toStrictEqual({ a: { c: 2 }, d: [1] })
  for (const path of [
    ['x', 'y'],
    ['d', '0'],
    ['d', '0', 'x'],
    ['constructor', 'name'],
    ['a', 'b', 'c'],
  ])
    for (const value of [5, undefined]) expect(withValueAt(config, path, value), path.join('.')).toStrictEqual(config)
  expect([withValueAt(config, [], 5), withValueAt(config, [], undefined)]).toStrictEqual([5, null])
  expect(config).toStrictEqual({ a: { b: 1, c: 2 }, d: [1] })
})

test('two values are the same whatever the order of their names, and nothing else', () => {
  expect(sameJson({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBe(true)
  expect(sameJson([], [])).toBe(true)
  expect(sameJson(undefined, undefined)).toBe(true)
  const all = [undefined, null, 0, '0', false, [], {}, [0], [0, 1], [1, 0], { a: 0 }, { b: 0 }, { a: 1 }, { a: 0, b: 0 }, { 0: 0 }] as const
  for (const [index, one] of all.entries()) {
    for (const [other, two] of all.entries()) expect(sameJson(one, two), JSON.stringify([one, two])).toBe(index === other)
  }
  expect(sameJson({ toString: 1 }, { a: 1 })).toBe(false)
  expect(sameJson({ a: 1 }, JSON.parse('{"__proto__":1}') as { a: number })).toBe(false)
})

test('paths are compared step by step, so that a name may hold a dot', () => {
  expect([isWithin(['a', 'b'], ['a']), isWithin(['a'], ['a']), isWithin(['a'], []), isWithin([], [])]).toStrictEqual([
    true,
    true,
    true,
    true,
  ])
  expect([isWithin(['a'], ['a', 'b']), isWithin(['a.b'], ['a']), isWithin(['b', 'a'], ['a'])]).toStrictEqual([false, false, false])
  expect([
    samePath(['a', 'b'], ['a', 'b']),
    samePath(['a', 'b'], ['a']),
    samePath(['a'], ['a', 'b']),
    samePath(['a.b'], ['a', 'b']),
  ]).toStrictEqual([true, false, false, false])
  expect(uniquePaths([['a', 'b'], ['a.b'], ['a', 'b'], []])).toStrictEqual([['a', 'b'], ['a.b'], []])
})
