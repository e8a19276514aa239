import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endEmbeddedPostgres } from './embedded-postgres.ts'
import { runFolderVariable } from './run-folder.ts'

/** Vitest's global setup: one folder for a run, gone after it with all that was started. */
export default function setup(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-run-'))
  process.env[runFolderVariable] = folder
  return async () => {
    await endEmbeddedPostgres(folder)
    rmSync(folder, { recursive: true, force: true })
  }
}
