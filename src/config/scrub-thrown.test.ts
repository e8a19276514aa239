import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Rejected, Unavailable } from '../errors/index.ts'
import { scrubError } from './scrub-error.ts'
import { scrubNothing, scrubText } from './scrub.ts'

const canary = 'canary-7f3a9c'
const scrub = scrubText([canary])
const clean = (thrown: unknown): unknown => scrubError(scrub, thrown)
/** What a spread would give. */
const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => Object.fromEntries(Object.entries(value as object))
/** Gives the copy of plain data that hangs from an error. */
const copyOf = (data: object): Record<PropertyKey, unknown> => {
  const error = Object.assign(new Error('x'), { data })
  expect(clean(error)).toBe(error)
  return error.data as Record<PropertyKey, unknown>
}

test('without a secret, and in a text that is not too long, nothing is done', () => {
  const long = 'x'.repeat(5_000_000)
  expect(scrubError(scrubNothing, long)).toBe(long)
  const fair = 'x'.repeat(2_000_000)
  expect(clean(fair)).toBe(fair)
  expect(copyOf({ key: canary, most: 'x'.repeat(1_000_000), more: 'x'.repeat(1_000_001) })).toStrictEqual({
    key: '[secret]',
    most: 'x'.repeat(1_000_000),
    more: '[text of 1000001 characters not shown]',
  })
})

test('[24] a thrown text stays a text, a symbol a symbol', () => {
  expect(clean(`a ${canary}`)).toBe('a [secret]')
  expect(String(clean(Symbol(canary)))).toBe('Symbol([secret])')
})

test('[24] where scrubbing itself fails nothing of what was thrown is shown', () => {
  const failing = (): never => {
    throw new Error(canary)
  }
  expect(scrubError(failing, canary)).toMatchObject({ message: "[error not shown: it can't be looked at]" })
  for (const kind of [Unavailable, Rejected]) {
    const shown = scrubError(failing, new kind(canary))
    expect(shown).toBeInstanceOf(kind)
    expect(inspect(shown, { showHidden: true })).not.toContain(canary)
  }
  expect(scrubError(failing, { key: canary })).toBe('[object not shown: it holds a secret]')
})

test('[24] a copy of plain data is plain data: what JSON would not show of it is left out, all else is as it was', () => {
  const nameless = Symbol()
  const data = {
    key: canary,
    a: null,
    b: true,
    c: undefined,
    5: 5n,
    [nameless]: 1,
    bare: Object.assign(Object.create(null), { key: canary }),
  }
  const copy = copyOf(Object.defineProperty(data, 'hidden', { value: 1 }))
  expect(copy).toStrictEqual({ key: '[secret]', a: null, b: true, c: undefined, 5: 5n, [nameless]: 1, bare: { key: '[secret]' } })
  expect(Object.getOwnPropertyDescriptor(copy, 'key')).toStrictEqual({
    value: '[secret]',
    enumerable: true,
    writable: true,
    configurable: true,
  })
  expect(data.key).toBe(canary)
  const list = copyOf(Object.assign([], { extra: canary }))
  expect([Array.isArray(list), list['length'], list['extra']]).toStrictEqual([true, 0, '[secret]'])
  expect(copyOf(new Proxy({ key: canary }, { ownKeys: () => ['key', 'gone'] }))).toStrictEqual({ key: '[secret]' })
})

test('what refers to itself does so in its copy; a function that holds a secret is a note', () => {
  const data: Record<string, unknown> = { key: canary }
  data['self'] = data
  const copy = copyOf(data)
  expect(copy['self']).toBe(copy)
  expect(copyOf({ run: Object.assign(() => {}, { key: canary }) })).toStrictEqual({ run: '[Function not shown: it holds a secret]' })
})

test('[24] what hangs more than fifty steps below is a note, by whatever way it hangs there', () => {
  class Linked extends Error {
    readonly #next: unknown
    constructor(next: unknown) {
      super()
      this.#next = next
    }
    override get message(): string {
      return this.#next as string
    }
  }
  const links: Readonly<Record<string, (next: unknown) => object>> = {
    next: (next) => ({ next }),
    cause: (cause) => new Error('x', { cause }),
    message: (next) => new Linked(next),
  }
  for (const [name, link] of Object.entries(links)) {
    let thrown: unknown = canary
    for (let n = 0; n < 60; n++) thrown = link(thrown)
    let shown = clean(thrown)
    let steps = 0
    for (; typeof shown === 'object'; steps++) shown = Reflect.get(shown as object, name)
    expect([steps, shown], name).toStrictEqual([51, expect.stringContaining('not shown: it holds a secret')])
  }
})

test('[24] an error is cleaned in place, and stays as open to change as it was', () => {
  const error = Object.assign(new Error(canary), { [canary]: 1, list: [canary] })
  Object.defineProperty(error, 'fixed', { value: 'fine', enumerable: true })
  expect(clean(error)).toBe(error)
  expect(Object.keys(error)).toStrictEqual(['list', 'fixed', '[secret]'])
  expect(fieldsOf(error)).toStrictEqual({ list: ['[secret]'], fixed: 'fine', '[secret]': 1 })
  expect(Object.getOwnPropertyDescriptor(error, 'message')).toStrictEqual({
    value: '[secret]',
    enumerable: false,
    writable: true,
    configurable: true,
  })
  expect(Object.hasOwn(error, 'name')).toBe(false)
})

