import type { InstancesDocument } from '../operations/index.ts'
import { InstancesFileError, type FileIssue } from '../errors/index.ts'
import { parseYaml } from './parse-yaml.ts'
import { readText } from './read-text.ts'

/** A file with instances. */
export interface InstancesFile {
  /** What the file says, not checked yet: `planInstances` and `applyInstances` do. */
  readonly document: InstancesDocument
  /** Does something with the document; where that finds it wrong, its error tells lines. */
  readonly locating: <T>(work: (document: InstancesDocument) => Promise<T>) => Promise<T>
}

/**
 * Reads a YAML or JSON file with instances.
 *
 * @param from Its path, or a stream.
 * @param file What it is called in errors.
 * @throws InstancesFileError
 */
export async function readInstancesFile(from: string | AsyncIterable<unknown>, file: string): Promise<InstancesFile> {
  const { value, placeOf } = await parseYaml(await readText(from, file), file)
  const located = ({ other, ...issue }: FileIssue): FileIssue => ({
    ...issue,
    message: other === undefined ? issue.message : `${issue.message}: see line ${placeOf(other).line}`,
    ...placeOf(issue.pointer),
  })
  // It is checked where it is used.
  const document: unknown = value
  return {
    document: document as InstancesDocument,
    locating: async (work) => {
      try {
        return await work(document as InstancesDocument)
      } catch (error) {
        if (!(error instanceof InstancesFileError) || error.issues.some(({ line }) => line !== undefined)) throw error
        throw new InstancesFileError(file, error.issues.map(located), { cause: error.cause })
      }
    },
  }
}
