import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Plugin } from 'plugboard'
import { z } from 'zod'
import { FileStorage } from './file-storage'

/** A folder of this machine. */
export class LocalDisk extends Plugin(FileStorage, {
  key: 'local-disk',
  label: 'Local disk',
  config: z.object({ folder: z.string().min(1).meta({ title: 'Folder' }) }),
}) {
  async onStart() {
    await mkdir(this.config.folder, { recursive: true })
  }

  /** Written whole, then renamed: nobody reads half of it. */
  async put(key: string, bytes: Uint8Array<ArrayBuffer>) {
    const draft = join(this.config.folder, `.${randomUUID()}`)
    await writeFile(draft, bytes)
    await rename(draft, this.#path(key))
    return this.instance.id
  }

  async get(key: string) {
    return new Uint8Array(await readFile(this.#path(key)))
  }

  /** Of the digest, so that no key leads out of the folder. */
  #path(key: string) {
    return join(this.config.folder, createHash('sha256').update(key).digest('hex'))
  }
}
