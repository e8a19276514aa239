import { userInfo } from 'node:os'
import type { Actor } from '../index.ts'
import { UsageError } from './cli-errors.ts'

const longest = 200

/**
 * Who the history names: the user of the operating system, or who `--actor` says.
 *
 * @throws UsageError
 */
export function actorNamed(given: string | undefined): Actor {
  const name = (given ?? systemUser()).trim()
  if (name === '' || name.length > longest || /\p{Control}/u.test(name)) {
    throw new UsageError(`--actor takes a name of 1 to ${longest} characters, without control characters.`)
  }
  return { id: `cli:${name}`, name }
}

function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under an id that has no name.
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}
