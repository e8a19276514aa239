import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { npm, repository, versionOf } from './run.ts'

/** What the packed tests share. */
export interface Packed {
  /** A folder outside the repository whose node_modules holds the tarball. Folders made in it resolve to that. */
  readonly room: string
  readonly tarball: string
}

declare module 'vitest' {
  interface ProvidedContext {
    packed: Packed
  }
}

/** Packs the built package once and installs it once; PLUGBOARD_KEEP=1 leaves the folder for a look. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const room = await mkdtemp(join(tmpdir(), 'plugboard-packed-'))
  const remove = async (): Promise<void> => {
    if (process.env['PLUGBOARD_KEEP'] === undefined) await rm(room, { recursive: true, force: true })
    else console.log(`Kept ${room}`)
  }
  try {
    // npm test has built; packing must not build again under tests that run.
    const [packed] = JSON.parse(await npm(repository, 'pack', '--json', '--ignore-scripts', '--pack-destination', room)) as [
      { filename: string },
    ]
    const tarball = join(room, packed.filename)
    const schemas = ['zod', 'arktype', 'joi', 'valibot', '@valibot/to-json-schema']
    const sdk = ['api', 'context-async-hooks', 'sdk-metrics', 'sdk-trace-base'].map((name) => `@opentelemetry/${name}`)
    const observing = ['pino', ...sdk]
    await install(room, {
      plugboard: `file:${tarball}`,
      ...Object.fromEntries([...schemas, ...observing].map((name) => [name, versionOf(name)])),
      '@photostructure/sqlite': versionOf('@photostructure/sqlite'),
      '@types/node': versionOf('@types/node'),
    })
    project.provide('packed', { room, tarball })
  } catch (error) {
    await remove()
    throw error
  }
  return remove
}

/** Makes `folder` a package with these dependencies, installed. */
export async function install(folder: string, dependencies: Readonly<Record<string, string>>): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }, null, 2))
  await npm(folder, 'install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--loglevel=error')
}
