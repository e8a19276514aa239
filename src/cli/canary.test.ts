import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveAdmin } from '../../test/cli/serve-admin.ts'
import { ask } from '../../test/support/ask.ts'
import { CliHouse, type CliRoom, type Outcome, type RunOptions } from '../../test/cli/cli-room.ts'

const secrets = {
  apiKey: `canary-${randomBytes(12).toString('hex')}`,
  password: `canary/${randomBytes(12).toString('base64')}`,
  variable: `canary-${randomBytes(12).toString('hex')}`,
  file: `canary/${randomBytes(12).toString('base64')}`,
}
/** A rotation's. */
const laterKey = `k2:${randomBytes(32).toString('base64')}`
const nothingToDo = /Nothing to do|"changed": false/
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

const env = { CANARY_KEY: secrets.apiKey, CANARY_PASSWORD: secrets.password, REF_CANARY: secrets.variable }

async function run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const outcome = await room.plugboard(args, { ...options, env: { ...env, SECRETS: room.path, ...options.env } })
  said.push({ line: args.join(' '), outcome })
  return outcome
}

/**
 * Runs each command for people, as JSON and with stack traces. Positive control: each says, each time, what is no secret and must stand there. One that
 * said nothing would leak nothing.
 */
async function sayEach(
  commands: readonly (readonly [args: readonly string[], shows: string | RegExp])[],
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const [args, shows] of commands) {
    for (const [json, debug] of [
      [[], {}],
      [['--json'], {}],
      [[], { PLUGBOARD_DEBUG: '1' }],
    ] as const) {
      const { stdout, stderr } = await run([...args, ...json], { env: { ...more, ...debug } })
      expect(stdout + stderr, [...args, ...json].join(' ').slice(0, 60)).toMatch(shows)
      if (json.length > 0) expect(() => JSON.parse(stdout) as unknown, args.join(' ').slice(0, 60)).not.toThrow()
    }
  }
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
  const forms = [...Object.values(secrets), room.keys.slice(3), laterKey.slice(3)].flatMap(formsOf)
  for (const { line, outcome } of said) {
    // A secret typed into the command line stands in `line`: it is not what was said.
    for (const form of forms) expect(outcome.stdout + outcome.stderr, line.slice(0, 60)).not.toContain(form)
  }
}

