import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { generateKey } from '../../src/index.ts'
import { AdminClient, AdminRequestError } from '../../src/admin/client.ts'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/open-board.ts'
import { install } from './install.ts'
import { node, repository } from './run.ts'

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const main = { plugin: 'kavenegar', name: 'Main', config: { apiKey: 'the-key-of-kavenegar', sender: '1000' } }
const refusal = (status: number, code: string): object => ({ status, problem: { code } })

test(
  '[49] a real Next.js application, built for production: who is signed in with better-auth is let in, as far as they may go, and files go where operators say',
  { timeout: 400_000 },
  async () => {
    const { room, tarball } = inject('packed')
    const folder = join(room, 'admin-nextjs')
    cpSync(join(repository, 'examples', 'admin-nextjs'), folder, {
      recursive: true,
      filter: (path) => !/[/\\](?:node_modules|\.next)(?:$|[/\\])/.test(path),
    })
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
    await install(folder, { ...dependencies, ...devDependencies, plugboard: `file:${tarball}` })
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const next = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next')
    const env = {
      NEXT_TELEMETRY_DISABLED: '1',
      PLUGBOARD_DB: join(folder, 'board.db'),
      PLUGBOARD_KEYS: generateKey('k1'),
      BETTER_AUTH_SECRET: 'a secret of at least thirty-two characters',
      BETTER_AUTH_URL: url,
      OWNERS: 'ada@example.com',
      READERS: 'sam@example.com',
    }
    // It is type-checked there, too.
    await node(folder, [next, 'build'], env)

    const server = spawn(process.execPath, [next, 'start', '--port', String(port), '--hostname', '127.0.0.1'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [server.stdout, server.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
    try {
      await until(async () => {
        if (server.exitCode !== null) throw new Error(`next start ended with ${server.exitCode}: ${said}`)
        return (await fetch(url).catch(() => undefined))?.ok === true
      }, 60_000)
      expect(await (await fetch(url)).text()).toContain('Nobody sends messages yet.')

      const as = (cookie: string, headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' }): AdminClient =>
        new AdminClient({ base: `${url}/admin`, headers: { ...headers, ...(cookie === '' ? {} : { cookie }) } })
      /** Opens the link that was sent to an address. */
      const verified = async (email: string): Promise<void> => {
        const link = (): string | undefined => new RegExp(`To ${email}: (\\S+)`).exec(said)?.[1]
        await until(async () => link() !== undefined)
        await fetch(link() ?? '', { redirect: 'manual' })
      }
      await expect(as('').request('listTypes')).rejects.toMatchObject(refusal(401, 'unauthenticated'))
      await expect(as('better-auth.session_token=forged.forged').request('listTypes')).rejects.toBeInstanceOf(AdminRequestError)
      const adasCookie = await signedUp(url, 'Ada')
      const ada = as(adasCookie)
      // Whoever signs up with an owner's address is no owner by that.
      await expect(ada.request('listTypes')).rejects.toMatchObject(refusal(401, 'unauthenticated'))
      await verified('ada@example.com')
      const made = await ada.request('createInstance', { params: { type: 'sms' }, body: main })
      const sam = as(await signedUp(url, 'Sam'))
      await verified('sam@example.com')
      const eve = as(await signedUp(url, 'Eve'))
      await verified('eve@example.com')
      await expect(eve.request('listTypes')).rejects.toMatchObject(refusal(401, 'unauthenticated'))
      expect((await sam.request('getInstance', { params: made })).name).toBe('Main')
      await expect(sam.request('setStatus', { params: made, match: '*', body: { status: 'active' } })).rejects.toMatchObject(
        refusal(403, 'forbidden'),
      )
      await ada.request('setStatus', { params: made, match: made.revision, body: { status: 'active' } })
      await until(async () => (await (await fetch(url)).text()).includes('Main'))
      const { entries } = await ada.request('listInstanceHistory', { params: made })
      expect(entries.map(({ action, actor }) => [action, actor.name])).toStrictEqual([
        ['status', 'Ada'],
        ['create', 'Ada'],
      ])
      const foreign = as(adasCookie, { origin: 'https://evil.example' })
      await expect(foreign.request('removeInstance', { params: made, match: '*' })).rejects.toMatchObject(refusal(403, 'cross_site'))
      await storesFiles(url, folder, ada, adasCookie)
      await events(`${url}/admin/api/v1/events`, adasCookie)
      expect(said).not.toContain('the-key-of-kavenegar')
    } finally {
      if (server.exitCode === null) {
        const exit = once(server, 'exit')
        server.kill('SIGKILL')
        await exit
      }
    }
  },
)

/** Files go where operators say, are read from where they were put, and go to the next storage where one is gone. */
async function storesFiles(url: string, folder: string, ada: AdminClient, cookie: string): Promise<void> {
  const inApplication = createRequire(join(folder, 'package.json'))
  const S3rver = inApplication('s3rver') as new (options: object) => { run(): Promise<{ readonly port: number }>; close(): Promise<void> }
  const [disk, bucket] = [join(folder, 'disk'), join(folder, 'bucket')]
  const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: bucket, configureBuckets: [{ name: 'files' }] })
  const { port } = await server.run()
  let isUp = true
  try {
    const create = async (plugin: string, name: string, config: object): Promise<{ readonly id: string; readonly revision: number }> => {
      const made = await ada.request('createInstance', { params: { type: 'file-storage' }, body: { plugin, name, config } })
      return ada.request('setStatus', { params: made, match: made.revision, body: { status: 'active' } })
    }
    const put = async (key: string, text: string, as = cookie): Promise<number> =>
      (await fetch(`${url}/files/${key}`, { method: 'PUT', body: text, headers: { cookie: as } })).status
    const get = async (key: string, as = cookie): Promise<readonly [status: number, text: string]> => {
      const response = await fetch(`${url}/files/${key}`, { headers: { cookie: as } })
      return [response.status, await response.text()]
    }
    const inBucket = (): number =>
      readdirSync(bucket, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('_object')).length

    const local = await create('local-disk', 'Disk', { folder: disk })
    expect([await put('a/one.txt', 'on disk'), readdirSync(disk).length]).toStrictEqual([201, 1])
    const secretAccessKey = 'S3RVER'
    await create('s3', 'S3', { endpoint: `http://127.0.0.1:${port}`, bucket: 'files', accessKeyId: 'S3RVER', secretAccessKey })
    await ada.request('setStatus', { params: local, match: local.revision, body: { status: 'reserved' } })
    expect([await put('two.txt', 'in S3'), inBucket()]).toStrictEqual([201, 1])
    expect([readdirSync(disk).length, await get('two.txt'), await get('a/one.txt')]).toStrictEqual([1, [200, 'in S3'], [200, 'on disk']])

    await server.close()
    isUp = false
    expect([await put('..%2f..%2fthree.txt', 'on disk again'), readdirSync(disk).length]).toStrictEqual([201, 2])
    expect(await get('..%2f..%2fthree.txt')).toStrictEqual([200, 'on disk again'])
    expect([await put('four.txt', 'nobody', ''), (await get('a/one.txt', ''))[0], (await get('none'))[0]]).toStrictEqual([401, 401, 404])
  } finally {
    if (isUp) await server.close()
  }
}

/** Signs somebody up as better-auth's own client does, and gives what their browser sends from then on. */
async function signedUp(url: string, name: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name, email: `${name.toLowerCase()}@example.com`, password: `password of ${name}` }),
  })
  expect(response.status, await response.clone().text()).toBe(200)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/** Streams come through, as they come. */
async function events(url: string, cookie: string): Promise<void> {
  const abort = new AbortController()
  const response = await fetch(url, { headers: { cookie }, signal: abort.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  let text = ''
  for await (const part of response.body ?? []) {
    text += Buffer.from(part as Uint8Array).toString()
    if (text.includes('event: hello')) break
  }
  abort.abort()
}
