import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from './root.mjs'

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Builds `ui/` and writes it as one module, dist/page.js: whoever serves the page needs no path to a file, wherever the package is bundled into. */
export async function buildPage(stage) {
  const { build } = await import('vite')
  const out = join(stage, 'page')
  await build({ configFile: join(root, 'ui', 'vite.config.mjs'), logLevel: 'warn', build: { outDir: out } })
  const files = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(out, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted()
  const rows = files.map((name) => {
    const type = types[extname(name)]
    if (type === undefined) throw new Error(`ui: nobody knows the media type of ${name}`)
    return `  ${JSON.stringify(name)}: { type: ${JSON.stringify(type)}, gzip: ${JSON.stringify(pack(join(out, name)))} },\n`
  })
  mkdirSync(join(stage, 'dist'), { recursive: true })
  writeFileSync(join(stage, 'dist', 'page.js'), `export const files = {\n${rows.join('')}}\n`)
}

function pack(file) {
  return gzipSync(readFileSync(file), { level: 9 }).toString('base64')
}
