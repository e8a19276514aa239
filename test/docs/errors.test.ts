import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript-5.9'
import { expect, test } from 'vitest'
import * as cliErrors from '../../src/cli/cli-errors.ts'
import * as entry from '../../src/index.ts'
import { PlugboardError } from '../../src/index.ts'
import { headings, item, page, tableUnder } from './page.ts'

type ErrorClass = { readonly name: string; readonly code: string; readonly prototype: object }

const folder = join(import.meta.dirname, '..', '..', 'src', 'errors')
const sources = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.ESNext, true))
const document = page('docs/reference/errors.md')
const documented = headings(document, 3)
const exported = errorClassesOf(entry)

test('docs/reference/errors.md and the entry have the same error classes, with the same codes and fields', () => {
  expect(exported.length).toBeGreaterThan(25)
  const told = documented.map(({ title, text }) => ({
    name: title,
    code: item(text, 'Code'),
    fields: [...item(text, 'Fields').matchAll(/`(\w+)`:/g)].map(([, field]) => field).toSorted(),
  }))
  const real = exported.map(({ name, code }) => ({ name, code: `\`${code}\``, fields: fieldsOf(name).toSorted() }))
  const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1)
  expect(told.toSorted(byName)).toEqual(real.toSorted(byName))
})

test('every error says when it is thrown and what to do', () => {
  const silent = documented.flatMap(({ title, text }) =>
    ['When', 'Fields', 'Do'].filter((part) => item(text, part) === '').map((part) => `${title}: ${part}`),
  )
  expect(silent).toEqual([])
})

test('every code belongs to one class, those of the command line included', () => {
  const codes = [...exported, ...errorClassesOf(cliErrors).filter((each) => Object.hasOwn(each, 'code'))].map(({ code }) => code)
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
  expect(codes.filter((code) => !/^[a-z]+(?:_[a-z]+)*$/.test(code))).toEqual([])
})

test('the codes of the command line are those of its classes, and `unexpected` for what is not ours', () => {
  const own = errorClassesOf(cliErrors)
    .map(({ code }) => code)
    .filter((code) => !exported.some((each) => each.code === code))
  expect(tableUnder(document, 'Of the command line').toSorted()).toEqual([...own, 'unexpected'].toSorted())
})

test('the reasons of an unloadable instance and of a decryption are all told', () => {
  expect(tableUnder(document, 'InstanceUnloadableError').toSorted()).toEqual(membersOfUnion('UnloadableReason').toSorted())
  expect(tableUnder(document, 'SecretReferenceError').toSorted()).toEqual(membersOfUnion('ReferenceReason').toSorted())
  for (const reason of membersOfUnion('DecryptionReason')) expect(item(sectionOf('DecryptionError'), 'Fields')).toContain(`\`${reason}\``)
})

function sectionOf(title: string): string {
  return documented.find((each) => each.title === title)?.text ?? ''
}

function errorClassesOf(module: object): readonly ErrorClass[] {
  return Object.values(module).filter(
    (value: unknown): value is ErrorClass => typeof value === 'function' && (value === PlugboardError || value.prototype instanceof Error),
  )
}

/** Public fields that a class declares itself, parameters of the constructor that are fields included. */
function fieldsOf(name: string): readonly string[] {
  const declared = sources.flatMap(({ statements }) => statements.filter(ts.isClassDeclaration)).filter((each) => each.name?.text === name)
  expect(declared, name).toHaveLength(1)
  return declared.flatMap(({ members }) =>
    members.flatMap((member) => {
      const fields = ts.isConstructorDeclaration(member)
        ? member.parameters.filter(isField)
        : ts.isPropertyDeclaration(member)
          ? [member]
          : []
      return fields.filter((field) => !isStatic(field) && ts.isIdentifier(field.name)).map((field) => field.name.getText())
    }),
  )
}

const isField = (parameter: ts.ParameterDeclaration): boolean => (parameter.modifiers ?? []).length > 0
const isStatic = (node: ts.PropertyDeclaration | ts.ParameterDeclaration): boolean =>
  (node.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)

/** The texts of `type Name = 'a' | 'b'`. */
function membersOfUnion(name: string): readonly string[] {
  const declared = sources
    .flatMap(({ statements }) => statements.filter(ts.isTypeAliasDeclaration))
    .filter((each) => each.name.text === name)
  return declared.flatMap(({ type }) => (ts.isUnionTypeNode(type) ? type.types.map((each) => each.getText().replaceAll("'", '')) : []))
}
