import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { transform } from 'esbuild'
import ts from 'typescript-5.9'
import { expect, inject, test } from 'vitest'
import { entries } from '../../scripts/entries.mjs'
import { readSource } from '../architecture/source-file.ts'
import { write } from './run.ts'

const installed = join(inject('packed').room, 'node_modules', 'plugboard')

/**
 * What importing an entry may cost: kilobytes of our code that it loads at once, minified and gzipped, and how many types the compiler instantiates for it.
 * A change that goes over is one to think about: load the new thing when it is first needed, or raise the number and say why in the commit. `npm run bench --
 * U1 U2 T1` has the figures beside those of others.
 */
const budgets: Readonly<Record<string, { readonly kilobytes: number; readonly instantiations: number }>> = {
  index: { kilobytes: 84, instantiations: 4_600 },
  mysql: { kilobytes: 23, instantiations: 200 },
  postgres: { kilobytes: 23, instantiations: 200 },
  sqlite: { kilobytes: 23, instantiations: 200 },
  redis: { kilobytes: 6, instantiations: 200 },
  otel: { kilobytes: 4, instantiations: 200 },
  admin: { kilobytes: 94, instantiations: 200 },
  client: { kilobytes: 3, instantiations: 200 },
  express: { kilobytes: 3, instantiations: 200 },
  fastify: { kilobytes: 3, instantiations: 200 },
  hono: { kilobytes: 2, instantiations: 200 },
  nestjs: { kilobytes: 3, instantiations: 200 },
  next: { kilobytes: 2, instantiations: 200 },
  node: { kilobytes: 3, instantiations: 200 },
  legacy: { kilobytes: 7, instantiations: 200 },
  testing: { kilobytes: 101, instantiations: 200 },
}

test('every entry has a budget', () => {
  expect(Object.keys(budgets).toSorted()).toEqual(Object.keys(entries).toSorted())
})

test('what an entry loads at once stays within its budget of bytes', async () => {
  const sizes = await Promise.all(Object.keys(entries).map(async (name) => [name, await kilobytesOf(`dist/${name}.js`)] as const))
  const over = sizes.filter(([name, size]) => size > (budgets[name]?.kilobytes ?? 0))
  expect(over, `kilobytes: ${JSON.stringify(Object.fromEntries(sizes))}`).toEqual([])
})

test('what using an entry costs the compiler stays within its budget of type instantiations', async () => {
  const folder = await write(
    join(inject('packed').room, 'budgets'),
    Object.fromEntries(Object.keys(entries).map((name) => [`${name}.ts`, use(name)])),
  )
  const counts = countInstantiations(folder)
  const over = Object.entries(counts).filter(([name, count]) => count > (budgets[name]?.instantiations ?? 0))
  expect(over, `instantiations: ${JSON.stringify(counts)}`).toEqual([])
})

/** Looks at every member of an entry, and of `plugboard` defines and calls a plugin. */
function use(name: string): string {
  const all = `import * as entry from 'plugboard${name === 'index' ? '' : `/${name}`}'\nexport const all: Readonly<Record<string, unknown>> = { ...entry }\n`
  return name === 'index' ? all + contract : all
}

const contract = `
import { createBoard, Plugin, PluginType, type Methods, type StoreFactory } from 'plugboard'
import { z } from 'zod'
abstract class Mailer extends PluginType('mailer') {
  static readonly methods: Methods<Mailer> = { send: 'once' }
  abstract send(to: string): Promise<string>
}
class Api extends Plugin(Mailer, { key: 'api', config: z.object({ url: z.url(), token: z.string(), limits: z.object({ day: z.int().default(1) }) }), secrets: { token: { boundTo: ['url'] } } }) {
  async send(to: string): Promise<string> { return this.config.token + String(this.config.limits.day) + to }
}
declare const store: StoreFactory
export const sent = createBoard({ plugins: [Api], store }).use(Mailer).send('you')
`

/** Modules of the package that importing one loads, itself included. */
function modulesOf(entry: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(entry)) return seen
  seen.add(entry)
  for (const { kind, specifier } of readSource(join(installed, entry)).imports)
    if (kind === 'static' && specifier.startsWith('.')) modulesOf(join(dirname(entry), specifier), seen)
  return seen
}

async function kilobytesOf(entry: string): Promise<number> {
  const texts = await Promise.all(
    [...modulesOf(entry)].map(
      async (file) => (await transform(readFileSync(join(installed, file), 'utf8'), { minify: true, format: 'esm' })).code,
    ),
  )
  return Math.round(gzipSync(texts.join('\n')).length / 100) / 10
}

/** Counts, not times: the same on every machine. What all of them read is read once. */
function countInstantiations(folder: string): Readonly<Record<string, number>> {
  const options = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  }
  const host = ts.createCompilerHost(options)
  host.getCurrentDirectory = () => folder
  const read = host.getSourceFile.bind(host)
  const known = new Map<string, ts.SourceFile | undefined>()
  host.getSourceFile = (file, ...rest) => {
    if (!known.has(file)) known.set(file, read(file, ...rest))
    return known.get(file)
  }
  const counts = Object.keys(entries).map((name) => {
    const program = ts.createProgram([join(folder, `${name}.ts`)], options, host)
    const errors = ts.getPreEmitDiagnostics(program, program.getSourceFile(join(folder, `${name}.ts`)))
    expect(errors.map(({ messageText }) => messageText)).toEqual([])
    return [name, program.getInstantiationCount()] as const
  })
  return Object.fromEntries(counts)
}
