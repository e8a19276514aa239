import { spawn } from 'node:child_process'
import { root } from './root.mjs'

/**
 * Runs `command` with its output shown, or written to the open file `output`, and ends it after `limit` ms.
 *
 * @returns {Promise<{ code: number, ms: number, timedOut: boolean }>}
 */
export async function stageProcess(command, args, { limit, env = {}, output = 'inherit' }) {
  const started = performance.now()
  // A group of its own, so that what hangs is ended with its children.
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['inherit', output, output],
    detached: process.platform !== 'win32',
    env: { ...process.env, ...env },
  })
  const end = (signal) => {
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
  }
  const interrupted = (signal) => {
    end(signal)
    process.exit(1)
  }
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted)
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    end('SIGKILL')
  }, limit)
  try {
    const code = await new Promise((resolve) => {
      child.on('error', (error) => {
        console.error(`${command} could not be started: ${error.message}`)
        resolve(127)
      })
      child.on('exit', (status) => resolve(status ?? 1))
    })
    return { code, ms: performance.now() - started, timedOut }
  } finally {
    clearTimeout(timer)
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
  }
}
