import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { compile, compilers, node, write, type Compiler } from './run.ts'

const { room } = inject('packed')

test('[56] a CommonJS module requires the package and gets the same classes as an import', async () => {
  const folder = await write(join(room, 'commonjs'), {
    'main.cjs': `
      const { createBoard, Plugin, PluginType, PlugboardError } = require('plugboard')
      const { sqlite } = require('plugboard/sqlite')
      class Greeter extends PluginType('greeter') { static methods = { greet: 'repeatable' } }
      class Polite extends Plugin(Greeter, { key: 'polite' }) { greet(name) { return 'Good day, ' + name } }
      async function main() {
        const imported = await import('plugboard')
        if (imported.createBoard !== createBoard || imported.PlugboardError !== PlugboardError) throw new Error('two copies')
        const board = createBoard({ plugins: [Polite], store: sqlite('commonjs.db'), migrate: 'on-start', sync: 'on-start' })
        await board.ready()
        console.log(board.get(Greeter).greet('Ada'))
        await board.close()
      }
      main().catch((error) => { console.error(error); process.exitCode = 1 })`,
  })
  expect(await node(folder, ['main.cjs'])).toBe('Good day, Ada\n')
})

const cases = (Object.keys(compilers) as Compiler[]).flatMap((compiler) =>
  (['nodenext', 'node20'] as const).map((module) => ({ compiler, module })),
)

test.for(cases)('a .cts file type-checks on $compiler, module $module', async ({ compiler, module }) => {
  const folder = await write(join(room, 'commonjs-types', compiler.replace(' ', '-'), module), {
    'package.json': '{ "type": "commonjs" }',
    'main.cts': `
      import { Plugin, PluginType, type Methods } from 'plugboard'
      import plugboard = require('plugboard')
      abstract class Greeter extends PluginType('greeter') {
        static readonly methods: Methods<Greeter> = { greet: 'repeatable' }
        abstract greet(name: string): string
      }
      class Polite extends Plugin(Greeter, { key: 'polite' }) { greet(name: string) { return name } }
      export const board: plugboard.Board | undefined = undefined
      export const plugins = [Polite]`,
  })
  await compile(folder, compiler, { module })
})
