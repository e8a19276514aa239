import { readFile } from 'node:fs/promises'
import { Rejected } from 'plugboard'
import { createPlugin, testPlugin } from 'plugboard/testing'
import { expect, test } from 'vitest'
import { runExample } from '../../../test/support/run-example.ts'
import { Pigeon } from './index.ts'

test('a pigeon takes what is light, and nothing else', async () => {
  const pigeon = await createPlugin(Pigeon, { config: { loft: 'berlin' } })
  expect(await pigeon.quote({ country: 'DE', grams: 50 })).toStrictEqual({ price: 500, days: 1 })
  await expect(pigeon.quote({ country: 'DE', grams: 76 })).rejects.toBeInstanceOf(Rejected)
  expect(await pigeon.book({ country: 'DE', grams: 50 }, 'o-1')).toBe('berlin-o-1')
})

test('its contract is the shop’s', async () => {
  const [own, shops] = await Promise.all(
    ['carrier.ts', '../../shipping/carrier.ts'].map((file) => readFile(new URL(file, import.meta.url), 'utf8')),
  )
  expect(own).toBe(shops)
})

test('it is a good plugin', async () => {
  await testPlugin(Pigeon, { config: { loft: 'berlin' } })
})

test(
  '[5] packed, and installed into the shipping example, it is one carrier among the others',
  {
    timeout: 180_000,
  },
  async () => {
    const { code, stdout, stderr } = await runExample('plugin-package')
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: '' })
    expect(stdout).toContain('Packed carrier-pigeon-1.0.0.tgz')
    // What is packed is what was built, and nothing else.
    expect(stdout).toContain('  dist/carrier.d.ts, dist/carrier.js, dist/index.d.ts, dist/index.js, package.json\n')
    expect(stdout).toContain('order-1 goes with Pigeons of Berlin: berlin-order-1')
    expect(stdout).toContain('order-2 goes with Own van: van-order-2')
  },
)
