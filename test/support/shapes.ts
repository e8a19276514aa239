import fc from 'fast-check'
import { z } from 'zod'
import type { Json } from '../../src/index.ts'

/** A config of a random shape: fields, groups, lists, maps and variants, some of them secret. */
export type Shape =
  | { readonly kind: 'text' | 'number' | 'list' | 'map'; readonly secret: boolean }
  | { readonly kind: 'group'; readonly secret: boolean; readonly fields: Fields }
  | { readonly kind: 'variants'; readonly secret: boolean; readonly variants: readonly Fields[] }
export type Fields = Readonly<Record<string, { readonly shape: Shape; readonly optional: boolean }>>

// Not `constructor`: where an optional one is absent, Zod takes what every object inherits for it.
const name = fc.constantFrom('a', 'b', 'c', 'host', 'x/y~z', 'two words', '0', 'длина', 'length', '$ref', '*', '[]')
const secret = fc.oneof({ arbitrary: fc.constant(false), weight: 2 }, { arbitrary: fc.constant(true), weight: 1 })

const { fields } = fc.letrec<{ shape: Shape; fields: Fields }>((tie) => {
  const group: fc.Arbitrary<Shape> = fc.record({ kind: fc.constant('group' as const), secret, fields: tie('fields') })
  const variants: fc.Arbitrary<Shape> = fc.record({
    kind: fc.constant('variants' as const),
    secret,
    variants: fc.array(tie('fields'), { minLength: 2, maxLength: 3 }),
  })
  const leaf: fc.Arbitrary<Shape> = fc.record({
    kind: fc.constantFrom('text' as const, 'number' as const, 'list' as const, 'map' as const),
    secret,
  })
  return {
    shape: fc.oneof({ maxDepth: 3 }, { arbitrary: leaf, weight: 4 }, { arbitrary: group, weight: 2 }, { arbitrary: variants, weight: 1 }),
    fields: fc.dictionary(name, fc.record({ shape: tie('shape'), optional: fc.boolean() }), {
      minKeys: 1,
      maxKeys: 4,
      noNullPrototype: true,
    }),
  }
})
export const anyFields: fc.Arbitrary<Fields> = fields

/** The schema of it; what is secret is `writeOnly`. */
export function schemaOf(shapes: Fields): z.ZodObject {
  return z.object(shapeOfZod(shapes))
}

function shapeOfZod(shapes: Fields): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(shapes).map(([key, { shape, optional }]) => {
      const schema = shape.secret ? zodOf(shape).meta({ writeOnly: true }) : zodOf(shape)
      return [key, optional ? schema.optional() : schema]
    }),
  )
}

function zodOf(shape: Shape): z.ZodType {
  switch (shape.kind) {
    case 'text':
      return z.string()
    case 'number':
      return z.number()
    case 'list':
      return z.array(z.string())
    case 'map':
      return z.record(z.string(), z.string())
    case 'group':
      return z.object(shapeOfZod(shape.fields))
    case 'variants':
      // At least two, as a union wants it.
      return z.discriminatedUnion(
        'kind',
        shape.variants.map((each, index) => z.object({ ...shapeOfZod(each), kind: z.literal(`v${index}`) })) as unknown as [
          z.ZodObject,
          z.ZodObject,
        ],
      )
  }
}

/** A config that fits, with texts of its own: `canary…` in what is secret, `marker…` in what is not. */
export function configOf(shapes: Fields, pick: (below: number) => number): Record<string, Json> {
  let n = 0
  const unique = (isSecret: boolean): string => `${isSecret ? 'canary' : 'marker'}-${pick(1e9).toString(36)}-${n++}`
  return visitAll(shapes, false)

  function visitAll(each: Fields, isSecret: boolean): Record<string, Json> {
    const given = Object.entries(each).filter(([, { optional }]) => !optional || pick(3) > 0)
    return Object.fromEntries(given.map(([key, { shape }]) => [key, visit(shape, isSecret || shape.secret)]))
  }

  function visit(shape: Shape, isSecret: boolean): Json {
    switch (shape.kind) {
      case 'text':
        return unique(isSecret)
      case 'number':
        // Told apart by their first digits.
        return (isSecret ? 7_770_000_000 : 1_110_000_000) + pick(9_999_999)
      case 'list':
        return Array.from({ length: pick(3) }, () => unique(isSecret))
      case 'map':
        return Object.fromEntries(Array.from({ length: pick(3) }, () => [unique(isSecret), unique(isSecret)]))
      case 'group':
        return visitAll(shape.fields, isSecret)
      case 'variants': {
        const index = pick(shape.variants.length)
        return { ...visitAll(shape.variants[index] ?? {}, isSecret), kind: `v${index}` }
      }
    }
  }
}

/** What must never be shown of a config of a shape, and what is shown. */
export const canary: RegExp = /canary-|777\d{7}/
export const marker: RegExp = /marker-[\w-]+|111\d{7}/g
