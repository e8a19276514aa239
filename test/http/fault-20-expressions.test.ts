import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSafe } from 'redos-detector'
import ts from 'typescript-5.9'
import { expect, test } from 'vitest'
import { operations } from '../support/openapi-operations.ts'

const source = join(import.meta.dirname, '..', '..', 'src')

/** The regular expressions that stand in the code, as a parser of the language finds them. */
function expressionsIn(file: string): readonly { readonly at: string; readonly expression: RegExp }[] {
  const parsed = ts.createSourceFile(file, readFileSync(join(source, file), 'utf8'), ts.ScriptTarget.Latest)
  const found: { at: string; expression: RegExp }[] = []
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.RegularExpressionLiteral) {
      const [, pattern = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec((node as ts.RegularExpressionLiteral).text) ?? []
      found.push({ at: `src/${file}: /${pattern}/${flags}`, expression: new RegExp(pattern, flags) })
    }
    ts.forEachChild(node, visit)
  }
  visit(parsed)
  return found
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !/\.test(?:-d)?\.ts$/.test(name),
)

/** Those that may look at a text more than once, each with what it is given: short, or nobody's but ours. */
const onOwnTexts: Readonly<Record<string, string>> = {
  'src/admin/admin.ts: /\\{(\\w+)\\}/g': 'paths of the table of endpoints',
  'src/admin/admin.ts: /\\/+$/': 'the prefix that the application gives',
  'src/admin/admin.ts: /(?:^|,)\\s*gzip\\s*(?:,|;(?!\\s*q=0(?:\\.0*)?\\s*(?:,|$))|$)/':
    'one header of at most 16 KiB; each separator is looked at once',
  'src/admin/client.ts: /\\/+$/': 'the base that the caller gives',
  'src/admin/client.ts: /\\{(\\w+)\\}/g': 'paths of the table of endpoints',
  'src/cli/admin-door.ts: /(?:^|;\\s*)plugboard_admin=([\\w-]+)/': 'one header of at most 16 KiB; each separator is looked at once',
  'src/cli/scaffold/detect-project.ts: /"allowImportingTsExtensions"\\s*:\\s*true/': "the application's own tsconfig.json",
  'src/cli/scaffold/detect-project.ts: /"module(?:Resolution)?"\\s*:\\s*"node(?:16|18|20|next)"/i': "the application's own tsconfig.json",
  'src/cli/scaffold/detect-project.ts: /"packageManager"\\s*:\\s*"(npm|pnpm|yarn|bun)@/': "the application's own package.json",
  'src/cli/scaffold/init-files.ts: /: Methods<\\w+>/': 'our own templates',
  'src/cli/scaffold/init-files.ts: /\\((\\w+): (?:string|unknown)\\)/g': 'our own templates',
  "src/cli/program.ts: /(--?[\\w-]+)=[^'\\n]*/g": 'what was typed at a command line',
  'src/cli/value-from-text.ts: /^[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?$/i': 'what was typed at a command line',
  'src/frameworks/hono.ts: /\\/\\*.*$/': 'the route that the application gives',
  'src/references/references.ts: /=+$/': 'key material of the keyring',
  'src/store/mysql/inspect-mysql.ts: /^(.*int)\\(\\d+\\)/': 'the type of a column, as the database says it',
  'src/store/sqlite/prepared-statement.ts: /^\\s*(?:select|with|values|pragma|explain)\\b|\\breturning\\b/i':
    'our own SQL: values are bound',
}

test('fault 20: no regular expression that meets what somebody sent, and no pattern of the OpenAPI document, backtracks without bound', () => {
  const own = files.flatMap(expressionsIn)
  const described = JSON.stringify(operations()).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)
  const patterns = Array.from(described, ([, text = '""']) => JSON.parse(text) as string)
  const all = [...own, ...patterns.map((pattern) => ({ at: `the document: ${pattern}`, expression: new RegExp(pattern, 'u') }))]
  expect(own.length).toBeGreaterThan(50)
  expect(patterns.length).toBeGreaterThan(3)
  const unsafe = all.filter(({ expression }) => !isSafe(expression).safe).map(({ at }) => at)
  expect(unsafe.filter((at) => onOwnTexts[at] === undefined)).toStrictEqual([])
  // Positive control.
  for (const bad of [/^(a+)+$/, /(?:x|x)*y/, /^(\w+\s?)*$/]) expect(isSafe(bad).safe).toBe(false)
})
