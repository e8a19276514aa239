/** A piece of a document that the tests do something with. */
export type Step =
  /** A module: compiled; run unless `run` is false. Pieces with the same `file` follow each other in it. */
  | { readonly kind: 'module'; readonly file: string; readonly code: string; readonly run: boolean; readonly line: number }
  /** Commands for a shell, with `plugboard` on the path. */
  | { readonly kind: 'shell'; readonly code: string; readonly line: number }
  /** Lines that the run before must have printed, in this order; a line `…` stands for any number of others. */
  | { readonly kind: 'output'; readonly lines: readonly string[]; readonly line: number }

interface Block {
  readonly language: string
  readonly meta: string
  readonly code: string
  readonly line: number
}

/**
 * Reads a document's snippets, in order. The info string after the three backticks says what becomes of one:
 *
 * - `ts`: a module of its own, compiled and run.
 * - `ts file=shop.ts`: written to shop.ts beside the document's other files, appended where the name was seen before; compiled. With `run` also run.
 * - `ts no-run`: compiled only.
 * - `ts ignore="why"`: left alone.
 * - `sh run`: run by bash. Plain `sh` is left alone.
 * - `text output`: what the run before must have printed.
 *
 * A comment `<!-- ts … -->` is the same, unseen by the reader.
 */
export function snippetsOf(markdown: string): readonly Step[] {
  return blocksOf(markdown).flatMap(({ language, meta, code, line }): readonly Step[] => {
    const words = meta.replaceAll(/\w+="[^"]*"/g, '').split(/\s+/)
    if (/^(?:typescript|js|javascript|mts|cts)$/.test(language))
      throw new Error(`Line ${String(line)}: write \`ts\` instead of \`${language}\`.`)
    if (language === 'sh' && words.includes('run')) return [{ kind: 'shell', code, line }]
    if (language === 'text' && words.includes('output')) return [{ kind: 'output', lines: code.trimEnd().split('\n'), line }]
    if (language !== 'ts' || /\bignore="[^"]+"/.test(meta)) return []
    const file = /\bfile=(\S+)/.exec(meta)?.[1]
    const run = file === undefined ? !words.includes('no-run') : words.includes('run')
    return [{ kind: 'module', file: file ?? `line-${String(line)}.ts`, code, run, line }]
  })
}

/** The document's modules, whole: file name → text. */
export function filesOf(steps: readonly Step[]): Readonly<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const step of steps) if (step.kind === 'module') files[step.file] = `${files[step.file] ?? ''}${step.code}\n`
  return files
}

/** Whether `output` holds the lines in their order. */
export function printed(output: string, lines: readonly string[]): boolean {
  const rest = output.split('\n').map((line) => line.trimEnd())
  return lines
    .filter((line) => line.trim() !== '…')
    .every((line) => {
      const at = rest.indexOf(line.trimEnd())
      rest.splice(0, at + 1)
      return at !== -1
    })
}

function blocksOf(markdown: string): readonly Block[] {
  const pattern =
    /^(?<fence>`{3,})(?<shown>[^\n`]*)\n(?<code>[\s\S]*?)^\k<fence>\s*$|^<!-- (?<hidden>(?:ts|sh)\b[^\n]*)\n(?<unseen>[\s\S]*?)^-->/gm
  return [...markdown.matchAll(pattern)].map((match) => {
    const [language = '', ...meta] = (match.groups?.['shown'] ?? match.groups?.['hidden'] ?? '').trim().split(/\s+/)
    return {
      language,
      meta: meta.join(' '),
      code: match.groups?.['code'] ?? match.groups?.['unseen'] ?? '',
      line: markdown.slice(0, match.index).split('\n').length,
    }
  })
}
