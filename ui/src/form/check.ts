import type { Translate } from '../messages/index.ts'
import { isObject, jsonType, kindOf, resolve, typesOf, variantOf, withoutNull, type Json, type Path, type Schema } from './schema.ts'
import { brief, dotted, pointerOf, same, valueAt } from './values.ts'

interface Options {
  /** Dotted paths that are not looked at: secrets. */
  readonly skip: ReadonlySet<string>
  /** What is stored was accepted as it is: a server may take other types than its schema says. */
  readonly stored?: Json
  readonly t: Translate
}

/**
 * What a form can say before anybody is asked: what is missing, too long, out of bounds. It is a help for who types; the server's validation has the last word,
 * so that what is not checked here is no hole. Patterns and formats of text are the server's: its regular expressions have flags that a schema does not tell. Of `oneOf`, only the variant that was chosen is looked at.
 */
export function check(root: Schema, value: Json, { skip, stored, t }: Options): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const say = (path: Path, text: string): void => void found.set(pointerOf(['config', ...path]), text)
  const walk = (given: unknown, at: Json | undefined, path: Path): void => {
    if (skip.has(dotted(path)) || at === undefined) return
    const { schema, nullable } = withoutNull(given, root)
    if (at === null && nullable) return
    const kind = kindOf(schema, root)
    if (kind.kind === 'variants') {
      const chosen = kind.variants[variantOf(kind.variants, at, root)]
      if (chosen !== undefined) walk(chosen, at, path)
      return
    }
    const types = typesOf(schema)
    if (types.length > 0 && !isOfTypes(at, types)) {
      if (same(valueAt(stored, path), at)) return
      const isNumber = types.includes('number') || types.includes('integer')
      say(path, at === '' || at === null ? t('check.required') : isNumber ? t('check.number', { value: brief(at) }) : t('check.pattern'))
      return
    }
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, minItems, maxItems } = schema as Readonly<
      Record<string, unknown>
    >
    if (typeof at === 'number') {
      if (typesAre(schema, 'integer') && !Number.isInteger(at)) say(path, t('check.whole', { value: String(at) }))
      else if (typeof minimum === 'number' && at < minimum) say(path, t('check.min', { value: String(at), limit: minimum }))
      else if (typeof maximum === 'number' && at > maximum) say(path, t('check.max', { value: String(at), limit: maximum }))
      else if (typeof exclusiveMinimum === 'number' && at <= exclusiveMinimum)
        say(path, t('check.above', { value: String(at), limit: exclusiveMinimum }))
      else if (typeof exclusiveMaximum === 'number' && at >= exclusiveMaximum)
        say(path, t('check.below', { value: String(at), limit: exclusiveMaximum }))
    } else if (typeof at === 'string') {
      const length = Array.from(at).length
      // Where letters count twice for a server, it has the last word.
      if (typeof minLength === 'number' && at.length < minLength)
        say(path, length === 0 ? t('check.required') : t('check.short', { count: minLength }))
      else if (typeof maxLength === 'number' && length > maxLength) say(path, t('check.long', { count: maxLength }))
      else if (schema.format === 'uri' && !URL.canParse(at)) say(path, at === '' ? t('check.required') : t('check.url'))
    } else if (Array.isArray(at)) {
      if (typeof minItems === 'number' && at.length < minItems) say(path, t('check.fewItems', { count: minItems }))
      else if (typeof maxItems === 'number' && at.length > maxItems) say(path, t('check.manyItems', { count: maxItems }))
      at.forEach((each: Json, index) => walk(schema['items'], each, [...path, index]))
    } else if (isObject(at)) {
      const required: unknown = schema['required']
      for (const name of Array.isArray(required) ? required.map(String) : []) {
        const own = [...path, name]
        const field = resolve(schema.properties?.[name], root)
        if (!Object.hasOwn(at, name) && !skip.has(dotted(own)) && field['default'] === undefined && field['const'] === undefined)
          say(own, t('check.required'))
      }
      for (const [name, each] of Object.entries(at))
        walk(schema.properties?.[name] ?? schema['additionalProperties'], each, [...path, name])
    }
  }
  walk(root, value, [])
  return found
}

function typesAre(schema: Schema, type: string): boolean {
  return schema.type === type
}

function isOfTypes(value: Json, types: readonly string[]): boolean {
  const type = jsonType(value)
  // Half a number where a whole one belongs is told by itself.
  return types.includes(type) || (typeof value === 'number' && (types.includes('number') || types.includes('integer')))
}
