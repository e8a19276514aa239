import { expect, test } from 'vitest'
import { attributes, instruments } from '../../src/integrations/otel-names.ts'
import { page } from './page.ts'

const text = page('docs/reference/opentelemetry.md')
const firstColumn = (heading: string): (string | undefined)[] => {
  const section = text.split(/^## /m).find((each) => each.startsWith(heading)) ?? ''
  return [...section.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, name]) => name)
}

test('docs/reference/opentelemetry.md has the metrics and attributes of the code', () => {
  expect(firstColumn('Metrics')).toEqual(Object.values(instruments))
  expect(firstColumn('Attributes')).toEqual(Object.values(attributes))
})
