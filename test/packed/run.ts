import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export const repository = join(import.meta.dirname, '..', '..')

/** The compilers a consumer may have. */
export const compilers = { 'TypeScript 5.9': 'typescript-5.9', 'TypeScript 7': 'typescript' } as const
export type Compiler = keyof typeof compilers
/** The ways a consumer may resolve modules. */
export const resolutions = {
  nodenext: { module: 'nodenext' },
  node20: { module: 'node20' },
  bundler: { module: 'preserve', moduleResolution: 'bundler' },
} as const
export type Resolution = keyof typeof resolutions

/** The version of a development dependency of this repository. */
export function versionOf(name: string): string {
  // Read, not required: some packages do not export it.
  return (JSON.parse(readFileSync(join(repository, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version
}

/** Runs a program and gives its standard output; throws with all it said where it fails. */
export async function run(command: string, args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  return await new Promise((resolve, reject) => {
    const options = { cwd: folder, env: { ...outside(), ...env }, maxBuffer: 64 << 20, timeout: 170_000 }
    execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${command} ${args.join(' ')} in ${folder}: ${error.message}\n${stdout}\n${stderr}`))
    })
  })
}

export const node = (folder: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> =>
  run(process.execPath, args, folder, env)

/** The npm that runs the tests, or the one on the path. */
export function npm(folder: string, ...args: readonly string[]): Promise<string> {
  const running = process.env['npm_execpath']
  return running === undefined ? run('npm', args, folder) : node(folder, [running, ...args])
}

/** Writes files into `folder`, which it makes. */
export async function write(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  return folder
}

export const fixture = (name: string): Promise<string> => readFile(join(import.meta.dirname, 'fixtures', name), 'utf8')

/** Compiles a consumer, strictly. */
export async function compile(folder: string, compiler: Compiler, options: Readonly<Record<string, unknown>>): Promise<string> {
  const project = `tsconfig.${compiler.replace(' ', '-')}.${String(options['module'])}.json`
  await write(folder, {
    [project]: JSON.stringify({ compilerOptions: { ...consumer, ...options }, exclude: ['**/*.js', 'out'] }, null, 2),
  })
  return await node(folder, [join(repository, 'node_modules', compilers[compiler], 'bin', 'tsc'), '-p', project])
}

const consumer = {
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
}

/** The environment a stranger's shell would have: nothing of this test run or of the npm around it, but where packages come from. */
function outside(): NodeJS.ProcessEnv {
  const kept = /^npm_config_(?:registry|cache|userconfig|globalconfig|proxy|https_proxy|noproxy|cafile)$/i
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => kept.test(name) || !/^(?:npm_|vitest|node_env$|node_options$|init_cwd$|tsx|plugboard_)/i.test(name),
    ),
  )
}
