import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliHouse, type CliRoom, type Outcome, type RunOptions } from '../../test/cli/cli-room.ts'

const secrets = {
  apiKey: `canary-${randomBytes(12).toString('hex')}`,
  password: `canary/${randomBytes(12).toString('base64')}`,
}
const marker = `marker-${randomBytes(6).toString('hex')}`

let house: CliHouse
let room: CliRoom
/** All that any command of this file said. */
const said: { readonly line: string; readonly outcome: Outcome }[] = []

beforeAll(() => {
  house = new CliHouse()
  room = house.room()
})
afterAll(() => house[Symbol.asyncDispose]())

const env = { CANARY_KEY: secrets.apiKey, CANARY_PASSWORD: secrets.password }

async function run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const outcome = await room.plugboard(args, { ...options, env: { ...env, ...options.env } })
  said.push({ line: args.join(' '), outcome })
  return outcome
}

async function firstEntry(name: string): Promise<string> {
  const { entries } = (await run(['history', name, '--json'])).json<{ entries: { id: string }[] }>()
  return entries.at(-1)?.id ?? ''
}

/** As text, JSON, URL and encodings carry it. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('hex'),
  ]
}

function expectNoSecret(): void {
  const forms = [...Object.values(secrets), room.keys.slice(3)].flatMap(formsOf)
  for (const { line, outcome } of said) {
    // A secret typed into the command line stands in `line`: it is not what was said.
    for (const form of forms) expect(outcome.stdout + outcome.stderr, line.slice(0, 60)).not.toContain(form)
  }
}

test('[24] no command prints a secret: told to people, as JSON, and with stack traces; the provider receives it', async () => {
  for (const args of [['migrate'], ['sync']]) await run(args)
  const create = (name: string): readonly string[] => ['instance', 'create', 'mailer', 'api', '--name', name, '--set', `marker=${marker}`]
  const inVariables = ['--set-env', 'apiKey=CANARY_KEY', '--set-env', 'login.password=CANARY_PASSWORD']
  expect((await run([...create('Main'), '--status', 'active', ...inVariables])).code).toBe(0)
  expect((await run([...create('Refusing'), ...inVariables, '--set', 'behaviour=refuse', '--json'])).code).toBe(0)
  const typed = await run([...create('Typed'), '--set', `apiKey=${secrets.apiKey}`])
  expect([typed.code, typed.stderr]).toEqual([0, expect.stringContaining('warning: apiKey: a secret in the command line')])

  const id = (await run(['instance', 'show', 'Typed', '--json'])).json<{ instance: { id: string } }>().instance.id
  const commands: readonly (readonly string[])[] = [
    ['migrate'],
    ['sync', '--mode', 'update'],
    ['sync', '--check'],
    ['list'],
    ['list', 'mailer'],
    ['explain', 'mailer'],
    ['check'],
    ['test', '--all'],
    ['test', 'Main'],
    ['instance', 'show', 'Main'],
    ['instance', 'set', 'Main', '--set', 'port=26', ...inVariables],
    ['instance', 'enable', 'Refusing'],
    ['instance', 'reserve', 'Refusing'],
    ['instance', 'disable', 'Refusing'],
    ['instance', 'move', 'Refusing', '--first'],
    ['instance', 'remove', id],
    ['instance', 'restore', id],
    ['instance', 'set', id, '--clear-secret', 'apiKey'],
    ['history'],
    ['history', 'Main'],
    ['history', 'Main', '--diff'],
    ['instance', 'rollback', 'Main', '--to', await firstEntry('Main')],
    ['sync', '--prune', '--dry-run'],
    ['sync', '--rename'],
  ]
  for (const args of commands) {
    await run(args)
    await run([...args, '--json'])
    await run(args, { env: { PLUGBOARD_DEBUG: '1' } })
  }
  expectNoSecret()

  const shown = said.filter(({ line, outcome }) => line.startsWith('instance show Main') && outcome.stdout.includes(marker))
  expect(shown.length, 'positive control: what is no secret is shown').toBeGreaterThan(0)
  const received = readFileSync(room.received, 'utf8')
  expect(received, 'positive control: the provider gets the secret').toContain(secrets.apiKey)
  expect(received).toContain(JSON.stringify(secrets.password).slice(1, -1))
})

test('[24] no failing command prints a secret, wherever it was typed', async () => {
  writeFileSync(join(room.path, 'broken.json'), `{"apiKey": "${secrets.apiKey}", "port": ${secrets.apiKey}`)
  writeFileSync(join(room.path, 'stranger.json'), JSON.stringify({ apKey: secrets.apiKey, login: { passwrd: secrets.password } }))
  writeFileSync(join(room.path, 'number.json'), JSON.stringify({ apiKey: secrets.apiKey, port: secrets.apiKey }))
  const create = ['instance', 'create', 'mailer', 'api', '--name', 'Bad']
  const set = ['instance', 'set', 'Main']
  const { apiKey } = secrets
  const options: readonly (readonly string[])[] = [
    ['--set', apiKey],
    ['--set', `=${apiKey}`],
    ['--set', `${apiKey}==`],
    ['--set', `apKey=${apiKey}`],
    ['--set', `apiKey.deeper=${apiKey}`],
    ['--set', `__proto__.x=${apiKey}`],
    ['--set', `port=${apiKey}`],
    ['--set', `sandbox=${apiKey}`],
    ['--set', `regions=[${apiKey}]`],
    ['--set', `limits={"perDay": ${apiKey}}`],
    ['--set', `behaviour=${apiKey}`],
    ['--set', `apiKey=${apiKey}`, '--set', `apiKey=${apiKey}`],
    ['--set', `apiKey=${apiKey}`, '--set', 'url=nowhere'],
    ['--set', `apiKey=${apiKey}`, '--set', 'behaviour=break'],
    ['--set-env', `apiKey=${apiKey}`],
    ['--set-env', 'port=CANARY_KEY'],
    ['--set-env', 'url=CANARY_KEY'],
    ['--set-env', 'apiKey=CANARY_KEY', '--set', 'behaviour=break'],
    ['--set-env', 'marker=CANARY_KEY', '--set', 'behaviour=break'],
    ['--set-file', `apiKey=${apiKey}`],
    ['--set-file', 'port=broken.json'],
    ['--from', 'broken.json'],
    ['--from', 'stranger.json'],
    ['--from', 'number.json'],
    ['--from', apiKey],
    [`--apiKey=${apiKey}`],
    [`--sett=apiKey=${apiKey}`],
    [`-xapiKey=${apiKey}`],
    ['--set', `apiKey=${apiKey}`, '--weight', 'heavy'],
    ['--set', `apiKey=${apiKey}`, '--priority', '99999999'],
    [`apiKey=${apiKey}`],
  ]
  for (const given of options) {
    for (const args of [
      [...create, ...given],
      [...set, ...given],
    ]) {
      const human = await run(args)
      expect([1, 64], args.join(' ')).toContain(human.code)
      await run([...args, '--json'])
    }
  }
  await run([...create, '--from', '-'], { input: `{"apiKey": "${apiKey}"` })
  await run([...create, '--from', '-'], { input: `{"apiKey": "${apiKey}", "behaviour": "break"}`, env: { PLUGBOARD_DEBUG: '1' } })
  await run(['instance', 'set', 'Main', '--unset', apiKey])
  await run(['instance', 'set', 'Main', '--set', 'url=https://elsewhere.example.com', '--json'])
  await run(['instance', 'set', 'Main', '--set-env', 'apiKey=CANARY_KEY', '--revision', '1', '--json'])
  await run(['instance', 'create', 'mailer', 'log', '--name', 'x', '--set', `apiKey=${apiKey}`])
  await run(['explain', 'mailer', '--context', `{"${apiKey}`])
  const key = `k9:${createHash('sha256').update(apiKey).digest('base64')}`
  const wrong = await run(['list', '--json'], { env: { PLUGBOARD_KEYS: key } })
  expect(wrong.stdout + wrong.stderr).not.toContain(key.slice(3))
  const malformed = await run(['list'], { env: { PLUGBOARD_KEYS: `${apiKey},k1:${apiKey}` } })
  expect(malformed.code).toBe(1)
  expect(said.length).toBeGreaterThan(150)
  expectNoSecret()
})

test('[24] a process of its own prints none either: what node itself would say is among it', async () => {
  const outcomes = await Promise.all([
    room.process(['test', '--all', '--json'], { env }),
    room.process(
      ['instance', 'create', 'mailer', 'api', '--name', 'Broken', '--set-env', 'apiKey=CANARY_KEY', '--set', 'behaviour=break'],
      {
        env: { ...env, PLUGBOARD_DEBUG: '1' },
      },
    ),
  ])
  expect(outcomes.map((each) => each.code)).toEqual([2, 1])
  for (const outcome of outcomes) said.push({ line: 'process', outcome })
  expectNoSecret()
})
