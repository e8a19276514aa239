import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { compile, compilers, fixture, node, resolutions, write, type Compiler, type Resolution } from './run.ts'

const { room } = inject('packed')
const files = async (): Promise<Record<string, string>> => ({
  'shop.ts': await fixture('first-lines/shop.ts'),
  'payments.ts': await fixture('first-lines/payments.ts'),
  'main.ts': await fixture('first-lines/main.ts'),
})
const cases = (Object.keys(compilers) as Compiler[]).flatMap((compiler) =>
  (Object.keys(resolutions) as Resolution[]).map((resolution) => ({ compiler, resolution })),
)

test.for(cases)('[2][56] the first lines compile on $compiler, resolution $resolution', async ({ compiler, resolution }) => {
  const folder = await write(join(room, 'first-lines', compiler.replace(' ', '-'), resolution), await files())
  await compile(folder, compiler, resolutions[resolution])
})

test('[1][32][56] the first lines run on the embedded database: get, a handle, and a change it follows', async () => {
  const folder = await write(join(room, 'first-lines', 'run'), await files())
  await compile(folder, 'TypeScript 7', { module: 'nodenext', noEmit: false, outDir: 'out' })
  const output = await node(folder, ['out/main.js'], { PLUGBOARD_KEYS: `k1:${randomBytes(32).toString('base64')}` })
  expect(output.trim().split('\n')).toEqual(['https://api.zarinpal.com/m-1/o-1', 'stripe/o-1', '["spare reserved","main disabled"]'])
})
