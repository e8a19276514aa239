import type { Page } from 'playwright-core'
import { z } from 'zod'
import { Plugin, PluginType, type Methods } from '../../src/index.ts'
import { plugins as shopPlugins } from './contracts.ts'

abstract class Thing extends PluginType('thing', { label: 'Things', description: 'Has a plugin with a field of every kind.' }) {
  static readonly methods: Methods<Thing> = { act: 'once' }
  abstract act(): Promise<void>
}

const pem = '-----BEGIN CERTIFICATE-----\r\nMIIB\u00e9\n\ttab\n-----END CERTIFICATE-----'

class Every extends Plugin(Thing, {
  key: 'every',
  label: 'Every kind',
  config: z.object({
    text: z.string().min(1).meta({ title: 'Text', description: 'A line.' }),
    long: z.string().max(5_000).optional().meta({ title: 'Long text' }),
    few: z.enum(['one', 'two', 'three']).meta({ title: 'Few' }),
    many: z.enum(['a1', 'b2', 'c3', 'd4', 'e5', 'f6']).meta({ title: 'Many' }),
    even: z
      .int()
      .min(0)
      .max(100)
      .default(30)
      .refine((value) => value % 2 === 0, 'must be even')
      .meta({ title: 'Even' }),
    share: z.number().optional().meta({ title: 'Share' }),
    on: z.boolean().default(true).meta({ title: 'On' }),
    day: z.iso.date().optional().meta({ title: 'Day' }),
    moment: z.iso.datetime().optional().meta({ title: 'Moment' }),
    hosts: z.array(z.string().min(1)).default([]).meta({ title: 'Hosts' }),
    options: z
      .array(z.enum(['x', 'y', 'z']))
      .optional()
      .meta({ title: 'Options', uniqueItems: true }),
    headers: z.record(z.string(), z.string()).default({}).meta({ title: 'Headers' }),
    nothing: z.string().nullable().meta({ title: 'Nothing' }),
    group: z.object({ deep: z.object({ flag: z.boolean(), level: z.int() }), label: z.string().optional() }).meta({ title: 'Group' }),
    pem: z.string().meta({ title: 'Certificate', contentMediaType: 'application/x-pem-file' }),
    rows: z
      .array(z.object({ name: z.string(), weight: z.int().optional() }))
      .optional()
      .meta({ title: 'Rows' }),
    free: z.unknown().optional().meta({ title: 'Free' }),
  }),
}) {
  async act(): Promise<void> {}
}

/** A value of every kind, with those that a form easily loses: false, 0, null, an empty list, a name called __proto__, line ends. */
export const everything = {
  text: ' spaces stay ',
  long: 'two\nlines\r\n',
  few: 'two',
  many: 'e5',
  even: 4,
  share: 0,
  on: false,
  day: '2026-02-28',
  moment: '2026-02-28T12:34:56.789Z',
  hosts: ['a.example', 'b.example'],
  options: ['z', 'x'],
  headers: { 'X-One': '1', 'x two': '' },
  nothing: null,
  group: { deep: { flag: false, level: 0 } },
  pem,
  rows: [{ name: 'first', weight: 0 }, { name: '' }],
  free: [1, { a: null }],
}

const fill = async (page: Page): Promise<void> => {
  const field = (path: string) => page.locator(`[data-path="${path}"]`)
  await page.getByLabel('Text', { exact: true }).fill('typed')
  await page.getByLabel('Long text').fill('one\ntwo')
  await field('few').getByRole('radio', { name: 'Three' }).check()
  await page.getByLabel('Many').selectOption({ label: 'D4' })
  await page.getByLabel('Even').fill('۱۲')
  await page.getByLabel('Share').fill('0.25')
  await page.getByRole('switch', { name: 'On' }).uncheck()
  await page.getByLabel('Day').fill('2026-09-03')
  await field('hosts').getByRole('button', { name: 'Add' }).click()
  await page.getByLabel('Hosts 1', { exact: true }).fill('one.example')
  await field('options').getByRole('checkbox', { name: 'Y' }).check()
  await field('headers').getByPlaceholder('Name').fill('X-Key')
  await field('headers').getByPlaceholder('Name').press('Enter')
  await page.getByLabel('Value of X-Key').fill('value')
  await field('nothing').getByRole('checkbox', { name: 'No value' }).check()
  await field('group.deep.flag').getByRole('switch').check()
  await page.getByLabel('Level').fill('3')
  await field('pem')
    .locator('input[type=file]')
    .setInputFiles({ name: 'c.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(pem) })
  await field('rows').getByRole('button', { name: 'Add' }).click()
  await field('rows.0.name').getByRole('textbox').fill('row')
  await page.getByLabel('Free').fill('{"any": [1]}')
}

export const everyKind = {
  fill,
  typed: {
    text: 'typed',
    long: 'one\ntwo',
    few: 'three',
    many: 'd4',
    even: 12,
    share: 0.25,
    on: false,
    day: '2026-09-03',
    hosts: ['one.example'],
    options: ['y'],
    headers: { 'X-Key': 'value' },
    nothing: null,
    group: { deep: { flag: true, level: 3 } },
    pem,
    rows: [{ name: 'row' }],
    free: { any: [1] },
  },
}

export const plugins: readonly never[] = [...shopPlugins, Every as never]