test('[24] fault 16: no command prints a secret: told to people, as JSON, and with stack traces; the provider receives it', async () => {
  for (const args of [['migrate'], ['sync']]) await run(args)
  const create = (name: string): readonly string[] => ['instance', 'create', 'mailer', 'api', '--name', name, '--set', `marker=${marker}`]
  const inVariables = ['--set-env', 'apiKey=CANARY_KEY', '--set-env', 'login.password=CANARY_PASSWORD']
  expect((await run([...create('Main'), '--status', 'active', ...inVariables])).code).toBe(0)
  expect((await run([...create('Refusing'), ...inVariables, '--set', 'behaviour=refuse', '--json'])).code).toBe(0)
  const file = join(room.path, 'key')
  writeFileSync(file, secrets.file)
  const references = ['--set-ref', 'apiKey=env:REF_CANARY', '--set-ref', `login.password=file:${file}`]
  expect((await run([...create('Referring'), ...references])).code).toBe(0)
  expect((await run([...create('Referring, refusing'), ...references, '--set', 'behaviour=refuse'])).code).toBe(0)
  expect((await run([...create('Referring, broken'), ...references, '--set', 'behaviour=break'])).code).toBe(1)
  const typed = await run([...create('Typed'), '--set', `apiKey=${secrets.apiKey}`])
  expect([typed.code, typed.stderr]).toEqual([0, expect.stringContaining('warning: apiKey: a secret in the command line')])

  writeFileSync(
    join(room.path, 'plain.yaml'),
    `plugboard: 1\ninstances:\n  - { type: mailer, plugin: api, name: Filed, config: { apiKey: ${JSON.stringify(secrets.apiKey)}, marker: ${marker}, login: { password: ${JSON.stringify(secrets.password)} } } }\n`,
  )
  const id = (await run(['instance', 'show', 'Typed', '--json'])).json<{ instance: { id: string } }>().instance.id
  await sayEach([
    [['migrate'], /schema version|"applied"/],
    [['sync', '--mode', 'update'], nothingToDo],
    [['sync', '--check'], nothingToDo],
    [['list'], 'Refusing'],
    [['list', 'mailer'], 'Refusing'],
    [['explain', 'mailer'], 'Refusing'],
    [['check'], /No problem found|"name": "Refusing"/],
    [['doctor'], room.database],
    [['plugins', 'mailer'], 'marker'],
    [['plugins'], 'shipper'],
    [['strategy', 'mailer'], 'round-robin'],
    [['test', '--all'], '401 for the key [secret]'],
    [['test', 'Main'], "'Main' answered"],
    [['instance', 'show', 'Main'], marker],
    [['instance', 'set', 'Main', '--set', 'port=26', ...inVariables], /'Main' .*revision 2|"revision": 2/],
    [['instance', 'show', 'Referring'], marker],
    [['instance', 'set', 'Referring', '--set', 'port=26', ...references], /'Referring' .*revision 2|"revision": 2/],
    [['instance', 'reload', 'Referring'], 'Referring'],
    [['test', 'Referring', 'Referring, refusing'], '401 for the key [secret]'],
    [['instance', 'enable', 'Refusing'], 'Refusing'],
    [['instance', 'reserve', 'Refusing'], 'Refusing'],
    [['instance', 'disable', 'Refusing'], 'Refusing'],
    [['instance', 'move', 'Refusing', '--first'], 'Refusing'],
    [['instance', 'remove', id], id],
    [['list', '--removed'], id],
    [['instance', 'restore', id], id],
    [['instance', 'set', id, '--clear-secret', 'apiKey'], 'Typed'],
    [['history'], 'Referring'],
    [['history', 'Main'], 'config.port'],
    [['history', 'Main', '--diff'], marker],
    [['history', 'Referring', '--diff'], marker],
    [['instance', 'rollback', 'Main', '--to', await firstEntry('Main')], 'Main'],
    [['export'], marker],
    [['plan', 'plain.yaml', '--allow-plain-secrets', '--adopt'], marker],
    [['plan', 'plain.yaml'], 'a secret in plain text'],
    [['apply', 'plain.yaml', '--allow-plain-secrets', '--dry-run'], marker],
    [['apply', 'plain.yaml', '--allow-plain-secrets'], 'plain.yaml'],
    [['instance', 'set', 'Filed', '--set', 'port=27'], 'plain.yaml'],
    [['instance', 'show', 'Filed'], marker],
    [['history', 'Filed', '--diff'], marker],
    [['instance', 'take-over', 'Filed'], 'Filed'],
    [['sync', '--prune', '--dry-run'], nothingToDo],
    [['sync', '--rename'], nothingToDo],
  ])
  expectNoSecret()

  const received = readFileSync(room.received, 'utf8')
  expect(received, 'positive control: the provider gets the secret').toContain(secrets.apiKey)
  expect(received).toContain(JSON.stringify(secrets.password).slice(1, -1))
  expect(received).toContain(secrets.variable)
  expect(received).toContain(secrets.file)
})

test('[24] fault 16: no failing command prints a secret, wherever it was typed', async () => {
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
    ['--set-ref', apiKey],
    ['--set-ref', `apiKey=${apiKey}`],
    ['--set-ref', `apiKey=env:${apiKey}`],
    ['--set-ref', `apiKey=file:/${apiKey}`],
    ['--set-ref', `apiKey=${apiKey}:x`],
    ['--set-ref', `marker=env:${apiKey}`],
    ['--set-ref', 'apiKey=env:REF_CANARY', '--set', 'url=https://rogue.example'],
    ['--set-ref', 'apiKey=env:REF_CANARY', '--set', 'behaviour=break'],
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
  for (const broken of [
    `apiKey: "${apiKey}`,
    `plugboard: 1\ninstances: [${apiKey}]`,
    apiKey,
    `"${apiKey}": *${apiKey}`,
    `x: !${apiKey} y`,
  ]) {
    for (const command of ['plan', 'apply']) {
      const refused = await run([command, '-'], { input: broken })
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('instances_file')])
      await run([command, '-', '--json'], { input: broken })
    }
  }
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

