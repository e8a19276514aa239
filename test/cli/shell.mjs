// Runs many `plugboard` commands in one process, one after the other, as the built entry file runs them: loading the library anew for each of a few
// hundred commands would be most of what their tests take. The config file is loaded anew for each; what a process must show of itself
// (pipes, exit, two at once) is tested with processes.
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const command = pathToFileURL(process.argv[2])
const { cache } = createRequire(import.meta.url)

// The command's last resort against open handles.
process.exit = () => {}
process.on('message', (request) => void run(request).then((outcome) => process.send(outcome)))

async function run({ args, env, cwd, input }) {
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    process[name].removeAllListeners('error')
    process[name].write = (text, ...rest) => {
      texts[name] += text
      rest.at(-1)?.()
      return true
    }
  }
  for (const name of ['unhandledRejection', 'uncaughtException']) process.removeAllListeners(name)
  for (const path of Object.keys(cache)) if (!path.includes('node_modules')) delete cache[path]
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(cwd)
  Object.defineProperty(process, 'stdin', { value: Readable.from(input === undefined ? [] : [Buffer.from(input)]), configurable: true })
  process.argv = [process.argv[0], command.pathname, ...args]
  process.exitCode = undefined
  await import(`${command.href}?run=${performance.now()}`)
  while (process.exitCode === undefined) await turn()
  for (let turns = 0; turns < 3; turns++) await turn()
  const code = process.exitCode
  process.exitCode = undefined
  return { code, ...texts }
}
