import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../../test/support/ask.ts'
import { CliHouse } from '../../test/cli/cli-room.ts'
import type { Admin, AdminActor } from '../admin/index.ts'
import { AdminDoor } from './admin-door.ts'

let house: CliHouse
beforeAll(() => {
  house = new CliHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const actor: AdminActor = { id: 'cli:ada', name: 'ada', permissions: ['read'] }

function doorAt(time: { now: number }): {
  readonly door: AdminDoor
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>
} {
  const door = new AdminDoor({ actor, hosts: () => ['127.0.0.1:4100', 'localhost:4100'], tokenLives: 1_000, elapsed: () => time.now })
  const behind: Admin = {
    fetch: async (request) => new Response(door.authorize(request) === null ? 'nobody' : 'ada'),
    close: () => {},
  }
  const guarded = door.guard(behind)
  return {
    door,
    get: (path, headers = {}) =>
      guarded.fetch(new Request(`http://127.0.0.1:4100${path}`, { headers: { host: '127.0.0.1:4100', ...headers } })),
  }
}

test('fault 21: the token opens once, and hands over a session that no script can read and no other site sends', async () => {
  const { door, get } = doorAt({ now: 0 })
  const path = `/enter?token=${door.token ?? ''}`
  expect(await (await get('/x')).text()).toBe('nobody')
  expect((await get('/enter?token=wrong')).status).toBe(403)
  expect((await get('/enter')).status).toBe(403)
  const entered = await get(path)
  expect([entered.status, entered.headers.get('location')]).toStrictEqual([303, './'])
  const cookie = entered.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
  expect(cookie).not.toContain(path.slice(path.indexOf('=') + 1))
  expect(await (await get('/x', { cookie: cookie.split(';')[0] ?? '' })).text()).toBe('ada')
  expect(await (await get('/x', { cookie: 'plugboard_admin=other' })).text()).toBe('nobody')
  // Spent.
  expect((await get(path)).status).toBe(403)
})

test('fault 21: the token expires', async () => {
  const time = { now: 0 }
  const { door, get } = doorAt(time)
  const path = `/enter?token=${door.token ?? ''}`
  time.now = 1_001
  expect((await get(path)).status).toBe(403)
  time.now = 0
  expect((await get(path)).status).toBe(403)
})

test('fault 21: a request for another host is refused, whatever it carries (DNS rebinding)', async () => {
  const { door, get } = doorAt({ now: 0 })
  const path = `/enter?token=${door.token ?? ''}`
  for (const host of ['evil.example', 'evil.example:4100', '127.0.0.1', '127.0.0.1:4101', '[::1]:4100', '127.0.0.1:4100.evil.example'])
    expect((await get(path, { host })).status, host).toBe(421)
  expect((await get(path, { host: 'localhost:4100' })).status).toBe(303)
})

test('fault 21: plugboard admin listens on loopback alone, and ends when it is interrupted', async () => {
  const room = house.room()
  await room.plugboard(['migrate'])
  await room.plugboard(['sync'])
  const child = spawn(process.execPath, [house.command, 'admin', '--json', '--actor', 'Ada'], {
    cwd: room.path,
    env: { ...process.env, DATABASE: room.database, PLUGBOARD_KEYS: room.keys },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let ended: unknown
  try {
    let out = ''
    const told = new Promise<{ readonly url: string; readonly port: number }>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text
        if (out.trimEnd().endsWith('}')) resolve(JSON.parse(out) as { readonly url: string; readonly port: number })
      })
      child.once('exit', (code) => reject(new Error(`it ended with ${String(code)}`)))
    })
    const { url, port } = await told
    const base = `http://127.0.0.1:${port}`
    expect((await ask(`${base}/api/v1/types`)).status).toBe(401)
    expect((await ask(`${base}/api/v1/types`, { headers: { host: 'evil.example' } })).status).toBe(421)
    const entered = await ask(url)
    const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    const me = await ask(`${base}/api/v1/me`, { headers: { cookie } })
    expect([me.status, me.json()]).toMatchObject([200, { name: 'Ada', everywhere: ['read', 'operate', 'configure'] }])
    const others = Object.values(networkInterfaces()).flatMap((each) =>
      (each ?? []).filter(({ internal, family }) => !internal && family === 'IPv4'),
    )
    for (const { address } of others) await expect(ask(`http://${address}:${port}/`)).rejects.toThrow(/ECONNREFUSED/)
  } finally {
    if (child.exitCode === null) {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      ended = ((await exit) as readonly unknown[])[0]
    }
  }
  expect(ended).toBe(0)
})
