import { isDeepStrictEqual } from 'node:util'

/** Fails where two values differ in anything: type, prototype, -0. It names the first place, since random values are long. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(actual, expected)) return
  const [path, is, was] = firstDifference(actual, expected, '')
  throw new Error(`${what}: at '${path}' ${shown(is)}, and not ${shown(was)}`)
}

function firstDifference(a: unknown, b: unknown, path: string): readonly [path: string, a: unknown, b: unknown] {
  if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Reflect.ownKeys(a), ...Reflect.ownKeys(b)])) {
      const [inA, inB] = [Reflect.get(a, key), Reflect.get(b, key)] as const
      if (!isDeepStrictEqual(inA, inB) || Object.hasOwn(a, key) !== Object.hasOwn(b, key))
        return firstDifference(inA, inB, `${path}/${String(key)}`)
    }
    return [`${path} (prototype)`, String(Object.getPrototypeOf(a)), String(Object.getPrototypeOf(b))]
  }
  return [path, a, b]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function shown(value: unknown): string {
  return (Object.is(value, -0) ? '-0' : (JSON.stringify(value) ?? String(value))).slice(0, 200)
}
