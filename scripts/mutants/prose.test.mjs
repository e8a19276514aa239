import { expect, test } from 'vitest'
import { isProse } from './prose.mjs'

const text = (value) => ({ type: 'StringLiteral', value })
const name = (value) => ({ type: 'Identifier', name: value })
const template = (parts, ...expressions) => ({ type: 'TemplateLiteral', quasis: parts.map((raw) => ({ value: { raw } })), expressions })

test('sentences are left out; keys, codes, separators and formats are mutated', () => {
  for (const each of ['is not a list', 'Run it.\nThen again']) expect(isProse(text(each)), each).toBe(true)
  for (const each of ['', 'active', 'duplicate_plugin_key', ', ', 'a', '#/$defs/', '0 1']) expect(isProse(text(each)), each).toBe(false)
})

test('a sentence with values in it is left out, unless something in it is decided', () => {
  const call = { type: 'CallExpression', callee: name('quote'), arguments: [name('x')] }
  const member = { type: 'MemberExpression', object: name('a'), property: name('b') }
  expect(isProse(template(['its key ', ' is ', ''], call, member))).toBe(true)
  expect(isProse(template(['', '/', ''], name('a'), name('b')))).toBe(false)
  expect(isProse(template(['its key is ', ''], { type: 'ConditionalExpression' }))).toBe(false)
  expect(isProse(template(['its key is ', ''], { ...call, arguments: [{ type: 'ArrowFunctionExpression' }] }))).toBe(false)
  expect(isProse(name('x'))).toBe(false)
})
