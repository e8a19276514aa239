/** What stands below a command's options in its help. */
export interface HelpText {
  /** Command lines without `plugboard`. */
  readonly examples: readonly string[]
  /** Shape of the `--json` document. */
  readonly json: string
  /** When the command ends with 2. */
  readonly exit2?: string
}

export function helpText({ examples, json, exit2 }: HelpText): string {
  const lines = examples.map((example) => (example.includes('plugboard ') ? `  ${example}` : `  plugboard ${example}`))
  const exits = exit2 === undefined ? '' : `\nExit code 2: ${exit2}`
  return `\nExamples:\n${lines.join('\n')}\n\nWith --json: ${json}${exits}`
}
