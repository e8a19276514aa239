import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliHouse, type Outcome } from '../../test/cli/cli-room.ts'
import { fine } from '../../test/cli/sample-board.ts'

let house: CliHouse
beforeAll(() => {
  house = new CliHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

interface Begun {
  readonly framework: string | null
  readonly database: string
  readonly packageManager: string
  readonly created: readonly string[]
  readonly changed: readonly string[]
  readonly left: readonly { readonly path: string; readonly why: string }[]
  readonly next: readonly string[]
}

class Folder {
  readonly path: string = house.room().path
  constructor(files: Readonly<Record<string, string | object>>) {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true })
      writeFileSync(join(this.path, name), typeof content === 'string' ? content : JSON.stringify(content))
    }
  }
  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8')
  }
  run(...args: string[]): Promise<Outcome> {
    // A process each: a module that was imported once is not read again in the same one.
    return house.room().process(args, { cwd: this.path, env: { PLUGBOARD_KEYS: undefined } })
  }
}
const dependencies = (...names: readonly string[]): object => ({
  'package.json': { dependencies: Object.fromEntries(names.map((name) => [name, '1'])) },
})

test('an application begins: what init writes migrates, syncs and lists; the key is readable by nobody else, ignored by git, and in no output', async () => {
  const folder = new Folder({ 'package.json': '{ "type": "module" }' })
  const begun = fine(await folder.run('init'))
  const key = /^PLUGBOARD_KEYS=(k1:[\w+/]{43}=)$/m.exec(folder.read('.env'))?.[1] ?? ''
  expect(key).not.toBe('')
  expect(begun.stdout + begun.stderr).not.toContain(key.slice(3))
  expect(statSync(join(folder.path, '.env')).mode & 0o777).toBe(0o600)
  expect(folder.read('.gitignore')).toBe('.env\nplugboard.db*\n')
  expect(begun.stdout).toContain('npx plugboard migrate && npx plugboard sync && npx plugboard list')
  for (const command of ['migrate', 'sync']) fine(await folder.run(command))
  expect(fine(await folder.run('list')).stdout).toMatch(/notifier\s+Log\s+log\s+active/)
  const created = await folder.run(
    'instance',
    'create',
    'notifier',
    'webhook',
    '--name',
    'Main',
    '--set',
    'url=https://hook.example',
    '--set-env',
    'token=PATH',
  )
  expect(fine(created).stdout).toContain("Created 'Main'")
})

test.for([
  [
    ['express', 'pg'],
    { 'tsconfig.json': '{ /* a comment */ "compilerOptions": { "module": "nodenext" } }', 'package-lock.json': '{}' },
    ['express', 'postgres', 'npm'],
    'plugins.js',
    'postgres(process.env.DATABASE_URL ?? ',
  ],
  [
    ['fastify', 'mysql2', 'typescript'],
    { 'pnpm-lock.yaml': '' },
    ['fastify', 'mysql', 'pnpm'],
    'plugins.ts',
    'mysql(process.env.DATABASE_URL ?? ',
  ],
  [
    ['@nestjs/core', 'express', 'better-sqlite3', 'pg'],
    { 'tsconfig.json': '{ "compilerOptions": { "module": "commonjs" } }', 'yarn.lock': '', 'src/main.ts': '' },
    ['nestjs', 'sqlite', 'yarn'],
    "src/plugboard/plugins'",
    "sqlite('plugboard.db')",
  ],
  [['hono'], { 'bun.lock': '' }, ['hono', 'sqlite', 'bun'], 'plugins.mjs', "sqlite('plugboard.db')"],
  [
    ['next', 'express', 'typescript'],
    { 'tsconfig.json': '{ "compilerOptions": { "moduleResolution": "bundler" } }' },
    ['next', 'sqlite', 'npm'],
    "plugboard/plugins'",
    "sqlite('plugboard.db')",
  ],
  [[], {}, [null, 'sqlite', 'npm'], 'plugins.mjs', "sqlite('plugboard.db')"],
] as const)(
  'for %j it finds framework, database client and package manager',
  async ([names, files, [framework, database, packageManager], plugins, store]) => {
    const folder = new Folder({ ...dependencies(...names), ...files })
    const begun = fine(await folder.run('init', '--json')).json<Begun>()
    expect([begun.framework, begun.database, begun.packageManager]).toEqual([framework, database, packageManager])
    const config = folder.read(begun.created.find((path) => path.startsWith('plugboard.config')) ?? '')
    expect(config).toContain(plugins)
    expect(config).toContain(store)
    // Whatever the ending of its imports is, the command reads it.
    expect(fine(await folder.run('plugins')).stdout).toContain('webhook')
  },
)

