import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript-5.9'
import { expect, test } from 'vitest'
import { eventNames } from '../support/listen.ts'
import { page } from './page.ts'

const text = page('docs/reference/channels.md')

test('docs/reference/channels.md and TracedMessages have the same channels with the same fields', () => {
  const rows = [...text.matchAll(/^\| `([\w.]+)` \|[^|]*\|(.*)\|$/gm)]
  const told = rows.map(([, name, fields]) => [
    name,
    [...(fields ?? '').replaceAll(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g)].map(([, field]) => field),
  ])
  expect(told).toEqual(declaredChannels())
  expect(told.length).toBeGreaterThan(5)
})

test('it names the channel of each event', () => {
  const section = /^## What happens$([\s\S]*?)^```/m.exec(text)?.[1] ?? ''
  expect([...section.matchAll(/`plugboard\.(\w+)`/g)].map(([, name]) => name)).toEqual(eventNames)
})

/** Channels and the fields of their messages, in the order of the source. */
function declaredChannels(): readonly (readonly [string, readonly string[]])[] {
  const file = join(import.meta.dirname, '..', '..', 'src', 'runtime', 'channels.ts')
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true)
  const interfaces = new Map(source.statements.filter(ts.isInterfaceDeclaration).map((each) => [each.name.text, each.members]))
  return [...(interfaces.get('TracedMessages') ?? [])].map((member) => {
    const message = ts.isPropertySignature(member) && member.type !== undefined ? member.type.getText() : ''
    const name = member.name !== undefined && ts.isStringLiteral(member.name) ? member.name.text : ''
    return [name, (interfaces.get(message) ?? []).map((field) => field.name?.getText() ?? '')]
  })
}
