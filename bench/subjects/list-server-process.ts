import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Servers in a process of their own, by name: what asks them takes nothing of their time. */
export interface ListServers extends AsyncDisposable {
  readonly ports: Readonly<Record<string, number>>
}

export async function startListServers(): Promise<ListServers> {
  const child = fork(join(import.meta.dirname, 'list-servers.ts'), [], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const ports = await Promise.race([
    once(child, 'message').then(([message]) => message as Record<string, number>),
    exited.then(([code]) => Promise.reject(new Error(`The servers ended with ${String(code)}.`))),
  ])
  return {
    ports,
    [Symbol.asyncDispose]: async () => {
      child.disconnect()
      await exited
    },
  }
}