test('nothing that is there is overwritten, and a second time nothing is done: it says what it left', async () => {
  const folder = new Folder({
    ...dependencies('express'),
    '.env': 'SECRET=mine',
    '.gitignore': 'node_modules\n/.env\n*.db',
    'plugboard/notifier.mjs': '// mine\n',
  })
  const begun = fine(await folder.run('init', '--json')).json<Begun>()
  expect(begun.changed).toEqual(['.env'])
  expect(begun.left).toEqual([
    { path: 'plugboard/notifier.mjs', why: 'it is there already' },
    { path: '.gitignore', why: 'it has this already' },
    { path: '.gitignore', why: 'it has this already' },
  ])
  expect(folder.read('.env')).toMatch(/^SECRET=mine\nPLUGBOARD_KEYS=k1:.*\n$/)
  expect(statSync(join(folder.path, '.env')).mode & 0o777).toBe(0o600)
  expect(folder.read('plugboard/notifier.mjs')).toBe('// mine\n')
  const before = ['.env', '.gitignore', 'plugboard.config.mjs', 'plugboard/plugins.mjs'].map((name) => folder.read(name))
  const again = fine(await folder.run('init', '--json')).json<Begun>()
  expect([again.created, again.changed, again.left.map(({ path }) => path)]).toEqual([
    [],
    [],
    ['plugboard.config.mjs', '.env', '.gitignore', '.gitignore'],
  ])
  expect(['.env', '.gitignore', 'plugboard.config.mjs', 'plugboard/plugins.mjs'].map((name) => folder.read(name))).toEqual(before)
})

test('an .env that is a link is left, and so is one that has a key; a folder that is no application is told', async () => {
  const folder = new Folder({ ...dependencies(), 'elsewhere/.env': 'OF=another\n' })
  symlinkSync(join(folder.path, 'elsewhere', '.env'), join(folder.path, '.env'))
  const begun = fine(await folder.run('init', '--json')).json<Begun>()
  expect(begun.left).toContainEqual({ path: '.env', why: expect.stringContaining('PLUGBOARD_KEYS') })
  expect(folder.read('elsewhere/.env')).toBe('OF=another\n')
  const keyed = new Folder({ ...dependencies(), '.env': 'export PLUGBOARD_KEYS=k9:mine' })
  await keyed.run('init')
  expect(keyed.read('.env')).toBe('export PLUGBOARD_KEYS=k9:mine')
  const nothing = await new Folder({}).run('init')
  expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining('There is no package.json')])
  const broken = await new Folder({ 'package.json': '{' }).run('init')
  expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('is not JSON')])
})

test('a plugin package takes the methods of the type from the board, or from --methods', async () => {
  const room = house.room()
  const made = fine(await room.plugboard(['new', 'plugin', 'mailer', '--key', 'acme', '--json'])).json<{
    folder: string
    created: readonly string[]
  }>()
  expect(made.created).toEqual([
    'package.json',
    'tsconfig.json',
    '.gitignore',
    'src/contract.ts',
    'src/index.ts',
    'src/plugin.ts',
    'src/plugin.test.ts',
    'README.md',
  ])
  const read = (name: string): string => readFileSync(join(made.folder, name), 'utf8')
  expect(JSON.parse(read('package.json'))).toMatchObject({
    name: 'plugboard-mailer-acme',
    plugboard: { plugins: './dist/index.js' },
    peerDependencies: { plugboard: expect.any(String) },
  })
  expect(read('src/contract.ts')).toContain("class Mailer extends PluginType('mailer', { label: 'Mailers' })")
  expect(read('src/contract.ts')).toContain("{ send: 'once' }")
  const again = await room.plugboard(['new', 'plugin', 'mailer', '--key', 'acme'])
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is there already')])

  const folder = new Folder({})
  const without = await folder.run(
    'new',
    'plugin',
    'payment-gateway',
    '--key',
    'acme',
    '--methods',
    'charge:once, refund:repeatable',
    '--name',
    '@acme/pay',
    '--folder',
    'here',
  )
  expect(fine(without).stdout).toContain('src/plugin.ts')
  expect(folder.read('here/src/contract.ts')).toContain("PaymentGateway extends PluginType('payment-gateway'")
})

