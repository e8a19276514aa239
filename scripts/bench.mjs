// Runs the benches on what is built: installs nothing, builds what is stale.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './parts/root.mjs'

const build = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs'), '--if-stale'], { stdio: 'inherit' })
if (build.status !== 0) process.exit(1)
const args = ['--import', import.meta.resolve('tsx'), join(root, 'bench', 'main.ts'), ...process.argv.slice(2)]
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root }).status ?? 1)