test('[24] fault 16: plugboard admin prints none, and neither does anything it serves', async () => {
  const complete = {
    ...process.env,
    ...env,
    DATABASE: room.database,
    RECEIVED: room.received,
    PLUGBOARD_KEYS: room.keys,
    SECRETS: room.path,
  }
  for (const [args, debug] of [
    [[], {}],
    [['--json'], { PLUGBOARD_DEBUG: '1' }],
  ] as const) {
    await using admin = await serveAdmin(house.command, args, { cwd: room.path, env: { ...complete, ...debug } })
    const { origin } = new URL(admin.url)
    const entered = await ask(admin.url)
    const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    const get = async (path: string): Promise<string> => {
      const answer = await ask(`${origin}/api/v1${path}`, { headers: { cookie } })
      said.push({
        line: path,
        outcome: { code: answer.status, stdout: answer.text, stderr: JSON.stringify(answer.headers), json: answer.json } as Outcome,
      })
      return answer.text
    }
    const list = JSON.parse(await get('/instances?limit=100')) as {
      readonly items: readonly { readonly id: string; readonly name: string }[]
    }
    expect(list.items.map(({ name }) => name)).toContain('Main')
    const details = await Promise.all(list.items.flatMap(({ id }) => [get(`/instances/${id}`), get(`/instances/${id}/history?diff=true`)]))
    expect(details.join(), 'positive control: what is no secret is served').toContain(marker)
    for (const path of ['/me', '/types', '/history?diff=true', '/removed', '/keys', '/system', '/sync', '/nothing', '/openapi.json'])
      await get(path)
    // A failing test of a saved instance, whose provider quotes the key it was sent.
    const refusing = list.items.find(({ name }) => name === 'Refusing')?.id ?? ''
    const headers = { cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    const tested = await ask(`${origin}/api/v1/instances/${refusing}/test`, { method: 'POST', headers, body: '{}' })
    expect(tested.text).toContain('[secret]')
    said.push({ line: 'test', outcome: { code: tested.status, stdout: tested.text, stderr: '', json: tested.json } as Outcome })
    expect(await admin.end()).toBe(0)
    expect(admin.said.stdout).toContain(admin.url)
    said.push({ line: `admin ${args.join(' ')}`, outcome: { code: 0, ...admin.said, json: () => ({}) } as Outcome })
    // The session is a secret too: it is in the cookie alone.
    expect(admin.said.stdout + admin.said.stderr).not.toContain(cookie.slice(cookie.indexOf('=') + 1))
  }
  expectNoSecret()
})

test('[20][24] fault 16: rotating and verifying keys, purging the history and migrating configs print none', async () => {
  const both = { PLUGBOARD_KEYS: `${laterKey},${room.keys}` }
  const later = { ...both, API_VERSION: '2' }
  await sayEach(
    [
      [['keys', 'rotate', '--dry-run'], /with the key 'k2'|"keyId": "k2"/],
      [['keys', 'rotate'], /with the key 'k2'|"keyId": "k2"/],
      [['keys', 'verify'], /Everything opens|"ok": true/],
    ],
    both,
  )
  // Sealed with the first key once more: the second one alone does not open it.
  const again = { env: { PLUGBOARD_KEYS: `${room.keys},${laterKey}` } }
  expect((await run(['instance', 'set', 'Refusing', '--set', 'port=27'], again)).code).toBe(0)
  await sayEach([[['keys', 'verify'], 'Refusing']], { PLUGBOARD_KEYS: laterKey })
  await sayEach([[['keys', 'rotate'], 'Refusing']], { PLUGBOARD_KEYS: laterKey })

  // The step to version 2 throws all that it is given where the note is this one.
  expect((await run(['instance', 'set', 'Main', '--set', 'note=poison'], { env: both })).code).toBe(0)
  await sayEach(
    [
      [['migrate-configs', '--plan'], "can't read the note"],
      [['migrate-configs'], "can't read the note"],
      [['instance', 'show', 'Main'], "can't read the note"],
      [['instance', 'show', 'Refusing'], marker],
      [['history', 'Refusing', '--diff'], marker],
    ],
    later,
  )

  expect((await run(['instance', 'remove', 'Typed'], { env: later })).code).toBe(0)
  await sayEach(
    [
      [['history', 'purge', '--older-than', '0h', '--dry-run'], /Would be deleted: [1-9]|"entries": [1-9]/],
      [['history', 'purge', '--older-than', '0h', '--keep-last', '1', '--tombstones'], /Deleted: |"tombstones"/],
      [['history'], 'purge'],
    ],
    later,
  )
  expectNoSecret()
})
