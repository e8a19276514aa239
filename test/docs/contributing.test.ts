import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { release } from '../../src/release.ts'
import { layers } from '../architecture/table.ts'
import { page } from './page.ts'

const isBuilt = (layer: string): boolean => existsSync(join(import.meta.dirname, '..', '..', 'src', layer)) || layer === 'board'

test("CONTRIBUTING's map of the house says what the architecture test enforces", () => {
  const rows = [...page('CONTRIBUTING.md').matchAll(/^\| `src\/(\w+)\/` \|[^|]*\| ([^|]+) \|$/gm)]
  expect(rows.map(([, folder]) => folder).toSorted()).toEqual(
    Object.keys(layers)
      .filter((layer) => layer !== 'board' && isBuilt(layer))
      .toSorted(),
  )
  const listed = rows.filter(([, , cell]) => !cell?.startsWith('all above'))
  expect(listed.length).toBeGreaterThan(8)
  for (const [, folder = '', cell = ''] of listed) {
    const allowed = layers[folder]?.folders.filter(isBuilt) ?? []
    expect(cell === 'nothing' ? [] : cell.split(', ').toSorted(), folder).toEqual(allowed.toSorted())
  }
})

test('src/release.ts holds the version of package.json', () => {
  expect(release).toBe((JSON.parse(page('package.json')) as { version: string }).version)
})
