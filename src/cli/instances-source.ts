import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { Board } from '../index.ts'
import type { InstancesFile } from '../files/index.ts'
import type { Session } from './session.ts'

/** Options with which a file is planned and applied. */
export interface FileOptions {
  readonly adopt?: boolean
  readonly prune?: boolean
  readonly force?: boolean
  readonly allowPlainSecrets?: boolean
}

/** Reads the file that a command names, and does something with it. @throws InstancesFileError */
export async function withInstancesFile<T>(
  { startedIn }: Session,
  board: Board,
  typed: string,
  work: (document: Parameters<Board['admin']['planInstances']>[0], source: string) => Promise<T>,
): Promise<T> {
  const { readInstancesFile } = await import('../files/index.ts')
  const file: InstancesFile =
    typed === '-' ? await readInstancesFile(process.stdin, 'stdin') : await readInstancesFile(resolve(startedIn, typed), typed)
  const source = typed === '-' ? 'stdin' : sourceNamed(resolve(startedIn, typed))
  return file.locating((document) => work(document, source))
}

/** What a file is called at the instances that it manages: the same in every copy of the application's folder. */
function sourceNamed(path: string): string {
  const inside = relative(process.cwd(), path)
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : inside.split(sep).join('/')
}

/** The same options, as the board takes them. */
export function planOptions(options: FileOptions, source: string): Parameters<Board['admin']['planInstances']>[1] {
  const { adopt = false, prune = false, force = false, allowPlainSecrets = false } = options
  return { source, adopt, prune, force, plainSecrets: allowPlainSecrets }
}
