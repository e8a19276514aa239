import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Command } from 'commander'
import { AdminDoor } from '../admin-door.ts'
import { UsageError } from '../cli-errors.ts'
import type { Run } from '../session.ts'
import { helpText } from './help-text.ts'

const loopback = '127.0.0.1'
const tokenLives = 300_000

export function addAdmin(program: Command, run: Run): void {
  program
    .command('admin')
    .option('--port <number>', 'port on 127.0.0.1 (default: a free one)')
    .description('serve the admin on this machine alone, behind a link that opens once')
    .addHelpText(
      'after',
      helpText({
        examples: ['admin', 'admin --port 4100'],
        json: '{ url, host, port, expiresInMs }, printed when it listens; it runs until it is interrupted',
      }),
    )
    .action((options: { readonly port?: string }, command: Command) =>
      run(command, async ({ board, actor, output }) => {
        const port = portOf(options.port)
        // Loaded here alone: no other command needs HTTP.
        const [{ createAdmin }, { nodeAdmin }] = await Promise.all([import('../../admin/index.ts'), import('../../frameworks/index.ts')])
        const opened = await board()
        // What can be listed is shown, also where a key is missing: that is when somebody looks.
        await opened.admin.list({ limit: 1 })
        opened.ready().catch((error: unknown) => output.warn(error instanceof Error ? error.message : 'The board is not ready.'))
        let hosts: readonly string[] = []
        const door = new AdminDoor({
          actor: { ...actor, permissions: ['read', 'operate', 'configure'] },
          hosts: () => hosts,
          tokenLives,
          elapsed: () => performance.now(),
        })
        const admin = door.guard(createAdmin(opened, { authorize: door.authorize }))
        const server = createServer(nodeAdmin(admin)).listen(port, loopback)
        await once(server, 'listening')
        const address = server.address()
        const taken = typeof address === 'object' && address !== null ? address.port : port
        hosts = [`${loopback}:${taken}`, `localhost:${taken}`]
        const url = `http://${loopback}:${taken}/enter?token=${door.token ?? ''}`
        output.result({ url, host: loopback, port: taken, expiresInMs: tokenLives }, () => url)
        output.note(`Open it within ${tokenLives / 60_000} minutes; it opens once. Ctrl-C ends it.`)
        await interrupted()
        admin.close()
        server.close()
        server.closeAllConnections()
      }),
    )
}

/** @throws UsageError */
function portOf(text: string = '0'): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new UsageError('--port takes a number from 0 to 65535.')
  return port
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
