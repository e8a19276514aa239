import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/**
 * When any of these files or folders was last changed, in ms; 0 where none exists. Folders count themselves, so a removed file shows too.
 * `node_modules`, `dist` and what an example writes while it runs (`run`) are left out.
 */
export function newest(...paths) {
  return Math.max(0, ...paths.map((path) => changedAt(join(root, path))))
}

const passedOver = new Set(['node_modules', 'dist', 'run'])

function changedAt(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  const children = readdirSync(path).filter((name) => !passedOver.has(name))
  return Math.max(stat.mtimeMs, ...children.map((name) => changedAt(join(path, name))))
}

/** Whether dist exists and is newer than what it is made from. */
export function isBuilt() {
  return (
    newest('dist/index.js') >
    newest('src', 'ui', 'scripts/build.mjs', 'scripts/parts/page.mjs', 'scripts/entries.mjs', 'tsconfig.json', 'tsconfig.build.json')
  )
}
