import { PlugboardError } from './plugboard-error.ts'

/** A package whose plugins can't be had. */
export interface DiscoveryProblem {
  readonly package: string
  /** `null` where none is known. */
  readonly version: string | null
  /** What is wrong, and what to do. */
  readonly message: string
}

/** Thrown when plugins of packages can't be loaded: it lists every package, with its version. */
export class DiscoveryError extends PlugboardError {
  static override readonly code: string = 'discovery'
  readonly problems: readonly DiscoveryProblem[]
  constructor(problems: readonly DiscoveryProblem[], options?: ErrorOptions) {
    const lines = problems.map(({ package: name, version, message }) => `\n  - ${name}${version === null ? '' : ` ${version}`}: ${message}`)
    super(`Plugins of ${problems.length === 1 ? 'a package' : `${problems.length} packages`} can't be loaded.${lines.join('')}`, options)
    this.problems = problems
  }
}
