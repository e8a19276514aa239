import type { ConfigIssue } from './config-errors.ts'
import { PlugboardError } from './plugboard-error.ts'

/** Thrown when an operator changes an instance that a file decides about. Nothing was written. */
export class ManagedByFileError extends PlugboardError {
  static override readonly code: string = 'managed_by_file'
  readonly instanceName: string
  /** What manages it, as the file calls itself. */
  readonly file: string
  constructor(instanceName: string, file: string) {
    super(
      `'${instanceName}' is managed by '${file}', which decides about it. Change it there and run plugboard apply; ` +
        'or take it over first, with plugboard instance take-over or on its page.',
    )
    this.instanceName = instanceName
    this.file = file
  }
}

/** One thing wrong with instances as a file says them. */
export interface FileIssue extends ConfigIssue {
  /** Where in the text, from 1; absent where what was given is no text. */
  readonly line?: number
  readonly column?: number
  /** Pointer to the other place, where two don't go together. */
  readonly other?: string
}

/** Thrown when instances as a file says them can't be applied: it lists everything that is wrong. It shows no secret. Nothing was written. */
export class InstancesFileError extends PlugboardError {
  static override readonly code: string = 'instances_file'
  readonly file: string
  readonly issues: readonly FileIssue[]
  constructor(file: string, issues: readonly FileIssue[], options?: ErrorOptions) {
    const lines = issues.slice(0, mostTold).map((issue) => `\n  - ${placeOf(file, issue)}: ${issue.message}`)
    const more = issues.length > mostTold ? `\n  and ${issues.length - mostTold} more` : ''
    super(`'${file}' can't be applied, and nothing was written: ${issues.length} to mend.${lines.join('')}${more}`, options)
    this.file = file
    this.issues = issues
  }
}

const mostTold = 50

function placeOf(file: string, { line, column, pointer }: FileIssue): string {
  const where = pointer === '' ? '' : ` ${pointer}`
  return line === undefined ? where.trim() || '(whole file)' : `${file}:${line}:${column ?? 1}${where}`
}
