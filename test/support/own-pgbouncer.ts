import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Skip } from '../skip.ts'
import { freePort } from './free-port.ts'
import { TempFolder } from './open-board.ts'
import { answers } from './own-redis.ts'
import { found, unprivileged } from './own-server.ts'

const program = found('pgbouncer', [])

export const pgbouncerWanting: Skip | undefined =
  program === undefined ? { reason: 'no pgbouncer is installed', enable: 'apt-get install pgbouncer' } : undefined

/** A pgbouncer of a test's own in transaction mode, before a PostgreSQL on loopback. */
export class OwnPgbouncer implements AsyncDisposable {
  readonly #folder: TempFolder
  readonly #child: ChildProcess
  readonly #url: string

  private constructor(folder: TempFolder, child: ChildProcess, url: string) {
    this.#folder = folder
    this.#child = child
    this.#url = url
  }

  /** @param target URL of the server. */
  static async before(target: string): Promise<OwnPgbouncer> {
    const { hostname, port, username, pathname } = new URL(target)
    const folder = new TempFolder()
    const own = await freePort()
    const file = join(folder.path, 'pgbouncer.ini')
    const users = join(folder.path, 'users.txt')
    const settings = [
      '[databases]',
      `* = host=${hostname} port=${port || '5432'}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${own}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${users}`,
      'pool_mode = transaction',
      'default_pool_size = 4',
      'ignore_startup_parameters = extra_float_digits',
    ]
    writeFileSync(file, settings.join('\n'))
    writeFileSync(users, `"${username}" ""\n`)
    const { uid, gid } = unprivileged
    if (uid !== undefined && gid !== undefined) for (const path of [folder.path, file, users]) chownSync(path, uid, gid)
    const child = spawn(program ?? '', ['-q', file], { ...unprivileged, cwd: folder.path, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => (said += String(chunk)))
    for (let turn = 0; !(await answers(own)); turn++) {
      if (turn > 200 || child.exitCode !== null) throw new Error(`pgbouncer did not start: ${said}`)
      await wait(50)
    }
    return new OwnPgbouncer(folder, child, `postgres://${username}@127.0.0.1:${own}${pathname}`)
  }

  get url(): string {
    return this.#url
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
    this.#folder[Symbol.dispose]()
  }
}
