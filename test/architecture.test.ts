import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { expect, test } from 'vitest'
import { commands, entries } from '../scripts/entries.mjs'
import { checkImports, type Tree } from './architecture/check-imports.ts'
import { readSource, type SourceFile } from './architecture/source-file.ts'
import { layers } from './architecture/table.ts'

const root = join(import.meta.dirname, '..')
const tree: Tree = { entries: Object.values({ ...entries, ...commands }), exists: (path) => existsSync(join(root, path)) }
const isTest = (file: SourceFile): boolean => /\.test(-d)?\.ts$/.test(file.path)
const sources = filesIn('src').filter((file) => !isTest(file))

test('a folder imports only what the table allows, through the door', () => {
  expect(sources.length).toBeGreaterThan(20)
  expect(sources.flatMap((file) => checkImports(file, tree))).toEqual([])
})

test('positive control: what the table forbids is reported, however it is written', () => {
  const report = (path: string, text: string): readonly string[] => checkImports(readSource(path, text), { ...tree, exists: () => true })
  const refused = (path: string, text: string): void => expect(report(path, text), `${path}: ${text}`).toHaveLength(1)
  const allowed = (path: string, text: string): void => expect(report(path, text), `${path}: ${text}`).toEqual([])

  // Upward, in every spelling.
  refused('src/errors/a.ts', `import { x } from '../contract/index.ts'`)
  refused('src/crypto/a.ts', `import type { x } from '../store/index.ts'`)
  refused('src/store/a.ts', `export * from '../contract/index.ts'`)
  refused('src/store/sqlite/a.ts', `export const x = () => import('../../runtime/index.ts')`)
  refused('src/sync/a.ts', `export type X = import('../runtime/index.ts').X`)
  refused('src/registry/a.ts', `import '../board.ts'`)
  refused('src/cli/a.ts', `import { seal } from '../crypto/index.ts'`)
  // Past the door, out of the house, into nothing.
  refused('src/sync/a.ts', `import { x } from '../store/rows.ts'`)
  refused('src/sync/a.ts', `import { x } from '../../test/skip.ts'`)
  refused('src/sync/a.ts', `import { x } from '../store/index.js'`)
  refused('src/unheard-of/a.ts', `import { x } from '../errors/index.ts'`)
  // Packages and modules of Node.
  refused('src/contract/a.ts', `import { z } from 'zod'`)
  refused('src/runtime/a.ts', `import { sql } from 'kysely'`)
  refused('src/admin/a.ts', `import express from 'express/lib/router'`)
  refused('src/crypto/a.ts', `import { CompactEncrypt } from 'jose'`)
  refused('src/runtime/a.ts', `import { DatabaseSync } from 'node:sqlite'`)
  refused('src/runtime/a.ts', `const sqlite = process.getBuiltinModule('node:sqlite')`)
  refused('src/config/a.ts', `export const load = (name: string) => import(name)`)
  refused('src/contract/a.ts', `import { validate } from '@standard-schema/spec'`)
  refused('src/errors/a.ts', `import { inspect } from 'node:util'`)

  allowed('src/sync/a.ts', `import { x } from '../store/index.ts'`)
  allowed('src/sync/a.ts', `import { x } from './plan.ts'`)
  allowed('src/crypto/a.ts', `export const jose = () => import('jose')`)
  allowed('src/crypto/a.ts', `import type { JWK } from 'jose'`)
  allowed('src/contract/a.ts', `import { type StandardSchemaV1 } from '@standard-schema/spec'`)
  allowed('src/cli/a.ts', `import { createBoard } from '../index.ts'`)
  allowed('src/board.ts', `import { seal } from './crypto/index.ts'`)
  allowed('src/runtime/a.ts', `// import { sql } from 'kysely'\nexport const text = "import 'kysely'"`)
})

test('no `any`, nothing silences the compiler, and what silences the linter for one line says why', () => {
  const silencers = /@ts-(?:ignore|nocheck|expect-error)|(?:ox|es)lint-disable(?!-next-line [\w/-]+ -- .)/
  const found = sources.flatMap((file) => [
    ...file.anys.map((line) => `${file.path}:${String(line)}: any`),
    ...(silencers.test(file.text) ? [`${file.path}: ${String(silencers.exec(file.text)?.[0])}`] : []),
  ])
  expect(found).toEqual([])
  expect(readSource('src/a.ts', 'const x = 1 as any').anys, 'positive control').toEqual([1])
})

test('a file above 300 lines says at its top why', () => {
  const silent = sources.filter((file) => file.lines > 300 && !/^(?:.*\n){0,2}\/\/ Long because ./.test(file.text))
  expect(silent.map((file) => `${file.path}: ${String(file.lines)} lines`)).toEqual([])
})

test('a file is named in kebab-case, and a folder of the table has its door', () => {
  expect(sources.map((file) => file.path).filter((path) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d)?\.ts$/.test(basename(path)))).toEqual([])
  const folders = new Set(
    sources
      .map((file) => file.path.split('/'))
      .flatMap(([, folder, ...below]) => (below.length > 0 && folder !== undefined ? [folder] : [])),
  )
  expect([...folders].filter((folder) => layers[folder] === undefined)).toEqual([])
  // The command line is entered by its command alone.
  expect([...folders].filter((folder) => folder !== 'cli' && !tree.exists(`src/${folder}/index.ts`))).toEqual([])
})

/** They measure a choice alone, which no public name gives. */
const choicesAlone: ReadonlySet<string> = new Set(['bench/rows/L1.ts', 'bench/rows/L2.ts'])

test('examples and benches use the public entry only', () => {
  const inner = [...filesIn('examples'), ...filesIn('bench')].flatMap((file) =>
    file.imports
      .filter(({ specifier }) => !(choicesAlone.has(file.path) && specifier === '../../src/selection/index.ts'))
      .filter(({ specifier }) => /(?:^|\/)src\/|\/dist\//.test(specifier))
      .map(({ specifier }) => `${file.path} imports '${specifier}'`),
  )
  expect(inner).toEqual([])
})

function filesIn(folder: string): readonly SourceFile[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => name.split(sep).join('/'))
  const wanted = names.filter((name) => name.endsWith('.ts') && !/(?:^|\/)(?:node_modules|run)\//.test(name))
  return wanted.map((name) => readSource(`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8')))
}
