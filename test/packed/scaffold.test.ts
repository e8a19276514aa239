import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { install } from './install.ts'
import { compile, node, npm, versionOf, write } from './run.ts'

const { room, tarball } = inject('packed')
const bin = (folder: string): string => join(folder, 'node_modules', 'plugboard', 'dist', 'plugboard.js')

test('[56] an application that init began compiles, migrates, syncs and lists, with the packed tarball', async () => {
  const folder = join(room, 'init')
  await mkdir(folder)
  await install(folder, {
    plugboard: `file:${tarball}`,
    zod: versionOf('zod'),
    '@photostructure/sqlite': versionOf('@photostructure/sqlite'),
    '@types/node': versionOf('@types/node'),
  })
  await write(folder, { 'tsconfig.json': '{ "compilerOptions": { "module": "nodenext" } }' })
  const said = await node(folder, [bin(folder), 'init'])
  expect(said).toContain('plugboard.config.ts')
  await compile(folder, 'TypeScript 5.9', { module: 'nodenext' })
  await compile(folder, 'TypeScript 7', { module: 'nodenext' })
  for (const command of ['migrate', 'sync']) await node(folder, [bin(folder), command])
  expect(await node(folder, [bin(folder), 'list'])).toMatch(/notifier +Log +log +active/)
})

test('[5] a plugin package that was begun is built and tested as it is, packed, found in another application, and used there', async () => {
  const folder = join(room, 'new-plugin')
  await mkdir(folder)
  await node(folder, [bin(room), 'new', 'plugin', 'payment-gateway', '--key', 'acme', '--methods', 'charge:once,refund:repeatable'])
  const plugin = join(folder, 'plugboard-payment-gateway-acme')
  const file = join(plugin, 'package.json')
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { readonly devDependencies: Record<string, string> }
  // It is not in the registry yet.
  manifest.devDependencies['plugboard'] = `file:${tarball}`
  await writeFile(file, JSON.stringify(manifest, null, 2))
  await npm(plugin, 'install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--loglevel=error')
  expect(await npm(plugin, 'test')).toMatch(/pass 2[^]*fail 0/)
  const [packed] = JSON.parse(await npm(plugin, 'pack', '--json', '--silent')) as [{ filename: string; files: { path: string }[] }]
  expect(packed.files.map(({ path }) => path).toSorted()).toEqual([
    'README.md',
    ...['contract', 'index', 'plugin'].flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`]),
    'package.json',
  ])

  const host = join(room, 'discovering')
  await mkdir(host)
  await cp(join(plugin, packed.filename), join(host, 'plugin.tgz'))
  await install(host, {
    plugboard: `file:${tarball}`,
    'plugboard-payment-gateway-acme': 'file:plugin.tgz',
    '@photostructure/sqlite': versionOf('@photostructure/sqlite'),
  })
  const config = (packages: string): string => `
    import { createBoard, loadPlugins } from 'plugboard'
    import { sqlite } from 'plugboard/sqlite'
    const plugins = ${packages === '' ? '[]' : `await loadPlugins({ from: import.meta.url, packages: ['${packages}'] })`}
    export const board = createBoard({ plugins, store: sqlite('plugboard.db') })`
  await write(host, { 'plugboard.config.mjs': config('') })
  expect(await node(host, [bin(host), 'list', '--discover'])).toMatch(/plugboard-payment-gateway-acme +0\.1\.0 +not loaded/)
  await write(host, { 'plugboard.config.mjs': config('plugboard-payment-gateway-acme') })
  expect(await node(host, [bin(host), 'list', '--discover'])).toMatch(/loaded: payment-gateway\/acme/)
  for (const command of ['migrate', 'sync']) await node(host, [bin(host), command])
  expect(await node(host, [bin(host), 'plugins', 'payment-gateway', 'acme'])).toContain('apiKey')
})
