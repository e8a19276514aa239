import { InstanceNotFoundError, PlugboardError } from '../errors/index.ts'

/** Thrown when a command was typed wrongly. The command line ends with 64. */
export class UsageError extends PlugboardError {
  static override readonly code: string = 'usage'
}

/** Thrown when there is no config file, it can't be read, or it exports no board. */
export class ConfigFileError extends PlugboardError {
  static override readonly code: string = 'config_file'
}

/** Thrown when a `--set`, `--set-env`, `--set-file`, `--set-ref`, `--unset` or `--from` does not fit the plugin's config. It quotes nothing but known paths. */
export class ConfigOptionError extends PlugboardError {
  static override readonly code: string = 'config_option'
}

/** Thrown when a file that a command would write is there already, or can't be written. */
export class OutputFileError extends PlugboardError {
  static override readonly code: string = 'output_file'
}

/** Thrown when somebody who was asked breaks off. */
export class CancelledError extends PlugboardError {
  static override readonly code: string = 'cancelled'
}

/** Thrown when a name stands for several instances. */
export class AmbiguousInstanceError extends PlugboardError {
  static override readonly code: string = 'ambiguous_instance'
  readonly candidates: readonly { readonly id: string; readonly type: string; readonly plugin: string; readonly name: string }[]
  constructor(reference: string, candidates: AmbiguousInstanceError['candidates']) {
    const lines = candidates.map((each) => `\n  ${each.id}  ${each.type}/${each.plugin}/${each.name}`)
    super(`'${reference}' names ${candidates.length} instances. Give the id, or type/plugin/name:${lines.join('')}`)
    this.candidates = candidates
  }
}

/** The library's own error, told of a name as well as of an id. */
export class InstanceUnknownError extends InstanceNotFoundError {
  constructor(reference: string, near: string | undefined, of: 'instance' | 'removed instance' = 'instance') {
    super(reference, 'unknown')
    const meant = near === undefined ? '' : ` Did you mean '${near}'?`
    const list = of === 'instance' ? 'plugboard list' : 'plugboard list --removed'
    this.message = `No ${of} has the id or name '${reference}'.${meant} Run ${list} to see them.`
  }
}
