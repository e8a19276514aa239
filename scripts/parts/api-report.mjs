import { join } from 'node:path'
import ts from 'typescript-5.9'
import { entries, exportsField } from '../entries.mjs'
import { root } from './root.mjs'

/**
 * The report of each entry by file name: every exported declaration in the order of names.
 *
 * @param withDocs With their docblocks, as the site shows them. Default: without, as they are reviewed.
 */
export function reports({ withDocs = false } = {}) {
  const files = Object.entries(exportsField())
    .filter(([name]) => name !== './package.json')
    .map(([name, { types }]) => ({ name: name === '.' ? 'index' : name.slice(2), file: join(root, types) }))
  if (files.length !== Object.keys(entries).length) throw new Error('An entry has no declarations.')
  const program = ts.createProgram({
    rootNames: files.map(({ file }) => file),
    options: {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      noEmit: true,
    },
  })
  const checker = program.getTypeChecker()
  return Object.fromEntries(files.map(({ name, file }) => [`${name}.api.md`, report(name, program.getSourceFile(file), checker, withDocs)]))
}

function report(name, source, checker, withDocs) {
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`dist has no declarations of '${name}'. Run npm run build.`)
  const exported = checker.getExportsOfModule(module).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const texts = exported.map((symbol) => declarationsOf(symbol, checker, withDocs).join('\n'))
  const title = name === 'index' ? 'plugboard' : `plugboard/${name}`
  const about = 'What this entry exports. Written by `npm run api`; a test holds it to the built declarations.'
  return `# ${title}\n\n${about}\n\n\`\`\`ts ignore="declarations"\n${texts.join('\n\n')}\n\`\`\`\n`
}

function declarationsOf(symbol, checker, withDocs) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const printer = ts.createPrinter({ removeComments: true })
  return (target.declarations ?? []).map((declaration) => {
    // Of a variable the statement has the words.
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
    const source = declaration.getSourceFile()
    // The declaration as it stands has its docblock before it.
    const text = withDocs ? node.getFullText(source).trim() : printer.printNode(ts.EmitHint.Unspecified, node, source)
    const renamed = target.name === symbol.name ? '' : `// as ${symbol.name}\n`
    return `${renamed}${text}`.replaceAll(/\bimport\("(\.[^"]*)"\)\./g, '')
  })
}
