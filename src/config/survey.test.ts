import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { scrubText } from './scrub.ts'
import { newBudget, surveySecrets, textOf } from './survey.ts'

const canary = 'canary-7f3a9c'
const scrub = scrubText([canary])
const isDirty = (value: object): boolean => surveySecrets(scrub, [value], newBudget()).dirty.has(value)

test('texts, numbers and symbols can show something; true, false, null and undefined can not', () => {
  expect(['x', 5, -1.5, 5n, Symbol('s')].map(textOf)).toStrictEqual(['x', '5', '-1.5', '5', 's'])
  expect([true, false, null, undefined, Symbol()].map(textOf)).toStrictEqual([undefined, undefined, undefined, undefined, undefined])
  expect(surveySecrets(scrubText(['true', 'null']), [{ a: true, b: null }], newBudget()).dirty.size).toBe(0)
})

test('[24] a secret in bytes is read, in whatever holds them and however they are coded', () => {
  const utf8 = new TextEncoder().encode(`x${canary}`)
  const things = [utf8, utf8.subarray(1), utf8.buffer, new DataView(utf8.buffer), Buffer.from(utf8), new Uint8Array([0xff, ...utf8])]
  for (const each of things) expect(isDirty(each), inspect(each)).toBe(true)
  expect(isDirty(utf8.subarray(2))).toBe(false)
  const accented = surveySecrets(scrubText(['clé-secrète']), [new Uint8Array(Buffer.from('clé-secrète', 'latin1'))], newBudget())
  expect(accented.dirty.size).toBe(1)
})

test('[24] what an error says by getters of its class is read; of anything else, and what nobody reads unasked, is not', () => {
  class Getter extends Error {
    override get message(): string {
      return canary
    }
  }
  expect(isDirty(new Getter())).toBe(true)
  const asked: string[] = []
  const ask = (name: string): string => {
    asked.push(name)
    return canary
  }
  class Thing {
    get message(): string {
      return ask('of a class')
    }
  }
  expect(isDirty(new Thing())).toBe(false)
  expect(isDirty(Object.defineProperty({}, 'own', { get: () => ask('not enumerable') }))).toBe(false)
  expect(asked).toStrictEqual([])
  expect(isDirty(Object.defineProperty({}, 'own', { get: () => ask('enumerable'), enumerable: true }))).toBe(true)
})

test('[24] an object is asked what it says as JSON.stringify, String and console.log ask it', () => {
  class Json {
    toJSON(key: string): string {
      return key === '' ? canary : 'nothing'
    }
  }
  class Text {
    toString(): string {
      return canary
    }
  }
  class Console {
    [inspect.custom](depth: number, options: { stylize(text: string, as: string): string }, show: typeof inspect): string {
      return `${options.stylize('Console', 'special')} ${show({ key: this.#key }, { depth })}`
    }
    readonly #key = canary
  }
  for (const each of [new Json(), new Text(), new Console(), Object.assign(() => {}, { toString: () => canary })])
    expect(isDirty(each)).toBe(true)
  // It says nothing to others either.
  class Refuses {
    toJSON(): never {
      throw new Error(canary)
    }
    readonly toString = 5
  }
  expect(isDirty(new Refuses())).toBe(false)
  // Nobody is shown the source of a function.
  expect(isDirty(() => 'canary-7f3a9c')).toBe(false)
})

test('what an object names and does not have is passed over', () => {
  const odd = new Proxy({}, { ownKeys: () => ['gone'] })
  const { dirty, refused } = surveySecrets(scrub, [odd], newBudget())
  expect([dirty.size, refused.size]).toStrictEqual([0, 0])
})

test('what is looked at is bounded by the number of parts and of characters, to the last one', () => {
  const value = { a: 'text', b: [1, 2] }
  const left = newBudget()
  surveySecrets(scrub, [value], left)
  const parts = newBudget().parts - left.parts
  const characters = newBudget().characters - left.characters
  expect(parts).toBeGreaterThan(5)
  expect(characters).toBeGreaterThan(5)
  const look = (budget: { parts: number; characters: number }): readonly number[] => {
    const { dirty, refused } = surveySecrets(scrub, [value], budget)
    return [dirty.size, refused.size]
  }
  expect(look({ parts, characters })).toStrictEqual([0, 0])
  expect(look({ parts: parts - 1, characters })).toStrictEqual([2, 1])
  expect(look({ parts, characters: characters - 1 })).toStrictEqual([2, 0])
})

test('a list that is too long is not begun, so that it takes nothing from what stands beside it', () => {
  const short = { here: 1 }
  const long = Array.from({ length: 50_001 }, () => 1)
  const { dirty, refused } = surveySecrets(scrub, [{ long, short }], newBudget())
  expect([refused.has(long), dirty.has(short)]).toStrictEqual([true, false])
})