test('[24] what a getter of its class says is put in its place; an accessor of its own is set where it can be', () => {
  class Getter extends Error {
    override get message(): string {
      return canary
    }
  }
  const error = new Getter()
  expect(clean(error)).toBe(error)
  expect([error.message, Object.keys(error)]).toStrictEqual(['[secret]', []])
  // As newer releases of V8 have it.
  const accessor = Object.defineProperty(new Error('x'), 'stack', { get: () => canary, configurable: true })
  expect(clean(accessor)).toBe(accessor)
  expect(accessor.stack).toBe('[secret]')
  let body = canary
  const own = { get: (): string => body, set: (value: string) => (body = value), enumerable: true }
  const settable = Object.defineProperty(new Error('x'), 'body', own)
  expect(clean(settable)).toBe(settable)
  expect(body).toBe('[secret]')
  let asked = false
  const hidden = { get: (): boolean => (asked = true) }
  clean(Object.defineProperty(new Error(canary), 'hidden', hidden))
  expect(asked).toBe(false)
})

test('[24] an error that can not be cleaned in place is a copy of its class, its original as it was', () => {
  class Private extends Error {
    readonly #said = 'said'
    override get message(): string {
      return this.#said
    }
  }
  const fixed: PropertyDescriptor = { value: canary, enumerable: true }
  const ignoring: PropertyDescriptor = { get: () => canary, set: () => {}, enumerable: true }
  for (const property of [fixed, ignoring]) {
    const error = Object.defineProperty(Object.assign(new Private(), { name: 'Named' }), 'body', property)
    const copy = clean(error) as Error
    expect(copy).not.toBe(error)
    expect(copy).toBeInstanceOf(Private)
    expect({ ...fieldsOf(copy), message: copy.message, stack: copy.stack }).toStrictEqual({
      name: 'Named',
      body: '[secret]',
      message: 'said',
      stack: error.stack,
    })
  }
  const named = Object.defineProperty(new TypeError('x'), canary, { value: 1, enumerable: true })
  const copy = clean(named)
  expect(copy).toBeInstanceOf(TypeError)
  expect(fieldsOf(copy)).toStrictEqual({ '[secret]': 1 })
  const odd = new Proxy(new Error(canary), { ownKeys: (error) => [...Reflect.ownKeys(error), 'gone'] })
  expect(clean(odd)).toBe(odd)
})

test('[24] an error that says a secret however it is cleaned is told by its texts, its name and its code', () => {
  const talking = (message: string, fields: object): Error => {
    class Talks extends Error {
      toJSON(): string {
        return canary
      }
    }
    return Object.assign(new Talks(message), fields)
  }
  const thrown = talking(`down ${canary}`, { name: 'Talks', code: 'E_DOWN', more: 1 })
  const stack = thrown.stack?.replaceAll(canary, '[secret]')
  const told = clean(thrown) as Error
  expect(told.constructor).toBe(Error)
  expect(told).not.toBeInstanceOf(Unavailable)
  expect(told).not.toBeInstanceOf(Rejected)
  expect(fieldsOf(told)).toStrictEqual({ code: 'E_DOWN' })
  expect([told.message, told.name]).toStrictEqual(['down [secret]', 'Talks'])
  expect(told.stack).toBe(stack)
  const open = { writable: true, configurable: true }
  expect(Object.getOwnPropertyDescriptors(told)).toMatchObject({
    stack: { ...open, enumerable: false },
    name: { ...open, enumerable: false },
    code: { ...open, enumerable: true },
  })

  const wordless = clean(talking('', { code: 500, stack: 5 })) as Error
  expect(wordless.message).toBe('[error not shown: it holds a secret]')
  expect(Object.hasOwn(wordless, 'code')).toBe(false)
  expect(wordless.stack).toContain('not shown')

  // A list that holds it is no text, though it has some of the methods of one.
  const listed = Object.freeze(talking('x', { code: [canary], name: [canary] }))
  expect(inspect(clean(listed), { showHidden: true })).not.toContain(canary)

  const refusing = talking('x', { name: canary })
  Object.defineProperty(refusing, 'code', {
    get: () => {
      throw new Error('no')
    },
  })
  expect(fieldsOf(clean(refusing))).toStrictEqual({})

  for (const kind of [Unavailable, Rejected]) {
    class Talks extends kind {
      toJSON(): string {
        return canary
      }
    }
    const said = Object.assign(new Talks(canary), { name: 'Own', code: 'other' })
    const before = said.stack?.replaceAll(canary, '[secret]')
    const shown = clean(said) as Error
    expect(shown).toBeInstanceOf(kind)
    expect(shown.stack).toBe(before)
    expect([shown.name, shown.message, (shown as Unavailable).code]).toStrictEqual(['Own', '[secret]', kind.code])
    expect(JSON.stringify(shown)).not.toContain(canary)
  }
})

test('[24] plain data that says a secret is a note; what says itself is not looked at again', () => {
  expect(copyOf({ says: { toJSON: () => canary }, bare: Object.assign(Object.create(null), { toJSON: () => canary }) })).toStrictEqual({
    says: '[Object not shown: it holds a secret]',
    bare: '[object not shown: it holds a secret]',
  })
  class Odd {
    static readonly name = [canary]
    readonly key = canary
  }
  expect(copyOf({ odd: new Odd() })).toStrictEqual({ odd: '[object not shown: it holds a secret]' })
  const list = Array.from({ length: 4_000 }, (_, n) => n)
  const saysItself = (): object => ({
    key: canary,
    list,
    toJSON(): object {
      return this
    },
  })
  const { all } = copyOf({ all: Array.from({ length: 10 }, saysItself) }) as { all: { key: unknown }[] }
  expect(all.map(({ key }) => key)).toStrictEqual(Array.from({ length: 10 }, () => '[secret]'))
})
