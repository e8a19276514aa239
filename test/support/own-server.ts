import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Skip } from '../skip.ts'
import { freePort } from './free-port.ts'
import { TempFolder } from './open-board.ts'
import { answers } from './own-redis.ts'

/** How a database server of a test's own is made and run. Paths are of a folder that its user owns. */
export interface ServerRecipe {
  readonly name: string
  /** A folder of its own for the data, made once. */
  readonly install: (data: string) => readonly [command: string, ...args: string[]]
  readonly run: (data: string, port: number) => readonly [command: string, ...args: string[]]
  readonly url: (port: number) => string
  /** What must be installed. */
  readonly wanting: Skip | undefined
}

/** A database server of a test's own, on a free port of loopback, which it may kill and start again. */
export class OwnServer implements AsyncDisposable {
  readonly port: number
  readonly #recipe: ServerRecipe
  readonly #folder = new TempFolder()
  #child: ChildProcess | undefined

  private constructor(recipe: ServerRecipe, port: number) {
    this.#recipe = recipe
    this.port = port
  }

  static async start(recipe: ServerRecipe): Promise<OwnServer> {
    const server = new OwnServer(recipe, await freePort())
    for (const path of [server.#folder.path, server.#data]) {
      if (path === server.#data) mkdirSync(path)
      const { uid, gid } = unprivileged
      if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
    }
    const [command, ...args] = recipe.install(server.#data)
    const { status, stderr } = spawnSync(command, args, { ...unprivileged, cwd: server.#folder.path, encoding: 'utf8', timeout: 240_000 })
    if (status !== 0) throw new Error(`${command} ended with ${String(status)}: ${stderr}`)
    await server.start()
    return server
  }

  get url(): string {
    return this.#recipe.url(this.port)
  }

  /** The same server by way of another port: a proxy's. */
  urlAt(port: number): string {
    return this.#recipe.url(port)
  }

  async start(): Promise<void> {
    const [command, ...args] = this.#recipe.run(this.#data, this.port)
    this.#child = spawn(command, args, { ...unprivileged, cwd: this.#folder.path, stdio: 'ignore' })
    const child = this.#child
    for (let turn = 0; !(await answers(this.port)); turn++) {
      if (turn > 600 || child.exitCode !== null) throw new Error(`${this.#recipe.name} did not start`)
      await wait(50)
    }
    // Another server at the same port would be killed by somebody else: then ours has ended by now, or is about to.
    await wait(100)
    if (child.exitCode !== null) throw new Error(`${this.#recipe.name} did not start: its port is taken`)
  }

  /** SIGKILL: it has no time to say goodbye. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    // What the server started ends a moment after it.
    for (let turn = 0; ; turn++) {
      try {
        this.#folder[Symbol.dispose]()
        return
      } catch (error) {
        if (turn > 50) throw error
        await wait(100)
      }
    }
  }

  get #data(): string {
    return join(this.#folder.path, 'data')
  }
}

/** Database servers refuse to run as root: then they run as somebody who owns nothing. */
export const unprivileged: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}

function idOf(flag: string): number {
  return Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout)
}

/** A program of Debian's that may not stand on the path. */
export function found(name: string, folders: readonly string[]): string | undefined {
  const all = folders.flatMap((folder) => (folder.includes('*') ? expanded(folder) : [folder]))
  return [...all, '/usr/local/bin', '/usr/bin', '/usr/sbin'].map((folder) => join(folder, name)).find((path) => existsSync(path))
}

function expanded(folder: string): string[] {
  const [before = '', after = ''] = folder.split('*')
  if (!existsSync(before)) return []
  return readdirSync(before)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((each) => join(before, each, after))
}

const bin = '/usr/lib/postgresql/*/bin'

export const ownPostgres: ServerRecipe = {
  name: 'postgres',
  wanting:
    found('initdb', [bin]) === undefined
      ? { reason: 'no PostgreSQL server is installed', enable: 'apt-get install postgresql' }
      : undefined,
  install: (data) => [found('initdb', [bin]) ?? '', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
  run: (data, port) => [
    found('postgres', [bin]) ?? '',
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    '',
    '-F',
    '-c',
    'max_connections=300',
  ],
  url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
}

export const ownMariadb: ServerRecipe = {
  name: 'mariadb',
  wanting:
    found('mariadbd', []) === undefined || found('mariadb-install-db', []) === undefined
      ? { reason: 'no MariaDB server is installed', enable: 'apt-get install mariadb-server' }
      : undefined,
  install: (data) => [
    found('mariadb-install-db', []) ?? '',
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ],
  run: (data, port) => [
    found('mariadbd', []) ?? '',
    '--no-defaults',
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(data, 'socket')}`,
    '--skip-grant-tables',
    '--skip-networking=0',
    // Handed to the system at each commit: a killed server has lost nothing, and no disk is waited for. With 0 it would lose a second.
    '--innodb-flush-log-at-trx-commit=2',
  ],
  url: (port) => `mysql://root@127.0.0.1:${port}`,
}
