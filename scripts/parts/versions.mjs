import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** What this run stands on: `[name, version]`. */
export async function versions() {
  return [
    ['node', process.versions.node],
    ['npm', npmVersion()],
    ['typescript', `${packageVersion('typescript')}, ${packageVersion('typescript-5.9')}`],
    ['vitest', packageVersion('vitest')],
    ['sqlite', await sqliteVersion()],
    ['system', `${process.platform} ${process.arch}`],
  ]
}

export const packageVersion = (name) => require(`${name}/package.json`).version

function npmVersion() {
  const running = process.env.npm_config_user_agent?.match(/npm\/(\S+)/)
  return running?.[1] ?? execFileSync('npm', ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' }).trim()
}

/** The embedded driver the tests use (node:sqlite where Node has it) and its library. */
async function sqliteVersion() {
  for (const driver of ['node:sqlite', '@photostructure/sqlite']) {
    try {
      const { DatabaseSync } = await import(driver)
      const database = new DatabaseSync(':memory:')
      const { version } = database.prepare('select sqlite_version() as version').get()
      database.close()
      return `${version} (${driver}${driver.startsWith('node:') ? '' : ` ${packageVersion(driver)}`})`
    } catch {
      // Not on this machine; the next one.
    }
  }
  return 'no driver'
}
