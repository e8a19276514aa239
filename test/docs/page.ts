import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

/** A document of the repository. */
export function page(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The sections under headings of one level, each up to the next heading of that level or above. */
export function headings(document: string, level: number): readonly { readonly title: string; readonly text: string }[] {
  const marks = '#'.repeat(level)
  return document
    .split(new RegExp(`^(?=#{1,${String(level)}} )`, 'm'))
    .filter((section) => section.startsWith(`${marks} `))
    .map((section) => ({ title: (section.split('\n')[0] ?? '').slice(level + 1).trim(), text: section }))
}

/** What stands in a list's item `- **Name** …`; `''` where there is none. */
export function item(section: string, name: string): string {
  return new RegExp(`^- \\*\\*${name}\\*\\* ([\\s\\S]*?)(?=\\n- |\\n\\n|(?![\\s\\S]))`, 'm').exec(section)?.[1]?.trim() ?? ''
}

/** The code in the first cell of each row of the tables under a heading of any level. */
export function tableUnder(document: string, title: string): readonly string[] {
  const section = [2, 3].flatMap((level) => headings(document, level)).find((each) => each.title === title)?.text ?? ''
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, code]) => code ?? '')
}
