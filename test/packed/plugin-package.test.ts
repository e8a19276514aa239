import { randomBytes } from 'node:crypto'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { install } from './install.ts'
import { compile, compilers, fixture, node, npm, versionOf, write, type Compiler } from './run.ts'

const { room, tarball } = inject('packed')
const sources = async (): Promise<Record<string, string>> => ({
  'package.json': await fixture('plugin-package/package.json'),
  'src/index.ts': await fixture('plugin-package/src/index.ts'),
  'src/messenger.ts': await fixture('plugin-package/src/messenger.ts'),
})
const building = { module: 'nodenext', noEmit: false, declaration: true, rootDir: 'src', outDir: 'dist' }

test.for(Object.keys(compilers) as Compiler[])(
  '[5] a plugin package builds with declarations on %s, every inferred type nameable',
  async (compiler) => {
    const folder = await write(join(room, 'plugin-package', compiler.replace(' ', '-')), await sources())
    await compile(folder, compiler, building)
  },
)

test('[5] a packed plugin package, installed into a host, is used after sync', async () => {
  const plugin = await write(join(room, 'plugin-package', 'packed'), await sources())
  await compile(plugin, 'TypeScript 7', building)
  await npm(plugin, 'pack', '--ignore-scripts')

  const host = join(room, 'plugin-host')
  await mkdir(host)
  await copyFile(join(plugin, 'plugboard-messenger-telegram-1.0.0.tgz'), join(host, 'plugin.tgz'))
  await install(host, {
    plugboard: `file:${tarball}`,
    'plugboard-messenger-telegram': 'file:plugin.tgz',
    zod: versionOf('zod'),
    '@photostructure/sqlite': versionOf('@photostructure/sqlite'),
    '@types/node': versionOf('@types/node'),
  })
  await write(host, { 'main.ts': await fixture('plugin-host/main.ts') })
  await compile(host, 'TypeScript 5.9', { module: 'nodenext' })
  await compile(host, 'TypeScript 7', { module: 'nodenext', noEmit: false, outDir: 'out' })
  const output = await node(host, ['out/main.js'], { PLUGBOARD_KEYS: `k1:${randomBytes(32).toString('base64')}` })
  expect(JSON.parse(output)).toEqual({ before: 'printed: hello', after: 'c-1: hello', known: true, explained: true })
})
