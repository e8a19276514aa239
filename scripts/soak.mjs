// `npm run soak -- --minutes 10 --seed N`: calls, faults, edits and restarts at random, on the sources. What it does is in test/soak.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './parts/root.mjs'

const args = ['--import', import.meta.resolve('tsx'), join(root, 'test', 'soak', 'main.ts'), ...process.argv.slice(2)]
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root }).status ?? 1)
