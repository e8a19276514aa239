import type { SecretField } from './config-model.ts'

/** More values are not collected: a config is a form, not a database. */
const mostValues = 10_000

/**
 * Every text inside the secret fields of a config, and numbers as text: what must never be shown.
 *
 * @param config What is stored, or what the plugin gets: a schema may have trimmed, decoded or completed it.
 */
export function secretValues(secrets: readonly Pick<SecretField, 'path'>[], config: unknown): string[] {
  const found = new Set<string>()
  const seen = new Set<unknown>()
  const left: unknown[] = secrets.map((field) => at(config, field.path)).toReversed()
  while (left.length > 0 && found.size < mostValues) {
    const value = left.pop()
    if (typeof value === 'string') found.add(value)
    else if (typeof value === 'number' || typeof value === 'bigint') found.add(String(value))
    else if (!seen.has(value)) {
      seen.add(value)
      left.push(...[...parts(value)].toReversed())
    }
  }
  return [...found]
}

/** What a value holds; nothing where it does not let itself be looked into. */
function parts(value: unknown): readonly unknown[] {
  try {
    if (ArrayBuffer.isView(value)) {
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      return [bytes.toString(), bytes.toString('latin1'), bytes.toString('hex'), bytes.toString('base64')]
    }
    if (value instanceof URL) return [value.href, value.username, value.password, decodeURIComponent(value.password)]
    if (value instanceof Map) return [...value].flat()
    if (value instanceof Set) return [...value]
    return Object.values(value as object)
  } catch {
    return []
  }
}

function at(config: unknown, path: readonly string[]): unknown {
  let current = config
  try {
    for (const step of path) {
      if (typeof current !== 'object' || !Object.hasOwn(current ?? {}, step)) return undefined
      current = (current as Record<string, unknown>)[step]
    }
    return current
  } catch {
    return undefined
  }
}
