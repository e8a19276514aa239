import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { commands, entries, exportsField } from '../../scripts/entries.mjs'
import { readSource } from '../architecture/source-file.ts'
import { layers } from '../architecture/table.ts'
import { compile, compilers, node, repository, write, type Compiler } from './run.ts'

const installed = join(inject('packed').room, 'node_modules', 'plugboard')
const files = readdirSync(installed, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1))

/** What importing an entry loads at once: packages and modules of Node, through all chunks. */
function loadedBy(entry: string, seen: Set<string> = new Set()): readonly string[] {
  if (seen.has(entry)) return []
  seen.add(entry)
  const { imports } = readSource(join(installed, entry))
  return imports
    .filter(({ kind }) => kind === 'static')
    .flatMap(({ specifier }) => (specifier.startsWith('.') ? loadedBy(join(dirname(entry), specifier), seen) : [specifier]))
}

/** The files of the package that importing one of them loads at once. */
function modulesOf(entry: string, seen: Set<string> = new Set()): readonly string[] {
  if (seen.has(entry)) return []
  seen.add(entry)
  const inner = readSource(join(installed, entry)).imports.filter(({ kind, specifier }) => kind === 'static' && specifier.startsWith('.'))
  return [entry, ...inner.flatMap(({ specifier }) => modulesOf(join(dirname(entry), specifier), seen))]
}

test(`importing 'plugboard' loads no package: no driver, no Kysely, no jose, no command line`, () => {
  expect(loadedBy('dist/index.js').filter((name) => !name.startsWith('node:'))).toEqual([])
})

test('an entry never loads a database driver, jiti or the command line by being imported', () => {
  const heavy = /^(?:node:sqlite|better-sqlite3|@photostructure\/sqlite|commander|@clack\/prompts|jiti|jose|pg|mysql2)$/
  const modules = files.filter((file) => /^dist\/[^/]+\.js$/.test(file) && file !== 'dist/plugboard.js')
  expect(modules.length).toBeGreaterThan(2)
  expect(
    modules.flatMap((entry) =>
      loadedBy(entry)
        .filter((name) => heavy.test(name))
        .map((name) => `${entry}: ${name}`),
    ),
  ).toEqual([])
})

test('an adapter loads nothing but what it translates with: no framework, neither its own nor another, and no schema; its types need none either', () => {
  const packages = (entry: string): readonly string[] =>
    [...new Set(loadedBy(entry))].filter((name) => !name.startsWith('node:')).toSorted()
  const onNode = ['@hono/node-server', '@hono/node-server/utils/response']
  const adapters = ['express', 'fastify', 'nestjs', 'node', 'hono', 'next', 'client']
  expect(Object.fromEntries(adapters.map((name) => [name, packages(`dist/${name}.js`)]))).toStrictEqual({
    express: onNode,
    fastify: onNode,
    nestjs: onNode,
    node: onNode,
    hono: [],
    next: [],
    client: [],
  })
  expect(packages('dist/admin.js')).toStrictEqual(['hono', 'zod'])
  const typed = files.filter((file) => /^dist\/types\/(?:frameworks|admin)\/.*\.d\.ts$/.test(file))
  const named = typed.flatMap((file) => readSource(join(installed, file)).imports.map(({ specifier }) => specifier))
  expect(typed.length).toBeGreaterThan(10)
  expect(named.filter((name) => /express|fastify|nestjs|next|hono/.test(name) && !name.startsWith('.'))).toStrictEqual([])
})

test('every entry that an application mounts is imported where no framework is installed', async () => {
  const script = `
    const loaded = await Promise.all(['admin', 'client', 'express', 'fastify', 'hono', 'nestjs', 'next', 'node'].map((name) => import('plugboard/' + name)))
    console.log(loaded.flatMap((each) => Object.keys(each)).filter((name) => /Admin$/.test(name)).sort().join())`
  const room = join(installed, '..', '..')
  expect(readdirSync(join(room, 'node_modules')).filter((name) => /^(?:express|fastify|@nestjs|next)$/.test(name))).toStrictEqual([])
  expect((await node(room, ['--input-type=module', '-e', script])).trim()).toBe(
    'createAdmin,expressAdmin,fastifyAdmin,honoAdmin,nestAdmin,nextAdmin,nodeAdmin',
  )
})

test('an entry of one database has none of another in it', () => {
  const marks = { sqlite: 'pragma_data_version', postgres: 'json_to_recordset', mysql: 'json_table(' }
  const texts = Object.keys(marks).map(
    (entry) => [entry, modulesOf(`dist/${entry}.js`).map((file) => readFileSync(join(installed, file), 'utf8'))] as const,
  )
  const found = texts.map(([entry, modules]) => [
    entry,
    Object.entries(marks).flatMap(([name, mark]) => (modules.some((text) => text.includes(mark)) ? [name] : [])),
  ])
  expect(Object.fromEntries(found)).toEqual({ sqlite: ['sqlite'], postgres: ['postgres'], mysql: ['mysql'] })
})

