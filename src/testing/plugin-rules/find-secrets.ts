import { inspect } from 'node:util'
import type { PluginBench } from './bench.ts'

/** Paths of the secrets that a console, a JSON logger or an error reporter would show of a value. */
export function secretsShownBy(value: unknown, secrets: PluginBench['secrets']): readonly string[] {
  const text = shown(value)
  return secrets.filter((secret) => formsOf(secret.value).some((form) => text.includes(form))).map(({ path }) => path)
}

function shown(value: unknown): string {
  return [
    attempt(() => inspect(value, { depth: 12, maxStringLength: null, maxArrayLength: null })),
    attempt(() => JSON.stringify(value) ?? ''),
    attempt(() => String(value)),
    value instanceof Error ? `${value.message}\n${value.stack ?? ''}` : '',
  ].join('\n')
}

function attempt(work: () => string): string {
  try {
    return work()
  } catch {
    // What can't be written shows nothing.
    return ''
  }
}

/** As it stands in texts: itself, in JSON, in a URL, and as in an Authorization header. */
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), bytes.toString('base64'), bytes.toString('base64url')]
}
