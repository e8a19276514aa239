import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript-5.9'
import { expect, test } from 'vitest'
import { page } from './page.ts'

test('docs/reference/events.md and BoardEvents have the same events with the same fields', () => {
  const rows = [...page('docs/reference/events.md').matchAll(/^\| `(\w+)` \|[^|]*\|(.*)\|$/gm)]
  const told = rows.map(([, event, fields]) => [
    event,
    [...(fields ?? '').replaceAll(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g)].map(([, field]) => field),
  ])
  expect(told).toEqual(declaredEvents())
  expect(told.length).toBeGreaterThan(5)
})

/** Events and their fields, in the order of the source. */
function declaredEvents(): readonly (readonly [string, readonly string[]])[] {
  const file = join(import.meta.dirname, '..', '..', 'src', 'runtime', 'events.ts')
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true)
  const declaration = source.statements.find((each) => ts.isInterfaceDeclaration(each) && each.name.text === 'BoardEvents')
  const events = declaration !== undefined && ts.isInterfaceDeclaration(declaration) ? declaration.members : []
  return events.map((event) => {
    const type = ts.isPropertySignature(event) ? event.type : undefined
    const fields = type !== undefined && ts.isTypeLiteralNode(type) ? type.members.map((field) => field.name?.getText() ?? '') : []
    return [event.name?.getText() ?? '', fields]
  })
}
