import { readFileSync } from 'node:fs'
import ts from 'typescript-5.9'

/** One import of a file, whatever its spelling. */
export interface Import {
  readonly specifier: string
  readonly kind: 'static' | 'dynamic' | 'types'
  readonly line: number
}

/** What the architecture test looks at in a file. */
export interface SourceFile {
  /** Below the repository, with slashes. */
  readonly path: string
  readonly imports: readonly Import[]
  readonly lines: number
  /** Lines that say `any`. */
  readonly anys: readonly number[]
  readonly text: string
}

/** Reads with the parser of TypeScript 5.9: version 7 has none to call yet. */
export function readSource(path: string, text: string = readFileSync(path, 'utf8')): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS)
  const imports: Import[] = []
  const anys: number[] = []
  const lineOf = (node: ts.Node): number => tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1
  const add = (node: ts.Node, name: ts.Node | undefined, kind: Import['kind']): void => {
    imports.push({ specifier: name !== undefined && ts.isStringLiteralLike(name) ? name.text : '(computed)', kind, line: lineOf(node) })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, namesTypesOnly(node.importClause) ? 'types' : 'static')
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      add(node, node.moduleSpecifier, node.isTypeOnly ? 'types' : 'static')
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node, node.moduleReference.expression, node.isTypeOnly ? 'types' : 'static')
    } else if (ts.isImportTypeNode(node)) add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, 'types')
    else if (ts.isCallExpression(node) && loads(node.expression)) add(node, node.arguments[0], 'dynamic')
    else if (node.kind === ts.SyntaxKind.AnyKeyword) anys.push(lineOf(node))
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return { path, imports, anys, text, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) }
}

function namesTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.isTypeOnly) return true
  const bindings = clause.namedBindings
  return (
    clause.name === undefined &&
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.length > 0 &&
    bindings.elements.every((element) => element.isTypeOnly)
  )
}

/** `import(…)`, `require(…)`, and what `createRequire` and `process` offer. */
function loads(called: ts.Expression): boolean {
  if (called.kind === ts.SyntaxKind.ImportKeyword) return true
  if (ts.isIdentifier(called)) return called.text === 'require'
  return ts.isPropertyAccessExpression(called) && called.name.text === 'getBuiltinModule'
}
