// `npm run docs`, after `npm run build`: the pages of docs/ as a site, in .tmp/site or in `-- --out FOLDER`. Plain files without a script: any web server, or none, shows them.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { reports } from './parts/api-report.mjs'
import { root } from './parts/root.mjs'
import { assetsOf, site } from './parts/site.mjs'

const at = process.argv.indexOf('--out')
const out = at === -1 ? join(root, '.tmp', 'site') : resolve(process.argv[at + 1] ?? '')
// Only what this makes by itself is taken away.
if (at === -1) rmSync(out, { recursive: true, force: true })

const pages = site(reports({ withDocs: true }))
for (const [path, html] of pages) {
  mkdirSync(dirname(join(out, path)), { recursive: true })
  writeFileSync(join(out, path), html)
}
for (const [path, file] of assetsOf()) {
  mkdirSync(dirname(join(out, path)), { recursive: true })
  copyFileSync(file, join(out, path))
}
copyFileSync(join(root, 'scripts', 'parts', 'site.css'), join(out, 'site.css'))
console.log(`${pages.size} pages: ${join(out, 'index.html')}`)
