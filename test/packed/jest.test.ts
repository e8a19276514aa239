import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { install } from './install.ts'
import { node, versionOf, write } from './run.ts'

const jest = '30.5.2'

/**
 * The package is ESM only, so Jest runs it as Jest's documentation on ECMAScript modules says: `node --experimental-vm-modules` and no transform.
 */
test(`[56] Jest ${jest} loads the package with --experimental-vm-modules`, async () => {
  const { room, tarball } = inject('packed')
  const folder = await write(join(room, 'jest'), {
    'jest.config.json': JSON.stringify({ testEnvironment: 'node', transform: {} }),
    'greeter.test.js': `
      import { createBoard, Plugin, PluginType } from 'plugboard'
      import { sqlite } from 'plugboard/sqlite'
      class Greeter extends PluginType('greeter') { static methods = { greet: 'repeatable' } }
      class Polite extends Plugin(Greeter, { key: 'polite' }) { greet(name) { return 'Good day, ' + name } }
      test('greets', async () => {
        const board = createBoard({ plugins: [Polite], store: sqlite('jest.db'), migrate: 'on-start', sync: 'on-start' })
        await board.ready()
        expect(board.get(Greeter).greet('Ada')).toBe('Good day, Ada')
        await board.close()
      })`,
  })
  await install(folder, { plugboard: `file:${tarball}`, jest, '@photostructure/sqlite': versionOf('@photostructure/sqlite') })
  const report = JSON.parse(
    await node(folder, ['--experimental-vm-modules', join('node_modules', 'jest', 'bin', 'jest.js'), '--json']),
  ) as { numPassedTests: number }
  expect(report.numPassedTests).toBe(1)
})
