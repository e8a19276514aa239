import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliHouse, type CliRoom } from '../../test/cli/cli-room.ts'

let house: CliHouse
let template: CliRoom

beforeAll(async () => {
  house = new CliHouse()
  template = house.room()
  await template.plugboard(['migrate'])
  await template.plugboard(['sync'])
  expect((await template.plugboard(['instance', 'create', 'mailer', 'api', '--name', 'Main'])).code).toBe(0)
})
afterAll(() => house[Symbol.asyncDispose]())

test('[30] four processes migrate and sync a new database at once: one schema, one row each', async () => {
  const room = house.room()
  const migrated = await Promise.all([1, 2, 3, 4].map(() => room.process(['migrate', '--json'])))
  expect(migrated.map(({ code, stderr }) => [code, stderr])).toEqual(Array.from({ length: 4 }, () => [0, '']))
  expect(migrated.filter(({ json }) => json<{ applied: unknown[] }>().applied.length > 0)).toHaveLength(1)
  const synced = await Promise.all([1, 2, 3, 4].map(() => room.process(['sync', '--json'])))
  expect(synced.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  const { types } = (await room.plugboard(['list', '--json'])).json<{ types: { instances: { name: string }[] }[] }>()
  expect(types.map(({ instances }) => instances.map(({ name }) => name))).toEqual([['Log'], ['Post']])
})

test('two processes create the same name at once: one has it, the other is told', async () => {
  const room = house.room(template)
  const create = ['instance', 'create', 'mailer', 'api', '--name', 'Same', '--json']
  const both = await Promise.all([room.process(create), room.process(create)])
  expect(both.map(({ code }) => code).toSorted()).toEqual([0, 1])
  const lost = both.find(({ code }) => code === 1)
  expect(lost?.json()).toMatchObject({
    error: { code: 'duplicate_name', instanceName: 'Same', message: expect.stringContaining('Choose another name') },
  })
})

test('processes that set different fields of one instance at once lose nothing', async () => {
  const room = house.room(template)
  const fields = ['marker=m', 'port=1', 'limits.perDay=2', 'login.user=u']
  const done = await Promise.all(fields.map((field) => room.process(['instance', 'set', 'Main', '--set', field])))
  expect(done.map(({ code, stderr }) => [code, stderr])).toEqual(fields.map(() => [0, '']))
  const shown = (await room.plugboard(['instance', 'show', 'Main', '--json'])).json()
  expect(shown).toMatchObject({ instance: { revision: 5, config: { marker: 'm', port: 1, limits: { perDay: 2 }, login: { user: 'u' } } } })
})

test('a reader that goes away is no error', async () => {
  const room = house.room(template)
  const child = spawn(process.execPath, [house.command, 'list', '--json'], {
    cwd: room.path,
    env: { ...process.env, DATABASE: room.database, PLUGBOARD_KEYS: room.keys },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect([code, stderr]).toEqual([0, ''])
})

test('a command ends, with its own code, though the application leaves a timer running and a rejection uncaught', async () => {
  const room = house.room(template)
  const stray = `export { board } from ${JSON.stringify(house.config)}\nsetInterval(() => {}, 1_000)\nvoid Promise.reject(new Error('stray-text'))`
  writeFileSync(join(room.path, 'stray.config.ts'), stray)
  const ended = await room.process(['sync', '--check', '-c', 'stray.config.ts'])
  expect(ended.code).toBe(0)
  expect(ended.stdout).toContain('Nothing to do')
  expect(ended.stderr).toMatch(/^warning: Something in the application's code failed beside the command/)
  expect(ended.stderr).not.toContain('stray-text')
})

test('a process ends with 2 and 64 as the shell sees it', async () => {
  const room = house.room()
  const [, usage] = await Promise.all([room.plugboard(['migrate']), room.process(['--prun'])])
  expect(usage).toMatchObject({ code: 64, stdout: '', stderr: "error[usage]: unknown option '--prun'\n" })
  expect((await room.process(['sync', '--check'])).code).toBe(2)
})
