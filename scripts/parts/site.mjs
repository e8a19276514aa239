import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, extname, join, posix, relative, sep } from 'node:path'
import markdownIt from 'markdown-it'
import { headingNames } from './heading-names.mjs'
import { root } from './root.mjs'

/** Where what is not on the site is read: sources, examples. */
const { homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const repository = homepage.replace(/#.*$/, '')

/** The pages of the site: path of the document → path on the site. README.md of the repository is one of them. */
export function pagesOf() {
  const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => name.split(sep).join('/'))
  const documents = names.filter((name) => name.endsWith('.md')).toSorted()
  const own = documents.map((name) => [`docs/${name}`, name === 'README.md' ? 'index.html' : name.replace(/\.md$/, '.html')])
  return new Map([['README.md', 'readme.html'], ...own])
}

/** Pictures that the pages show, by their path on the site. */
export function assetsOf() {
  const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => name.split(sep).join('/'))
  return new Map(names.filter((name) => /\.(?:svg|png|webp)$/.test(name)).map((name) => [name, join(root, 'docs', name)]))
}

/**
 * Every page as HTML, by its path on the site. It needs nothing from elsewhere, and no script.
 *
 * @param api Texts that stand for those of docs/api, by name: with their docblocks.
 */
export function site(api = {}) {
  const pages = pagesOf()
  const contents = readFileSync(join(root, 'docs', 'README.md'), 'utf8')
  return new Map([...pages].map(([document, path]) => [path, pageOf({ document, path, pages, contents, api })]))
}

function pageOf({ document, path, pages, contents, api }) {
  const text = api[posix.relative('docs/api', document)] ?? readFileSync(join(root, document), 'utf8')
  const { html, title } = render(text, document, path, pages)
  const menu = render(contents.replace(/^# .*\n[\s\S]*?(?=\n\*\*)/, ''), 'docs/README.md', path, pages).html
  const up = '../'.repeat(path.split('/').length - 1)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'">
<title>${escape(title)} · Plugboard</title>
<link rel="stylesheet" href="${up}site.css">
</head>
<body>
<a class="skip" href="#content">To the text</a>
<header><a href="${up}index.html">Plugboard</a></header>
<nav aria-label="Pages">${menu.replaceAll(/ id="[^"]*"/g, '')}</nav>
<main id="content">
${html}
</main>
</body>
</html>
`
}

function render(text, document, path, pages) {
  const markdown = markdownIt({ html: true, linkify: false })
  const tokens = markdown.parse(text.replaceAll(/<!--[\s\S]*?-->\n?/g, ''), {})
  const opens = tokens.flatMap((token, index) =>
    token.type === 'heading_open' ? [{ token, heading: tokens[index + 1]?.content ?? '' }] : [],
  )
  const names = headingNames(opens.map(({ heading }) => heading))
  for (const [index, { token }] of opens.entries()) token.attrSet('id', names[index])
  for (const token of tokens.flatMap((each) => [each, ...(each.children ?? [])])) {
    if (token.type === 'html_block' || token.type === 'html_inline')
      token.content = token.content.replaceAll(
        /\b(src|href|srcset)="([^"]*)"/g,
        (_, name, link) => `${name}="${placeOf(link, document, path, pages)}"`,
      )
    // Behind the language stands what the tests do with it.
    if (token.type === 'fence') token.info = token.info.split(' ')[0]
    for (const [element, attribute] of [
      ['link_open', 'href'],
      ['image', 'src'],
    ]) {
      if (token.type === element) token.attrSet(attribute, placeOf(token.attrGet(attribute), document, path, pages))
    }
  }
  const title = opens[0]?.heading.replaceAll(/[`*]/g, '') ?? 'Plugboard'
  return { html: markdown.renderer.render(tokens, markdown.options, {}), title }
}

/** Where a link of a document leads on the site: to its page or picture, or else into the repository. */
function placeOf(link, document, path, pages) {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return link
  const [target = '', anchor] = link.split('#')
  const tail = anchor === undefined ? '' : `#${anchor}`
  if (target === '') return link
  const file = relative(root, join(root, dirname(document), decodeURIComponent(target)))
    .split(sep)
    .join('/')
  const page = pages.get(file) ?? pages.get(posix.join(file, 'README.md'))
  const place =
    page ?? (file.startsWith('docs/') && extname(file) !== '' && existsSync(join(root, file)) ? file.slice('docs/'.length) : undefined)
  if (place !== undefined) return `${posix.relative(posix.dirname(path), place)}${tail}`
  const kind = existsSync(join(root, file)) && statSync(join(root, file)).isDirectory() ? 'tree' : 'blob'
  return `${repository}/${kind}/main/${file}${tail}`
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
