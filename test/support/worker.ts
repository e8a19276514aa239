import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Makes one JavaScript file of a worker's TypeScript, so that a test's many processes start fast. Inside the repository, where its packages resolve.
 *
 * @param name File beside this one, without `.ts`.
 * @param beside Another folder that it is in.
 */
export async function bundleWorker(
  name: string,
  beside: URL = new URL('./', import.meta.url),
): Promise<{ readonly path: string } & Disposable> {
  const folder = fileURLToPath(new URL('../../.tmp/workers/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const path = `${folder}${name}-${randomUUID()}.mjs`
  await build({
    entryPoints: [fileURLToPath(new URL(`./${name}.ts`, beside))],
    outfile: path,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  })
  return { path, [Symbol.dispose]: () => rmSync(path, { force: true }) }
}
