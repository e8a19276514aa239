import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** Longer than any real package.json. */
const largest = 1024 * 1024

/** What a package.json says, as far as it is an object; `undefined` where there is none. @throws Error where it is there and can't be read as one. */
export async function readManifest(folder: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  let text: string
  try {
    const file = await open(join(folder, 'package.json'))
    try {
      const { size } = await file.stat()
      if (size > largest) throw new Error(`its package.json is larger than ${largest / 1024 / 1024} MiB`)
      text = await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    throw new Error('its package.json is not JSON', { cause: error })
  }
  const manifest = asObject(value)
  if (manifest === undefined) throw new Error('its package.json is no object')
  return manifest
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined
}
