import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliHouse, type CliRoom } from '../../test/cli/cli-room.ts'

let house: CliHouse

beforeAll(() => {
  house = new CliHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

/** A folder with files of its own, in an application's tree. */
function folder(files: Readonly<Record<string, string>>): CliRoom {
  const room = house.room()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(room.path, name, '..'), { recursive: true })
    writeFileSync(join(room.path, name), text)
  }
  return room
}

const empty = "createBoard({ plugins: [], store: sqlite('own.db') })"
const esm = `import { createBoard } from 'plugboard'\nimport { sqlite } from 'plugboard/sqlite'\n`
const cjs = `const { createBoard } = require('plugboard')\nconst { sqlite } = require('plugboard/sqlite')\n`

const configs: Readonly<Record<string, string>> = {
  'plugboard.config.ts': `${esm}export const board = ${empty} satisfies object`,
  'plugboard.config.mts': `${esm}export default ${empty}`,
  'plugboard.config.js': `${esm}export default { board: ${empty} }`,
  'plugboard.config.mjs': `${esm}export const board = Promise.resolve(${empty})`,
  'plugboard.config.cts': `${cjs}module.exports = { board: ${empty} }`,
  'plugboard.config.cjs': `${cjs}module.exports = ${empty}`,
}
test.for(Object.entries(configs))('%s is found and exports a board in its own way', async ([name, text]) => {
  const { plugboard } = folder({ [name]: text })
  const { code, stdout, stderr } = await plugboard(['migrate'])
  expect(stderr).toBe('')
  expect([code, stdout]).toEqual([0, expect.stringContaining('own.db')])
})

test('there is one copy of plugboard, whatever imports it: the config, its modules, a package, and require', async () => {
  const { process } = folder({
    'plugboard.config.ts': `
import * as byConfig from 'plugboard'
import { byModule, Type } from './own/module.ts'
import byPackage from 'a-package'
import { createRequire } from 'node:module'
const byNode = createRequire(import.meta.url)('plugboard')
const byRequire = require('plugboard')
import { sqlite } from 'plugboard/sqlite'
const copies = new Set([byConfig, byModule, byPackage, byNode, byRequire].map((each) => each.createBoard))
export const board = byConfig.createBoard({ plugins: [], types: [Type], store: sqlite('own.db') })
console.error(JSON.stringify({
  copies: copies.size,
  board: board.constructor === byPackage.createBoard({ plugins: [], store: sqlite(':memory:') }).constructor,
  type: board.internals.registry.type(Type).class === Type,
  error: new byModule.Unavailable('x') instanceof byConfig.Unavailable && byNode.Unavailable === byConfig.Unavailable,
}))`,
    'own/module.ts': `
import * as byModule from 'plugboard'
import { PluginType, type Methods } from 'plugboard'
export { byModule }
export abstract class Type extends PluginType('type') {
  static readonly methods: Methods<Type> = { go: 'once' }
  abstract go(): void
}`,
    'node_modules/a-package/package.json': '{ "name": "a-package", "type": "module", "exports": "./index.js" }',
    'node_modules/a-package/index.js': "import * as all from 'plugboard'\nexport default all",
  })
  const { code, stderr } = await process(['migrate'])
  expect(stderr.trim()).toBe(JSON.stringify({ copies: 1, board: true, type: true, error: true }))
  expect(code).toBe(0)
})

test('a board of another copy of plugboard works too, and its errors are known as ours', async () => {
  const { plugboard, path } = folder({ 'plugboard.config.ts': `${esm}export const board = ${empty}` })
  mkdirSync(join(path, 'node_modules'))
  // The repository's own build, beside the installed one that was started.
  symlinkSync(join(import.meta.dirname, '..', '..'), join(path, 'node_modules', 'plugboard'), 'junction')
  expect((await plugboard(['migrate'])).code).toBe(0)
  const failed = await plugboard(['explain', 'nothing', '--json'])
  expect([failed.code, failed.json()]).toMatchObject([1, { error: { code: 'unknown_type', type: 'nothing' } }])
})

test('the nearest config above is used, as if the command had been typed beside it', async () => {
  const { plugboard, path } = folder({ 'plugboard.config.ts': `${esm}export const board = ${empty}`, 'a/b/here.txt': '' })
  const { stdout } = await plugboard(['migrate', '--json'], { cwd: join(path, 'a', 'b') })
  expect(stdout).toContain('own.db')
  expect((await plugboard(['migrate'])).stdout, 'the same file').toContain('nothing to do')
})

test('--config names a file from the folder the command is typed in, and that folder stays', async () => {
  const { plugboard, path } = folder({ 'conf/my-board.ts': `${esm}export const board = ${empty}` })
  expect((await plugboard(['migrate', '-c', 'conf/my-board.ts'])).code).toBe(0)
  expect((await plugboard(['migrate', '--config', '../conf/my-board.ts'], { cwd: join(path, 'conf') })).stdout, 'another own.db').toContain(
    'was 0',
  )
})

test('paths of tsconfig.json lead to modules', async () => {
  const { plugboard } = folder({
    'tsconfig.json': '{ "compilerOptions": { "paths": { "@app/*": ["./source/*"] } } }',
    'source/my-board.ts': `${esm}export const board = ${empty}`,
    'plugboard.config.ts': "export { board } from '@app/my-board'",
  })
  expect(await plugboard(['migrate'])).toMatchObject({ code: 0, stderr: '' })
})

test('[50] what is wrong with the config file is said, and what to write', async () => {
  const files = {
    'none.mjs': 'export const bord = 1; export const other = 2',
    'empty.mjs': '',
    'throws.mjs': "throw new Error('no database for you')",
    'syntax.ts': 'export const board: = 1',
    'missing.mjs': "import 'not-installed'",
    'wrong.mjs': `${esm}export const board = createBoard({ plugins: [class Lost {}], store: undefined, keys: 'k1:AAAA' })`,
    'odd.mjs': 'throw null',
  }
  const { plugboard } = folder(files)
  const said = await Promise.all([...Object.keys(files), 'absent.ts'].map((name) => plugboard(['list', '--json', '-c', name])))
  expect(said.map(({ code, json }) => [code, json<{ error: { code: string } }>().error.code])).toEqual([
    ...Array.from({ length: 5 }, () => [1, 'config_file']),
    [1, 'registration'],
    [1, 'config_file'],
    [1, 'config_file'],
  ])
  const messages = said.map(({ json }) => json<{ error: { message: string } }>().error.message)
  expect(messages[0]).toMatch(/none\.mjs' exports no board, but bord, other\. Write in none\.mjs: export const board/)
  expect(messages[2]).toContain('no database for you')
  expect(messages[3]).toMatch(/syntax\.ts.*1:20/s)
  expect(messages[4]).toContain('not-installed')
  for (const part of ['3 problems', 'Lost: is no plugin', "the key 'k1' has 3 bytes", 'is no store']) expect(messages[5]).toContain(part)
  expect(messages[5]).not.toContain('AAAA')
  const nowhere = await plugboard(['list'], { cwd: '/' })
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('export const board = createBoard')])
})

test('check tells of a wrong registration as of a problem', async () => {
  const { plugboard } = house.room()
  const checked = await plugboard(['check', '--json'], { env: { BAD_PLUGIN: '1' } })
  expect([checked.code, checked.json()]).toMatchObject([
    2,
    { ok: false, store: null, registration: [{ code: 'not_a_plugin', subject: 'Lost' }], instances: [] },
  ])
  expect((await plugboard(['check'], { env: { BAD_PLUGIN: '1' } })).stdout).toContain('Lost: is no plugin')
})