/** Every kind of file that is published, with what it is for. A file of another kind fails the test below: look whether it should leave the house. */
const kinds: Readonly<Record<string, RegExp>> = {
  'what npm shows': /^(?:README\.md|LICENSE|CHANGELOG\.md|package\.json)$/,
  'an entry or a command': new RegExp(`^dist/(?:${[...Object.keys(entries), ...Object.keys(commands)].join('|')})\\.js$`),
  'code that they share': /^dist\/chunks\/[A-Z0-9]{8}\.js$/,
  "the admin's page": /^dist\/page\.js$/,
  'declarations of a room': new RegExp(`^dist/types/(?:${Object.keys(layers).join('|')})/(?:[a-z0-9-]+/)*[a-z0-9-]+\\.d\\.ts$`),
  'declarations of the board and its entries': /^dist\/types\/[a-z0-9-]+\.d\.ts$/,
}

test('the package holds what is imported and nothing of the workshop: every file is of a kind that was looked at, and every kind is there', () => {
  const kindOf = (file: string): string | undefined => Object.keys(kinds).find((kind) => kinds[kind]?.test(file))
  expect(files.filter((file) => kindOf(file) === undefined)).toEqual([])
  expect(new Set(files.map(kindOf))).toEqual(new Set(Object.keys(kinds)))
  expect(files.filter((file) => /\.test|test-d|\.map$|tsbuildinfo/.test(file))).toEqual([])
  for (const name of ['LICENSE', 'README.md', ...Object.keys({ ...entries, ...commands }).map((entry) => `dist/${entry}.js`)])
    expect(files).toContain(name)
  expect(JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))).toMatchObject({ exports: exportsField() })
})

test('the page is in the package: its document and what that names are served from an installed one, under any prefix', async () => {
  const folder = await write(join(inject('packed').room, 'page'), {
    'main.mjs': `
      import { createBoard } from 'plugboard'
      import { createAdmin } from 'plugboard/admin'
      import { sqlite } from 'plugboard/sqlite'
      const board = createBoard({ plugins: [], store: sqlite(':memory:'), migrate: 'on-start' })
      const admin = createAdmin(board, { authorize: () => ({ id: 'ops', name: 'Ops', permissions: ['read'] }) })
      const ask = (path) => admin.fetch(new Request('http://here' + path), { prefix: '/back/office' })
      const page = await ask('/back/office/types/any')
      const text = await page.text()
      const named = [...text.matchAll(/(?:src|href)="(\\.\\.\\/assets\\/[^"]+)"/g)].map(([, file]) => new URL(file, 'http://here/back/office/types/any').pathname)
      const answers = await Promise.all(named.map(ask))
      console.log(JSON.stringify({ page: page.status, named: named.length, statuses: [...new Set(answers.map((each) => each.status))] }))
      await board.close()
    `.replaceAll('\\\\', '\\'),
  })
  expect(JSON.parse(await node(folder, ['main.mjs']))).toMatchObject({
    page: 200,
    named: expect.toSatisfy((count) => Number(count) >= 2) as number,
    statuses: [200],
  })
})

test('nothing published names a folder of the machine that built it, or a file that is not there', () => {
  const told = files.filter((file) =>
    readFileSync(join(installed, file), 'utf8').includes(dirname(repository) === '/' ? repository : dirname(repository)),
  )
  expect(told).toEqual([])
  const dangling = files
    .filter((file) => /\.(?:js|d\.ts)$/.test(file))
    .flatMap((file) =>
      readSource(join(installed, file))
        .imports.filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => join(dirname(file), specifier))
        .filter((target) => !files.includes(file.endsWith('.d.ts') ? target.replace(/\.js$/, '.d.ts') : target)),
    )
  expect(dangling).toEqual([])
  expect(files.filter((file) => readFileSync(join(installed, file), 'utf8').includes('sourceMappingURL'))).toEqual([])
})

test.for(Object.keys(compilers) as Compiler[])('the declarations are right on %s, with no library check skipped', async (compiler) => {
  const imports = Object.keys(entries).map(
    (name, index) => `import * as e${String(index)} from 'plugboard${name === 'index' ? '' : `/${name}`}'`,
  )
  const folder = await write(join(inject('packed').room, 'declarations', compiler.replace(' ', '-')), {
    'main.ts': `${imports.join('\n')}\nexport const all = [${imports.map((_, index) => `e${String(index)}`).join(', ')}]\n`,
  })
  // @types/node itself fails under exactOptionalPropertyTypes.
  await compile(folder, compiler, { module: 'nodenext', skipLibCheck: false, exactOptionalPropertyTypes: false })
})

test('exported classes keep their names, and entries share one copy of each', async () => {
  const script = `
    const root = await import('plugboard')
    const testing = await import('plugboard/testing')
    const wrong = Object.entries(root).filter(([name, value]) => typeof value === 'function' && /^[A-Z]\\w+Error$/.test(name) && value.name !== name)
    const doubled = Object.keys(testing).filter((name) => name in root && testing[name] !== root[name])
    console.log(JSON.stringify({ wrong: wrong.map(([name]) => name), doubled }))`
  expect(JSON.parse(await node(join(installed, '..', '..'), ['--input-type=module', '-e', script]))).toEqual({ wrong: [], doubled: [] })
})

test('the command answers', async () => {
  const help = await node(join(installed, '..', '..'), [join(installed, 'dist', 'plugboard.js'), '--help'])
  expect(help).toContain('plugboard')
})
