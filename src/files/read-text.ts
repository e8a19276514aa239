import { createReadStream } from 'node:fs'
import { InstancesFileError } from '../errors/index.ts'

/** Bytes that are read of a file: some twenty thousand instances. */
const largest = 4 * 1024 * 1024

/**
 * The whole text of a file, a pipe, or standard input.
 *
 * @param file What it is called in errors.
 * @throws InstancesFileError where it can't be read, is too large, or is no text.
 */
export async function readText(from: string | AsyncIterable<unknown>, file: string): Promise<string> {
  const refuse = (message: string, cause?: unknown): InstancesFileError =>
    new InstancesFileError(file, [{ pointer: '', message }], { cause })
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    // One byte more than may be: then it is too large.
    for await (const chunk of typeof from === 'string' ? createReadStream(from, { end: largest }) : from) {
      const bytes = Buffer.from(chunk as Uint8Array)
      size += bytes.length
      if (size > largest) break
      chunks.push(bytes)
    }
  } catch (error) {
    throw refuse(`it can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`, error)
  }
  if (size > largest) throw refuse(`it is larger than ${largest / 1024 / 1024} MiB. Split it: each file manages its own instances`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (error) {
    throw refuse('it is not UTF-8 text', error)
  }
}