test.for([
  [['new', 'plugin', 'sms'], 64, '--key is needed'],
  [['new', 'plugin', 'unknown', '--key', 'a'], 1, "'unknown'"],
  [['new', 'plugin', 'sms', '--key', 'a b'], 64, 'takes a key'],
  [['new', 'plugin', '../sms', '--key', 'a', '--methods', 'send:once'], 64, '<type> takes a key'],
  [['new', 'plugin', 'sms', '--key', 'a', '--methods', 'send'], 64, '--methods takes'],
  [['new', 'plugin', 'sms', '--key', 'a', '--methods', 'onStart:once'], 64, '--methods takes'],
  [['new', 'plugin', 'sms', '--key', 'a', '--methods', 'send:once', '--name', '../x'], 64, 'name of an npm package'],
  [['new', 'plugin', 'sms', '--key', 'a', '--methods', 'send:once', '--config', 'nowhere.ts'], 0, ''],
  [['init', '--database', 'oracle'], 64, 'oracle'],
] as const)('%j ends with %i', async ([args, code, message]) => {
  const outcome = await house.room().plugboard(args)
  expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(message)])
})

test('list --discover finds what dependencies declare, and says what of it the board has', async () => {
  const folder = new Folder({
    'package.json': { name: 'app', dependencies: { 'acme-sms': '1', 'acme-bad': '1', 'acme-other': '1' } },
    'node_modules/acme-sms/package.json': { name: 'acme-sms', version: '1.2.3', type: 'module', plugboard: { plugins: './index.js' } },
    'node_modules/acme-sms/index.js':
      "import { Plugin, PluginType } from 'plugboard'\nclass Sms extends PluginType('sms') { static methods = { send: 'once' } }\nexport class Acme extends Plugin(Sms, { key: 'acme' }) { async send() {} }\n",
    'node_modules/acme-bad/package.json': { name: 'acme-bad', version: '2.0.0', plugboard: { plugins: '../../outside.js' } },
    'node_modules/acme-other/package.json': { name: 'acme-other', version: '3.0.0', plugboard: { plugins: './index.js' } },
    'node_modules/acme-other/index.js': "throw new Error('its code ran')\n",
    'plugboard.config.ts':
      "import { createBoard, loadPlugins } from 'plugboard'\nimport { sqlite } from 'plugboard/sqlite'\nconst plugins = await loadPlugins({ from: import.meta.url, packages: ['acme-sms'] })\nexport const board = createBoard({ plugins, store: sqlite('plugboard.db') })\n",
  })
  const run = (...args: string[]): Promise<Outcome> => folder.run(...args)
  const listed = await run('list', '--discover')
  expect([listed.code, listed.stderr]).toEqual([2, ''])
  expect(listed.stdout).toMatch(/acme-bad +2\.0\.0 +.*outside the package/)
  expect(listed.stdout).toMatch(/acme-other +3\.0\.0 +not loaded/)
  expect(listed.stdout).toMatch(/acme-sms +1\.2\.3 +loaded: sms\/acme/)
  expect((await run('list', '--discover', '--json')).json()).toMatchObject({
    packages: [{ name: 'acme-bad' }, { loaded: [] }, { loaded: ['sms/acme'], problem: null }],
  })
  expect((await run('list', '--discover', '--removed')).code).toBe(64)
  // What can't be loaded at the start is told with its package and version.
  writeFileSync(join(folder.path, 'node_modules/acme-sms/index.js'), "throw new Error('no luck')\n")
  const failed = await run('list')
  expect([failed.code, failed.stderr]).toEqual([
    1,
    expect.stringMatching(/error\[discovery\][^]*acme-sms 1\.2\.3: importing it failed: no luck/),
  ])
})
