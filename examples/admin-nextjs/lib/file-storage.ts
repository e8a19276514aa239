import { PluginType, type Methods } from 'plugboard'

/** Keeps files. */
export abstract class FileStorage extends PluginType('file-storage', { label: 'File storage' }) {
  /** Writing the same bytes in a second place does no harm: where one storage fails, the next one gets the file. */
  static readonly methods: Methods<FileStorage> = { put: 'repeatable', get: 'repeatable' }
  /** @returns id of the instance that has it now: it is read from there, whichever one gets the next file */
  abstract put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<string>
  abstract get(key: string): Promise<Uint8Array<ArrayBuffer>>
}
