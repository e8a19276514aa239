import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { reports } from './parts/api-report.mjs'
import { assetsOf, pagesOf, site } from './parts/site.mjs'

const pages = site(reports({ withDocs: true }))
const assets = assetsOf()
const idsOf = (html) => new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
const linksOf = (html) => [...html.matchAll(/ (?:href|src|srcset)="([^"]*)"/g)].map(([, link]) => link.replaceAll('&amp;', '&'))

test('the site has a page for every document, each with one title, the menu, and nothing from elsewhere', () => {
  expect(pages.size).toBe(pagesOf().size)
  expect(pages.size).toBeGreaterThan(40)
  for (const [path, html] of pages) {
    expect(html.match(/<h1/g), path).toHaveLength(1)
    expect(html, path).toContain('<nav aria-label="Pages">')
    expect(html, path).not.toMatch(/<script|<!-- ts|```/)
    expect(html, path).not.toMatch(/<(?:link|img)[^>]+(?:href|src)="https?:/)
  }
})

test('every link on the site leads to a page or picture that it has, and to a heading that is there', () => {
  const broken = []
  let looked = 0
  for (const [path, html] of pages) {
    for (const link of linksOf(html)) {
      if (/^[a-z][a-z+.-]*:/i.test(link)) continue
      looked++
      const [target = '', anchor] = link.split('#')
      const place = target === '' ? path : posix.join(posix.dirname(path), target)
      const isThere = pages.has(place) || assets.has(place) || place === 'site.css'
      if (!isThere || (anchor !== undefined && !idsOf(pages.get(place) ?? '').has(anchor))) broken.push(`${path}: ${link}`)
    }
  }
  expect(looked).toBeGreaterThan(1000)
  expect(broken).toEqual([])
})

test('the API of each entry stands there with its docblocks, which its reviewed report leaves out', () => {
  const html = pages.get('api/index.api.html') ?? ''
  expect(html).toContain('Registers and checks plugins and types.')
  expect(html).toContain('export declare function createBoard(options: BoardOptions): Board;')
})

test('what is not on the site is linked in the repository, and no link leaves it for a file of this machine', () => {
  const out = [...pages.values()]
    .flatMap(linksOf)
    .filter((link) => /^https:\/\/github\.com\/[^/]+\/[^/]+\/(?:blob|tree)\/main\//.test(link))
  expect(out.some((link) => link.endsWith('/test/charges.test.ts'))).toBe(true)
  expect([...pages.values()].flatMap(linksOf).filter((link) => link.startsWith('/') || link.startsWith('file:'))).toEqual([])
})
