import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/** Whether node_modules holds what package-lock.json asks for. Optional packages are another platform's as often as ours. */
export function installed() {
  const present = read('node_modules/.package-lock.json')
  if (present === undefined) return false
  const wanted = Object.entries(read('package-lock.json')).filter(
    ([path, entry]) => path.includes('node_modules/') && !entry.link && !entry.optional,
  )
  return wanted.every(([path, entry]) => present[path]?.version === entry.version)
}

function read(file) {
  const path = join(root, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined
}
