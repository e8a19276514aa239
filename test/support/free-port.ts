import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that systems give to connections that go out: one of those may be taken between this answer and the server that wants it. */
const lowest = 15_000
const highest = 30_000
const tries = 100

/** A port of loopback that nobody listens on just now; by chance, since other processes of the tests look for one at the same time. */
export async function freePort(): Promise<number> {
  for (let turn = 0; turn < tries; turn++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (await isFree(port)) return port
  }
  throw new Error(`No free port was found between ${lowest} and ${highest}.`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const [heard] = await Promise.race([
    once(server.listen(port, '127.0.0.1'), 'listening').then(() => ['listening']),
    once(server, 'error').then(() => ['error']),
  ])
  server.close()
  return heard === 'listening'
}
