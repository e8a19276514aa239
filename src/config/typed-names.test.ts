import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkConfigInput } from '../operations/check-input.ts'
import { describeConfig, tellablePath, typedNames, type ConfigModel } from './index.ts'

const schema = z.object({
  headers: z.record(z.string(), z.string()),
  login: z.object({ user: z.string(), more: z.record(z.string(), z.array(z.number())) }),
  tokens: z.array(z.object({ name: z.string() })),
  anything: z.json().optional(),
  open: z.record(z.string(), z.string()).optional(),
})

function model(): ConfigModel {
  const found = describeConfig('p', schema, { headers: {}, login: {}, tokens: {}, anything: {} }, [])
  if (found === undefined) throw new Error('no model')
  return found
}
const good = { headers: {}, login: { user: 'u', more: {} }, tokens: [] }

test('[24] a pointer into a secret ends before a name that somebody typed, and shows fields and items', async () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    '/headers': ['headers', 'canary'],
    '/login/user': ['login', 'user'],
    '/login/more': ['login', 'more', 'canary', '0'],
    '/tokens/3/name': ['tokens', '3', 'name'],
    '/tokens/3': ['tokens', '3', 'canary'],
    '/anything/0': ['anything', '0', 'canary'],
    '/open/told': ['open', 'told'],
  }
  for (const [pointer, path] of Object.entries(cases))
    expect(
      tellablePath(model(), path)
        .map((step) => `/${step}`)
        .join(''),
    ).toBe(pointer)

  const bad = { ...good, headers: { 'canary/1': 5 }, login: { user: 5, more: { canary: ['x'] } } }
  await expect(model().parse(bad)).rejects.toMatchObject({
    issues: [{ pointer: '/headers' }, { pointer: '/login/user' }, { pointer: '/login/more' }],
  })
})

test('[24] what JSON can not carry, or the schema does not have, is told without the names typed into a secret', () => {
  const typed = { ...good, headers: { 'canary~/1': 1n }, login: { user: 'u', more: {}, canary: 'x' }, open: { told: Number.NaN } }
  const check = (): unknown => checkConfigInput(model(), typed)
  expect(check).toThrow(expect.objectContaining({ issues: expect.arrayContaining([expect.objectContaining({ pointer: '/open/told' })]) }))
  expect(check).toThrow(expect.not.objectContaining({ message: expect.stringContaining('canary') }))
})

test('[24] the names that somebody typed into secrets are hidden as values are', () => {
  const config = {
    headers: { 'canary-1': 'x' },
    login: { user: 'u', more: { 'canary-2': [1] } },
    tokens: [{ name: 'n' }],
    anything: [{ 'canary-3': 1 }],
    open: { told: 'x' },
  }
  expect(typedNames(model(), config)).toStrictEqual(['canary-1', 'canary-2', 'canary-3'])
})
