import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { TempFolder } from '../../test/support/open-board.ts'
import { createBoard, discoverPackages, DiscoveryError, loadPlugins, RegistrationError } from '../index.ts'
import { sqlite } from '../sqlite.ts'

const repository = resolve(import.meta.dirname, '..', '..')

/** An application's folder, where `plugboard` is installed. */
class App extends TempFolder {
  constructor(dependencies: readonly string[] = [], more: object = {}) {
    super()
    this.write('package.json', { name: 'app', dependencies: Object.fromEntries(dependencies.map((name) => [name, '1.0.0'])), ...more })
    mkdirSync(join(this.path, 'node_modules'))
    symlinkSync(repository, join(this.path, 'node_modules', 'plugboard'), 'junction')
  }
  write(path: string, content: object | string): string {
    const file = join(this.path, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    return file
  }
  /** Installs a package; `code` is its one module. */
  install(name: string, code: string, more: object = {}, at: string = `node_modules/${name}`): void {
    this.write(`${at}/package.json`, { name, version: '1.2.3', type: 'module', plugboard: { plugins: './plugins.js' }, ...more })
    this.write(`${at}/plugins.js`, code)
  }
}

const plugin = (key: string, name = 'Acme', type = 'sms'): string => `
  import { Plugin, PluginType } from 'plugboard'
  export class Type extends PluginType('${type}') { static methods = { send: 'once' } }
  export class ${name} extends Plugin(Type, { key: '${key}' }) { async send() {} }
`
const loud = "throw new Error('its code ran')"
const keys = (plugins: readonly { readonly plugin: { readonly key: string } }[]): readonly string[] =>
  plugins.map((each) => each.plugin.key)

test('dependencies that declare plugins are found, without a line of their code being run', async () => {
  using app = new App(['acme-sms', 'plain', 'not-installed', '@acme/mail'])
  app.install('acme-sms', loud)
  app.install('@acme/mail', loud, { version: undefined, plugboard: { plugins: ['./plugins.js', 'plugins.js'] } })
  app.install('plain', loud, { plugboard: undefined })
  app.install('undeclared', loud)
  const found = await discoverPackages({ from: app.path })
  expect(found).toMatchObject([
    { name: '@acme/mail', version: null, problem: null, entries: [expect.stringMatching(/plugins\.js$/), expect.anything()] },
    { name: 'acme-sms', version: '1.2.3', problem: null },
  ])
  // From a module below it, as its URL.
  const module = app.write('src/deep/board.js', '')
  expect(await discoverPackages({ from: pathToFileURL(module).href })).toEqual(found)
  expect(await discoverPackages({ from: pathToFileURL(module) })).toEqual(found)
})

test('[5] what is named is loaded, from ES modules and CommonJS, and no other code is run; the board registers it', async () => {
  using app = new App(['acme-sms', '@acme/mail', '@acme/fax', 'loud', 'listed'])
  app.install('acme-sms', plugin('acme'))
  app.install('@acme/mail', plugin('mail', 'Mail', 'mail'))
  const commonjs = `
    const { Plugin, PluginType } = require('plugboard')
    class Fax extends PluginType('fax') { static methods = { send: 'once' } }
    module.exports = { Acme: class Acme extends Plugin(Fax, { key: 'fax' }) { async send() {} } }`
  app.install('@acme/fax', commonjs, { type: 'commonjs' })
  app.install('loud', loud)
  app.install('listed', `${plugin('listed', 'Listed', 'listed')}; export class Other extends Listed {}; export const plugins = [Listed]`)
  const plugins = await loadPlugins({ from: app.path, packages: ['acme-sms', '@acme/*', 'listed'] })
  expect(keys(plugins).toSorted()).toEqual(['acme', 'fax', 'listed', 'mail'])
  await using board = createBoard({ plugins, store: sqlite(':memory:'), migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  expect((await board.admin.list()).items.map(({ type, plugin: key }) => `${type}/${key}`).toSorted()).toEqual([
    'fax/fax',
    'listed/listed',
    'mail/mail',
    'sms/acme',
  ])
})

test('it finds them where npm, pnpm and workspaces put them: hoisted, linked, beside', async () => {
  using app = new App()
  app.write('package.json', { private: true, workspaces: ['apps/*', 'packages/*'] })
  app.write('apps/shop/package.json', {
    name: 'shop',
    dependencies: { hoisted: '1', pnpm: '1', local: 'workspace:*' },
    devDependencies: { own: '1' },
  })
  app.install('hoisted', plugin('hoisted'))
  app.install('own', plugin('own'), {}, 'apps/shop/node_modules/own')
  app.install('own', loud)
  // pnpm keeps the package elsewhere, beside what it depends on.
  app.install('pnpm', plugin('pnpm'), {}, 'node_modules/.pnpm/pnpm@1.2.3/node_modules/pnpm')
  symlinkSync(repository, join(app.path, 'node_modules/.pnpm/pnpm@1.2.3/node_modules/plugboard'), 'junction')
  symlinkSync(join(app.path, 'node_modules/.pnpm/pnpm@1.2.3/node_modules/pnpm'), join(app.path, 'apps/shop/node_modules/pnpm'), 'junction')
  app.install('local', plugin('local'), {}, 'packages/local')
  symlinkSync(join(app.path, 'packages/local'), join(app.path, 'node_modules/local'), 'junction')
  const from = join(app.path, 'apps', 'shop')
  expect((await discoverPackages({ from })).map(({ name, problem }) => [name, problem])).toEqual([
    ['hoisted', null],
    ['local', null],
    ['own', null],
    ['pnpm', null],
  ])
  expect(keys(await loadPlugins({ from, packages: ['hoisted', 'local', 'own', 'pnpm'] })).toSorted()).toEqual([
    'hoisted',
    'local',
    'own',
    'pnpm',
  ])
})

const escape = 'which is outside the package'
test.for([
  ['no path', 5, '', /must be the path/],
  ['an empty list', [], '', /must be the path/],
  ['a path that is no file', './dist/missing.js', '', /no such file. Was the package built/],
  ['a folder', './', '', /no such file/],
  ['a path upward', '../../outside.js', '', new RegExp(escape)],
  ['an absolute path', '/etc/hosts', '', new RegExp(escape)],
  ['a path through a link', './link.js', '', new RegExp(escape)],
  ['a URL', 'data:text/javascript,throw 1', '', /no such file/],
  ['a module that throws', './plugins.js', loud, /importing it failed: its code ran/],
  ['a module that throws no error', './plugins.js', "throw 'x'", /importing it failed/],
  ['a module with a mistake', './plugins.js', 'export const = 5', /importing it failed/],
  [
    'a module that needs what is not there',
    './plugins.js',
    "import 'not-to-be-found'",
    /importing it failed: Cannot find package 'not-to-be-found'/,
  ],
  ['a module without plugins', './plugins.js', 'export const x = 1', /exports no plugin/],
] as const)('a package with %s is told with its name and version, and the others beside it', async ([, declared, code, message]) => {
  using app = new App(['acme-bad', 'acme-sms'])
  app.install('acme-sms', plugin('acme'))
  app.install('acme-bad', code, { plugboard: { plugins: declared } })
  const outside = app.write('outside.js', loud)
  symlinkSync(outside, join(app.path, 'node_modules/acme-bad/link.js'))
  const refused: unknown = await loadPlugins({ from: app.path, packages: ['acme-bad', 'acme-sms', 'nobody', '@nobody/*'] }).catch(
    (error: unknown) => error,
  )
  expect(refused).toBeInstanceOf(DiscoveryError)
  expect((refused as DiscoveryError).problems).toEqual([
    { package: 'nobody', version: null, message: expect.stringContaining('npm install nobody') },
    { package: '@nobody/*', version: null, message: expect.stringContaining('no dependency') },
    { package: 'acme-bad', version: '1.2.3', message: expect.stringMatching(message) },
  ])
  expect((refused as Error).message).toContain('acme-bad 1.2.3: ')
})

test.for([
  ['text', 'x', /not JSON/],
  ['a list', '[]', /no object/],
  ['too large', ' '.repeat(1024 * 1024 + 1), /larger than 1 MiB/],
] as const)('a package.json that is %s is told, and stops nothing else', async ([, text, message]) => {
  using app = new App(['acme-bad', 'acme-sms'])
  app.install('acme-sms', plugin('acme'))
  app.write('node_modules/acme-bad/package.json', text)
  const found = await discoverPackages({ from: app.path })
  expect(found.map(({ name, problem }) => [name, problem])).toEqual([
    ['acme-bad', expect.stringMatching(message)],
    ['acme-sms', null],
  ])
})

test('names that lead elsewhere are no dependencies, and nothing is loaded that was not named', async () => {
  using app = new App(['../outside', '@../outside', '@acme/..', '.', '__proto__', 'acme-sms'])
  app.install('acme-sms', plugin('acme'))
  app.install('outside', loud, {}, 'outside')
  expect((await discoverPackages({ from: join(app.path) })).map(({ name }) => name)).toEqual(['acme-sms'])
  for (const packages of [[], ['*'], ['acme-*'], undefined, 'acme-sms'])
    await expect(loadPlugins({ from: app.path, packages: packages as never }), String(packages)).rejects.toBeInstanceOf(DiscoveryError)
})

test('[9] two packages with plugins of one key are both named, with their versions', async () => {
  using app = new App(['acme-one', 'acme-two'])
  app.install('acme-one', plugin('same', 'One'))
  app.install(
    'acme-two',
    `import { Plugin } from 'plugboard'; import { Type } from '../acme-one/plugins.js'; export class Two extends Plugin(Type, { key: 'same' }) { async send() {} }`,
    { version: '2.0.0' },
  )
  const plugins = await loadPlugins({ from: app.path, packages: ['acme-one', 'acme-two'] })
  let refused: unknown
  try {
    createBoard({ plugins, store: sqlite(':memory:') })
  } catch (error) {
    refused = error
  }
  expect(refused).toBeInstanceOf(RegistrationError)
  expect((refused as RegistrationError).problems).toMatchObject([
    { code: 'duplicate_plugin_key', subject: 'Two (of acme-two 2.0.0)', message: expect.stringContaining('One (of acme-one 1.2.3)') },
  ])
})
