import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { operator, type Operator } from '../examples/quickstart/job/operator.ts'
import { generateKey } from '../src/index.ts'
import { skipWithReason } from './skip.ts'
import { TempFolder, until } from './support/open-board.ts'
import { OwnRedis, redisWanting } from './support/own-redis.ts'
import { onPostgres, postgresDatabase, postgresUrl } from './support/postgres-test-database.ts'

const root = join(import.meta.dirname, '..')
const quickstart = join(root, 'examples', 'quickstart')

interface ComposeService {
  readonly command?: string
  readonly working_dir?: string
  /** YAML gives numbers, too. */
  readonly environment?: Readonly<Record<string, string | number>>
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>
}
const compose = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>
}

test('compose.yaml runs what is there: each file it starts, each service it waits for, each host its settings name', () => {
  const { services } = compose
  expect(Object.keys(services).filter((name) => name.startsWith('app'))).toHaveLength(3)
  for (const [name, service] of Object.entries(services)) {
    const dependencies = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {})
    for (const other of dependencies) expect(services, `${name} waits for ${String(other)}`).toHaveProperty(String(other))
    const folder = join(root, (service.working_dir ?? '/app').replace('/app', '.'))
    const files = (service.command ?? '').split(' ').filter((word) => /\.(?:ts|sh|mjs)$/.test(word))
    for (const file of files) expect(existsSync(join(folder, file)), `${name} starts ${file}`).toBe(true)
    const addresses = Object.values(service.environment ?? {}).filter((value) => /^(?:postgres|redis):/.test(`${value}`))
    for (const address of addresses) expect(services, `${address}`).toHaveProperty(new URL(`${address}`).hostname)
  }
})

const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const each of closing.toReversed()) await each()
})

/** What compose.yaml starts, without containers: a database of its own, Redis, three replicas. */
async function startReplicas(): Promise<{ readonly ports: readonly number[]; readonly messages: string; readonly at: Operator }> {
  const name = `plugboard_test_${randomBytes(6).toString('hex')}`
  await onPostgres(postgresUrl(), (client) => client.query(`create database ${name}`))
  closing.push(() => onPostgres(postgresUrl(), (client) => client.query(`drop database ${name} with (force)`)))
  const folder = new TempFolder()
  closing.push(() => folder[Symbol.dispose]())
  const redis = await OwnRedis.start()
  closing.push(() => redis[Symbol.asyncDispose]())
  const database = new URL(postgresUrl())
  database.pathname = `/${name}`
  const env = {
    PLUGBOARD_DB: database.href,
    PLUGBOARD_REDIS: redis.url,
    PLUGBOARD_KEYS: generateKey('k1'),
    MESSAGES: folder.path,
  }
  const setUp = spawn('sh', [join(quickstart, 'set-up-replicas.sh')], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  setUp.stdout.resume()
  const [code] = (await once(setUp, 'exit')) as [number | null]
  expect(code).toBe(0)
  const ports = await Promise.all([1, 2, 3].map(() => startReplica(env)))
  return { ports, messages: folder.path, at: operator(env) }
}

async function startReplica(env: Readonly<Record<string, string>>): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(quickstart, 'replica.ts')], {
    env: { ...process.env, ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  closing.push(async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  })
  if (child.stdout === null) throw new Error('The replica has no output.')
  for await (const line of createInterface(child.stdout)) {
    const port = /listens on (\d+)/.exec(line)?.[1]
    if (port !== undefined) return Number(port)
  }
  throw new Error('The replica ended before it listened.')
}

async function order(port: number, id: string): Promise<{ readonly status: number; readonly instance: string }> {
  const body = { id, customer: 'Ada', email: 'ada@shop.example', items: '1 book', total: 12, currency: 'EUR' }
  const response = await fetch(`http://127.0.0.1:${port}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, instance: ((await response.json()) as { instance?: string }).instance ?? '' }
}

skipWithReason(postgresDatabase.wanting ?? redisWanting)(
  '[42] three replicas on one PostgreSQL follow an operator at another terminal, and every order arrives once',
  async () => {
    const { ports, messages, at } = await startReplicas()
    const placed: string[] = []
    const place = async (): Promise<string> => {
      const id = `o-${String(placed.length).padStart(5, '0')}`
      placed.push(id)
      const { status, instance } = await order(ports[placed.length % ports.length] ?? 0, id)
      return `${status} ${instance}`
    }
    const many = async (): Promise<ReadonlySet<string>> => new Set(await Promise.all(Array.from({ length: 30 }, place)))
    expect(await many()).toEqual(new Set(['201 Files one']))

    // Orders go on while the operator types, and until all replicas have seen it.
    const during: string[] = []
    const typed = new AbortController()
    const ordering = (async () => {
      while (!typed.signal.aborted) during.push(await place())
    })()
    await at.plugboard('instance', 'disable', 'Files one')
    await until(async () => [...(await many())].join() === '201 Files two')
    typed.abort()
    await ordering
    expect(during.filter((answer) => !answer.startsWith('201 '))).toEqual([])
    expect(await many()).toEqual(new Set(['201 Files two']))

    const arrived = (await Promise.all(['one', 'two'].map((name) => idsIn(join(messages, name, 'new'))))).flat()
    expect(arrived.toSorted()).toEqual(placed.toSorted())

    expect((await order(ports[0] ?? 0, '../../etc')).status).toBe(422)
    expect((await fetch(`http://127.0.0.1:${ports[1] ?? 0}/orders`, { method: 'POST', body: '{' })).status).toBe(422)
  },
  180_000,
)

/** The orders whose messages lie in a folder. */
async function idsIn(folder: string): Promise<string[]> {
  const files = await readdir(folder)
  return Promise.all(files.map(async (name) => /o-\d{5}/.exec(await readFile(join(folder, name), 'utf8'))?.[0] ?? `no order in ${name}`))
}
