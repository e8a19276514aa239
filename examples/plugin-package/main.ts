import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const here = import.meta.dirname
const place = await mkdtemp(join(tmpdir(), 'plugin-package-'))
const run = async (folder: string, command: string, ...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(command, [...args], { cwd: join(place, folder), shell: process.platform === 'win32' })).stdout
const npm = (folder: string, ...args: readonly string[]): Promise<string> =>
  run(folder, 'npm', ...args, '--offline', '--no-audit', '--no-fund')
const { resolve } = createRequire(import.meta.url)
const tsc = (folder: string, project: string): Promise<string> =>
  run(folder, process.execPath, join(dirname(resolve('typescript/package.json')), 'bin', 'tsc'), '-p', project)

try {
  // A place outside of this repository. What comes from the registry otherwise lies in the folder above the shop's, so that nothing is downloaded.
  for (const name of ['plugboard', 'zod', '@photostructure/sqlite', '@types/node']) {
    const link = join(place, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(dirname(resolve(`${name}/package.json`)), link, 'junction')
  }
  await mkdir(join(place, 'shop'))
  await writeFile(join(place, 'shop', 'package.json'), JSON.stringify({ private: true, type: 'module' }))

  // What its author does: build, and pack.
  await mkdir(join(place, 'pigeon'))
  for (const name of ['src', 'package.json', 'tsconfig.build.json'])
    await cp(join(here, name), join(place, 'pigeon', name), { recursive: true })
  await tsc('pigeon', 'tsconfig.build.json')
  const [packed] = JSON.parse(await npm('pigeon', 'pack', '--json')) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ]
  console.log(`Packed ${packed.filename}, with`)
  console.log(
    `  ${packed.files
      .map(({ path }) => path)
      .toSorted()
      .join(', ')}`,
  )

  // What the shop does: install it, and name it in code.
  await npm('shop', 'install', `../pigeon/${packed.filename}`, '--legacy-peer-deps')
  const shipping = (await readdir(join(here, '..', 'shipping'))).filter(
    (name) => name.endsWith('.ts') && !/^(?:main|stand-in|.*\.test)\.ts$/.test(name),
  )
  for (const name of shipping) await cp(join(here, '..', 'shipping', name), join(place, 'shop', 'shipping', name))
  await cp(join(here, 'host'), join(place, 'shop', 'host'), { recursive: true })
  const options = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
  }
  const compilerOptions = { ...options, rewriteRelativeImportExtensions: true, outDir: 'out', rootDir: '.' }
  await writeFile(join(place, 'shop', 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['host', 'shipping'] }))
  await tsc('shop', 'tsconfig.json')
  console.log('Installed into the shop, compiled, and started:')
  process.stdout.write(await run('shop', process.execPath, join('out', 'host', 'main.js')))
} finally {
  await rm(place, { recursive: true })
}
