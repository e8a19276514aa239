// Runs an example, `npm run example -- shipping`, on a machine that has Node and npm and nothing else: installs and builds what is missing, then hands over.
// No import but node's own here: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { installed } from './parts/installed.mjs'
import { isBuilt } from './parts/newest.mjs'
import { root } from './parts/root.mjs'

const main = (name) => join(root, 'examples', name, 'main.ts')
const examples = readdirSync(join(root, 'examples')).filter((name) => existsSync(main(name)))
const [example = '', ...given] = process.argv.slice(2)
if (!examples.includes(example)) {
  console.error(
    `${example === '' ? 'Say which example' : `There is no example '${example}' to run`}: npm run example -- ${examples.join(' | ')}`,
  )
  process.exit(64)
}

const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace('>=', '')
if (!atLeast(process.versions.node, wanted)) {
  console.error(`This is Node ${process.versions.node}; Plugboard needs Node ${wanted} or newer. Get it from https://nodejs.org.`)
  process.exit(1)
}
if (!installed()) prepare('Installing dependencies (npm ci) …', ...npm('ci', '--loglevel=error'))
if (!isBuilt()) prepare('Building …', process.execPath, [join(root, 'scripts', 'build.mjs')])

// npm changes into the package; INIT_CWD is where the user stands, so that a relative `--orders` file is theirs.
const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main(example), ...given], {
  stdio: 'inherit',
  cwd: process.env.INIT_CWD ?? process.cwd(),
})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
// Under a terminal Ctrl-C reaches the child by itself; a second signal would read as "stop at once".
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
child.on('error', (error) => {
  console.error(`The example could not be started: ${error.message}`)
  process.exit(1)
})
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
})

function prepare(what, command, args) {
  console.error(what)
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status === 0) return
  console.error(`${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}.`)
  process.exit(status ?? 1)
}

/** The npm that runs this script, or the one on the path. */
function npm(...args) {
  const running = process.env.npm_execpath
  return running === undefined ? ['npm', args] : [process.execPath, [running, ...args]]
}

function atLeast(version, least) {
  const [major, minor] = version.split('.').map(Number)
  const [leastMajor, leastMinor] = least.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}
