import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'

/** More than any package has. */
const mostEntries = 100

/**
 * The modules with plugins that a package declares, as real paths.
 *
 * @param declared `plugboard.plugins` of its package.json.
 * @throws Error saying what is wrong with it.
 */
export async function declaredEntries(folder: string, declared: unknown): Promise<readonly string[]> {
  const list: readonly unknown[] = Array.isArray(declared) ? declared : [declared]
  if (list.length === 0 || list.length > mostEntries || !list.every((each) => typeof each === 'string' && each !== ''))
    throw new Error(
      'plugboard.plugins in its package.json must be the path of a module in the package, or a list of such: "./dist/plugins.js"',
    )
  const inside = await realpath(folder)
  const entries: string[] = []
  for (const path of list as readonly string[]) {
    const entry = await realEntry(inside, path)
    if (isOutside(inside, entry))
      throw new Error(`plugboard.plugins in its package.json names '${path}', which is outside the package. It is not loaded`)
    entries.push(entry)
  }
  return entries
}

async function realEntry(folder: string, path: string): Promise<string> {
  // Not looked for: that a file is there is told to nobody.
  if (isAbsolute(path) || isOutside(folder, join(folder, path))) return resolve(folder, path)
  const missing = `plugboard.plugins in its package.json names '${path}', and there is no such file. Was the package built?`
  try {
    const entry = await realpath(join(folder, path))
    if ((await stat(entry)).isFile()) return entry
  } catch (error) {
    throw new Error(missing, { cause: error })
  }
  throw new Error(missing)
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
}
