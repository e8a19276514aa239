import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { headingNames } from '../../scripts/parts/heading-names.mjs'

const root = join(import.meta.dirname, '..', '..')
const documents = ['README.md', 'CONTRIBUTING.md', ...markdownIn('docs'), ...markdownIn('examples')]

test('every link between the documents leads to a file that is there, and to a heading that it has', () => {
  expect(documents.length).toBeGreaterThan(30)
  expect(documents.flatMap((document) => brokenLinks(document, textOf(document)))).toEqual([])
})

test('every page of docs/ can be reached from docs/README.md', () => {
  const seen = new Set<string>()
  const visit = (document: string): void => {
    if (seen.has(document) || !existsSync(join(root, document))) return
    seen.add(document)
    if (!document.endsWith('.md')) {
      if (statSync(join(root, document)).isDirectory()) for (const each of markdownIn(document, false)) visit(each)
      return
    }
    for (const { file } of linksOf(document, textOf(document))) visit(file)
  }
  visit('docs/README.md')
  expect(markdownIn('docs').filter((document) => !seen.has(document))).toEqual([])
})

test('positive control: a file that is not there, a heading that is not there, and an image are found broken; code is no link', () => {
  const text =
    '[a](nowhere.md) [b](../README.md#no-such-heading) ![c](no.png) [d](../README.md#install) `[e](nope.md)`\n```ts\n[f](nope.md)\n```\n[g][h]\n\n[h]: gone.md\n'
  expect(brokenLinks('docs/page.md', text)).toEqual([
    'docs/page.md: nowhere.md',
    'docs/page.md: ../README.md#no-such-heading',
    'docs/page.md: no.png',
    'docs/page.md: gone.md',
  ])
  expect(anchorsOf('# What `it` is, *really*?\n\n## Twice\n\n## Twice\n')).toEqual(['what-it-is-really', 'twice', 'twice-1'])
})

interface Link {
  /** As it is written. */
  readonly text: string
  /** From the root of the repository. */
  readonly file: string
  readonly anchor: string | undefined
}

function brokenLinks(document: string, text: string): readonly string[] {
  return linksOf(document, text)
    .filter(({ file, anchor }) => {
      if (!existsSync(join(root, file))) return true
      return anchor !== undefined && file.endsWith('.md') && !anchorsOf(textOf(file)).includes(anchor)
    })
    .map(({ text: link }) => `${document}: ${link}`)
}

function linksOf(document: string, text: string): readonly Link[] {
  const plain = withoutCode(text)
  const found = [
    ...plain.matchAll(/\]\(([^()\s]*(?:\([^()\s]*\))?[^()\s]*)(?:\s+"[^"]*")?\)/g),
    ...plain.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm),
  ]
  return found
    .map(([, link = '']) => link.replace(/^<(.*)>$/, '$1'))
    .filter((link) => link !== '' && !/^[a-z][a-z+.-]*:/i.test(link))
    .map((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? document : join(dirname(document), decodeURIComponent(path))
      return { text: link, file: relative(root, join(root, target)), anchor }
    })
}

function anchorsOf(text: string): readonly string[] {
  return headingNames([...withoutFences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading = '']) => heading))
}

function withoutFences(text: string): string {
  return text.replaceAll(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, '')
}

function withoutCode(text: string): string {
  return withoutFences(text)
    .replaceAll(/(`+)[^`]+\1/g, '')
    .replaceAll(/<!--[\s\S]*?-->/g, '')
}

function textOf(document: string): string {
  return readFileSync(join(root, document), 'utf8')
}

function markdownIn(folder: string, deep: boolean = true): readonly string[] {
  const names = readdirSync(join(root, folder), { recursive: deep, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.md') && !/(?:^|\/)(?:node_modules|run|dist|\.next)\//.test(name))
    .map((name) => join(folder, name))
}
