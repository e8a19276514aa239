import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { FollowerOptions, FromFollower, ToFollower } from './followed.ts'

/** Another process on this machine that follows a database. */
export interface Follower extends AsyncDisposable {
  /** Nanoseconds of the shared clock at which it next serves what was saved, or hears the bare word. */
  next(kind: 'served' | 'heard'): Promise<bigint>
  /** The fewest statements that it sent for one change, from one that it served to the next. */
  readonly fewestStatements: number
  /** The share of one core it takes while it does nothing. @param time Milliseconds. */
  idle(time: number): Promise<number>
}

/** Milliseconds that anything may take. */
const patience = 60_000

export async function startFollower(options: FollowerOptions): Promise<Follower> {
  const child = fork(join(import.meta.dirname, 'follower.ts'), [JSON.stringify(options)], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const message = <K extends FromFollower['kind']>(
    kind: K,
    within: number = patience,
  ): Promise<Extract<FromFollower, { readonly kind: K }>> =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer)
        child.off('message', hear)
        child.off('exit', gone)
      }
      const hear = (told: FromFollower): void => {
        if (told.kind !== kind) return
        settle()
        // Narrowed by the line above.
        resolve(told as Extract<FromFollower, { readonly kind: K }>)
      }
      const gone = (): void => {
        settle()
        reject(new Error('the other process has ended'))
      }
      const timer = setTimeout(() => {
        settle()
        reject(new Error(`the other process has not said '${kind}' for ${within} ms`))
      }, within)
      child.on('message', hear)
      child.on('exit', gone)
    })
  let fewestStatements = Number.POSITIVE_INFINITY
  child.on('message', (told: FromFollower) => {
    if (told.kind === 'served') fewestStatements = Math.min(fewestStatements, told.statements)
  })
  await message('ready')
  return {
    get fewestStatements() {
      return fewestStatements
    },
    next: async (kind) => BigInt((await message(kind)).at),
    idle: async (time) => {
      const told = message('idle', time + patience)
      child.send({ idleFor: time } satisfies ToFollower)
      return (await told).cpu
    },
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await exited
    },
  }
}
