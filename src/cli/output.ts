import { PlugboardError } from '../errors/index.ts'
import { reportOf } from './error-report.ts'
import { makePaint, type Paint } from './paint.ts'
import type { Streams } from './streams.ts'
import { visible, visibleJson } from './visible.ts'

export interface OutputOptions {
  readonly streams: Streams
  readonly json: boolean
  /** False with `--no-color`. */
  readonly color: boolean
  /** Whether stack traces are wanted. */
  readonly debug: boolean
}

/** Shorter values stand in ordinary words too often to be taken out of a text. */
const shortestConcealed = 4

/** Where a command's result, advice and error go: the result to stdout, one JSON document with `--json`; all else to stderr. */
export class Output {
  readonly isJson: boolean
  /** Colours for the result. */
  readonly paint: Paint
  readonly #paintError: Paint
  readonly #options: OutputOptions
  readonly #concealed = new Set<string>()

  constructor(options: OutputOptions) {
    const { json, color: wanted } = options
    this.#options = options
    this.isJson = json
    this.paint = makePaint({ isTerminal: process.stdout.isTTY, wanted, env: process.env })
    this.#paintError = makePaint({ isTerminal: process.stderr.isTTY, wanted, env: process.env })
  }

  /**
   * Prints what the command is about.
   *
   * @param data The document of `--json`.
   * @param human The text otherwise, made of texts that are fit to be shown.
   */
  result(data: object, human: (paint: Paint) => string): void {
    this.#options.streams.out(`${this.isJson ? visibleJson(data) : human(this.paint)}\n`)
  }

  /** Says something beside the result. */
  note(text: string): void {
    this.#options.streams.error(`${this.#paintError.dim(this.#fit(text))}\n`)
  }

  warn(text: string): void {
    this.#options.streams.error(`${this.#paintError.yellow('warning:')} ${this.#fit(text)}\n`)
  }

  /** Tells why the command failed. */
  fail(error: unknown): void {
    const report = reportOf(error)
    if (this.isJson) this.#options.streams.out(`${visibleJson({ error: this.#withoutSecretsIn(report) })}\n`)
    else {
      this.#options.streams.error(`${this.#paintError.red(`error[${report.code}]:`)} ${this.#fit(report.message)}\n`)
      if (report.hint !== undefined) this.note(report.hint)
      if (!(error instanceof PlugboardError) && !this.#options.debug) this.note('Set PLUGBOARD_DEBUG=1 to see where this comes from.')
    }
    if (this.#options.debug) this.#trace(error)
  }

  /** Takes these values out of whatever is said on the way: somebody typed them as secrets. */
  conceal(values: readonly string[]): void {
    for (const value of values) if (value.length >= shortestConcealed) this.#concealed.add(value)
  }

  /** Stacks only: the fields of a provider's error may hold a whole request. */
  #trace(error: unknown): void {
    for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) {
      this.#options.streams.error(`${this.#fit(each.stack ?? each.message)}\n`)
    }
  }

  #fit(text: string): string {
    return visible(this.#withoutSecrets(text))
  }

  #withoutSecrets(text: string): string {
    // The longest first, or a part of one would be replaced inside another.
    const values = [...this.#concealed].toSorted((a, b) => b.length - a.length)
    return values.reduce((rest, value) => rest.replaceAll(value, '[secret]'), text)
  }

  #withoutSecretsIn(value: unknown): unknown {
    if (typeof value === 'string') return this.#withoutSecrets(value)
    if (Array.isArray(value)) return value.map((item) => this.#withoutSecretsIn(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#withoutSecretsIn(item)]))
  }
}
