import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { reports } from '../../scripts/parts/api-report.mjs'
import { page } from './page.ts'

const made = reports()

test('docs/api says what each entry exports: after a change of the surface, run npm run build && npm run api, look, and commit', () => {
  const stored = readdirSync(join(import.meta.dirname, '..', '..', 'docs', 'api'))
  expect(stored.toSorted()).toEqual(Object.keys(made).toSorted())
  const stale = Object.entries(made).filter(([name, text]) => page(join('docs', 'api', name)) !== text)
  expect(stale.map(([name]) => name)).toEqual([])
})

test('positive control: a report names classes, functions and types with their members, and no comment', () => {
  const { 'index.api.md': text = '' } = made
  for (const part of [
    'export declare function createBoard(options: BoardOptions): Board;',
    'export interface BoardOptions {',
    'class NoInstanceError extends',
    'getByKey(key: string)',
  ])
    expect(text).toContain(part)
  expect(text).not.toMatch(/\/\*\*|@internal/)
})
