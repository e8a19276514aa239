import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigFileError } from '../cli-errors.ts'

export const frameworks = ['next', 'nestjs', 'fastify', 'hono', 'express'] as const
export type Framework = (typeof frameworks)[number]
export const databases = ['sqlite', 'postgres', 'mysql'] as const
export type Database = (typeof databases)[number]
export const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const
export type PackageManager = (typeof packageManagers)[number]

/** What a folder says of itself. */
export interface Project {
  readonly framework: Framework | null
  readonly database: Database
  readonly packageManager: PackageManager
  /** Whether its sources are TypeScript. */
  readonly typescript: boolean
  /** How a module of its own is imported: with which ending. */
  readonly ending: '.ts' | '.js' | '.mjs' | ''
  /** `src`, where there is one. */
  readonly sources: string
  /** Names of everything it depends on. */
  readonly dependencies: ReadonlySet<string>
}

/** @throws ConfigFileError where there is no package.json, or it can't be read. */
export function detectProject(folder: string): Project {
  const dependencies = dependenciesOf(folder)
  const has = (...names: readonly string[]): boolean => names.some((name) => dependencies.has(name))
  const packages: Readonly<Record<Framework, string>> = {
    next: 'next',
    nestjs: '@nestjs/core',
    fastify: 'fastify',
    hono: 'hono',
    express: 'express',
  }
  const typescript = has('typescript') || existsSync(join(folder, 'tsconfig.json'))
  return {
    framework: frameworks.find((each) => has(packages[each])) ?? null,
    database: has('better-sqlite3') ? 'sqlite' : has('pg') ? 'postgres' : has('mysql2') ? 'mysql' : 'sqlite',
    packageManager: packageManagerOf(folder),
    typescript,
    ending: typescript ? endingOf(folder) : '.mjs',
    sources: statSync(join(folder, 'src'), { throwIfNoEntry: false })?.isDirectory() === true ? 'src' : '',
    dependencies,
  }
}

function dependenciesOf(folder: string): ReadonlySet<string> {
  const text = textOf(join(folder, 'package.json'))
  if (text === undefined)
    throw new ConfigFileError(`There is no package.json in '${folder}'. Run npm init first, or name the application's folder.`)
  let manifest: unknown
  try {
    manifest = JSON.parse(text)
  } catch (error) {
    throw new ConfigFileError(`'${join(folder, 'package.json')}' is not JSON.`, { cause: error })
  }
  const fields = (typeof manifest === 'object' && manifest !== null ? manifest : {}) as Readonly<Record<string, unknown>>
  const names = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
    Object.keys(fields[kind] ?? {}),
  )
  return new Set(names)
}

/** By the lock file, of the folder or of a workspace above it. */
function packageManagerOf(folder: string): PackageManager {
  const locks: readonly (readonly [string, PackageManager])[] = [
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['bun.lock', 'bun'],
    ['bun.lockb', 'bun'],
    ['package-lock.json', 'npm'],
  ]
  for (let above = folder; ; above = dirname(above)) {
    const found = locks.find(([name]) => existsSync(join(above, name)))
    if (found !== undefined) return found[1]
    const named = /"packageManager"\s*:\s*"(npm|pnpm|yarn|bun)@/.exec(textOf(join(above, 'package.json')) ?? '')?.[1]
    if (named !== undefined) return named as PackageManager
    if (dirname(above) === above) return 'npm'
  }
}

/** Its comments are no JSON; the two options that matter are found all the same. */
function endingOf(folder: string): '.ts' | '.js' | '' {
  const text = textOf(join(folder, 'tsconfig.json'))
  if (text === undefined || /"allowImportingTsExtensions"\s*:\s*true/.test(text)) return '.ts'
  return /"module(?:Resolution)?"\s*:\s*"node(?:16|18|20|next)"/i.test(text) ? '.js' : ''
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '')
  } catch {
    return undefined
  }
}
