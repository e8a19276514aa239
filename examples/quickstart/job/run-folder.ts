import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One run's own folder: `<base>/001`, `<base>/002`, … Earlier runs are left as they are. */
export interface RunFolder {
  readonly path: string
  readonly database: string
  readonly report: string
  readonly mail: { readonly main: string; readonly backup: string }
  readonly webhookLog: string
  readonly maildir: string
  /** How many runs `base` held before this one. */
  readonly earlier: number
}

export async function makeRunFolder(base: string): Promise<RunFolder> {
  await mkdir(base, { recursive: true })
  const earlier = (await readdir(base)).filter((name) => /^\d{3,}$/.test(name)).map(Number)
  for (let number = Math.max(0, ...earlier) + 1; ; number++) {
    const path = join(base, String(number).padStart(3, '0'))
    try {
      await mkdir(path)
    } catch (error) {
      // Another run took this number just now.
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') continue
      throw error
    }
    return {
      path,
      database: join(path, 'plugboard.db'),
      report: join(path, 'report.html'),
      mail: { main: join(path, 'smtp-main'), backup: join(path, 'smtp-backup') },
      webhookLog: join(path, 'webhook.jsonl'),
      maildir: join(path, 'maildir'),
      earlier: earlier.length,
    }
  }
}

/** Writes the board's settings where `plugboard.config.ts` and `node --env-file` find them: in the run's folder, and beside it for the last run. */
export async function writeSettings(base: string, folder: RunFolder, settings: Readonly<Record<string, string>>): Promise<void> {
  const text = Object.entries(settings)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('')
  // The keys open every stored secret: for the owner's eyes only.
  for (const place of [folder.path, base]) await writeFile(join(place, '.env'), text, { mode: 0o600 })
}
