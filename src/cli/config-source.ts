import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigOptionError } from './cli-errors.ts'

/** Where texts of a config come from. Nothing of what they hold, nor of what they were thought to be, is quoted in an error. */
export interface ConfigSource {
  /** @throws ConfigOptionError where the variable is not set. */
  readonly variable: (label: string, name: string) => string
  /** The bytes of a file as text, not one changed. @throws ConfigOptionError */
  readonly file: (label: string, path: string) => string
  /** All of stdin. @throws ConfigOptionError */
  readonly stdin: (label: string) => Promise<string>
}

export function configSource(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  input: AsyncIterable<unknown>,
): ConfigSource {
  return {
    variable: (label, name) => {
      const value = env[name]
      // The name is not quoted: a secret typed in its place would be.
      if (value === undefined) throw new ConfigOptionError(`${label}: the environment variable named after '=' is not set.`)
      return value
    },
    file: (label, path) => textOf(label, bytesOf(label, resolve(folder, path))),
    stdin: async (label) => {
      const chunks: Buffer[] = []
      for await (const chunk of input) chunks.push(Buffer.from(chunk as Uint8Array))
      return textOf(label, Buffer.concat(chunks))
    },
  }
}

function bytesOf(label: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new ConfigOptionError(`${label}: the file can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`)
  }
}

function textOf(label: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new ConfigOptionError(`${label}: it is not UTF-8 text, and a config holds text. Give it as base64, and let the plugin decode it.`)
  }
}
