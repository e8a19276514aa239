import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty folder for a test, removed when it is disposed of. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly file: (name: string) => string }> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-store-'))
  return {
    file: (name) => join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
