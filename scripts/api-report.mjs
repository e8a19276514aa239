// `npm run api`: writes what each entry exports, as its declarations say it, into docs/api/<entry>.api.md. A review of a change sees there what it changes
// for users; a test fails where the reports are not what the built declarations say. `npm run build` first.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reports } from './parts/api-report.mjs'
import { root } from './parts/root.mjs'

const folder = join(root, 'docs', 'api')
mkdirSync(folder, { recursive: true })
const made = reports()
for (const name of readdirSync(folder)) if (!(name in made)) rmSync(join(folder, name))
for (const [name, text] of Object.entries(made)) writeFileSync(join(folder, name), text)
console.log(`docs/api: ${Object.keys(made).length} reports`)
