import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigOptionError } from './cli-errors.ts'

/** Where texts of a config come from. Nothing of what they hold, nor of what they were thought to be, is quoted in an error. */
export interface ConfigSource {
  /** @throws ConfigOptionError where the variable is not set. */
  variable(label: string, name: string): string
  /** The bytes of a file as text, not one changed. @throws ConfigOptionError */
  file(label: string, path: string): string
  /** All of stdin. @throws ConfigOptionError */
  stdin(label: string): string
}

export function configSource(folder: string, env: Readonly<Record<string, string | undefined>>): ConfigSource {
  const read = (label: string, from: string | number): string => {
    let bytes: Buffer
    try {
      bytes = readFileSync(from)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unreadable'
      throw new ConfigOptionError(`${label}: the file named can't be read (${code}).`)
    }
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      throw new ConfigOptionError(`${label}: it is not UTF-8 text, and a config holds text. Give it as base64, and let the plugin decode it.`)
    }
  }
  return {
    variable: (label, name) => {
      const value = env[name]
      // The name is not quoted: a secret typed in its place would be.
      if (value === undefined) throw new ConfigOptionError(`${label}: the environment variable named after '=' is not set.`)
      return value
    },
    file: (label, path) => read(label, resolve(folder, path)),
    stdin: (label) => read(label, 0),
  }
}
