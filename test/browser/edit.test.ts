import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { until } from '../support/open-board.ts'
import { browserTest, room } from './browser.ts'
import { everything, everyKind, plugins as everyPlugin } from './every-kind.ts'
import { HardKind, tested } from './hard-kind.ts'
import { navid, sara } from './shop.ts'
import { paste } from './paste.ts'

const { shop, open } = room({
  plugins: [...everyPlugin, HardKind as never],
  board: { references: { env: [{ name: 'PLUGBOARD_UI_*', to: '*' }] } },
})
const field = (page: Page, path: string) => page.locator(`[data-path="${path}"]`)
const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click()
let count = 0
const make = async (over: object = {}, plugin = 'zarinpal') => {
  const config =
    plugin === 'every'
      ? everything
      : {
          merchantId: 'm-1',
          baseUrl: `${shop().providers}/200`,
          apiKey: 'the-old-key',
          signingSecret: 'the-signing',
          timeout: 30,
          connection: { kind: 'direct' },
        }
  return shop().board.admin.create(
    { type: plugin === 'every' ? 'thing' : 'payment-gateway', plugin, name: `Instance ${++count}`, config: { ...config, ...over } },
    { actor: sara },
  )
}
const configOf = async (id: string) => (await shop().board.admin.get(id)).config as Record<string, unknown>

browserTest(
  '[ui 13][ui 14][43] a plugin is found in the gallery, filled in, tested, saved and enabled; the running application uses it at once',
  async () => {
    await using window = await open()
    const { page } = window
    await window.go('/types/storage')
    await page.getByRole('link', { name: 'New instance' }).first().click()
    await page.getByPlaceholder(/^Search/).fill('nothing like it')
    await shown(page, /Nothing matches/)
    await page.getByPlaceholder(/^Search/).fill('s3')
    await until(() => page.url().includes('q=s3'))
    expect(await page.getByRole('link', { name: /docs/i }).count()).toBe(0)
    await page.getByRole('link', { name: 'S3', exact: true }).click()
    await page.locator('#field-name').fill('S3 Shiraz')
    await page.getByLabel('Address').fill(`${shop().providers}/200`)
    await page.getByLabel('S3 key').fill('shiraz-key')
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await shown(page, /Draft tested: connected in \d+ ms/)
    await shown(page, /Nothing was saved/)
    const frankfurt = (await shop().board.admin.list({ search: 'Frankfurt' })).items[0]
    if (frankfurt === undefined) throw new Error('No S3 Frankfurt')
    await shop().board.admin.setStatus(frankfurt.id, 'reserved', { actor: navid })
    await page.getByRole('button', { name: 'Save and enable' }).click()
    await page.locator('.selectedLine').getByText('S3 Shiraz').waitFor()
    // The very board that has been running all the while.
    expect(shop().board.internals.runtime.slot('storage').current?.instance.row.name).toBe('S3 Shiraz')
  },
)

browserTest('[ui 13] a plugin without settings is created by one press, without a form', async () => {
  await using window = await open()
  const { page } = window
  await window.go('/types/payment-gateway/new')
  await page.getByRole('link', { name: 'Zarinpal docs' }).waitFor()
  expect(await page.getByRole('link', { name: 'Zarinpal docs' }).getAttribute('href')).toBe('https://www.zarinpal.com/docs/')
  expect(await page.locator('.glyphTile svg path').first().getAttribute('d')).toBe('M7 7h11L7 17h11')
  await page.getByRole('button', { name: 'Manual transfer' }).click()
  await page.locator('.rows .name', { hasText: 'Manual transfer' }).waitFor()
  const made = (await shop().board.admin.list({ search: 'manual' })).items[0]
  expect(made?.status).toBe('disabled')
})

browserTest('[ui 15][43] a name that is taken is an error at the field', async () => {
  const { name } = await make()
  await using window = await open()
  const { page } = window
  await window.go('/types/payment-gateway/new/zarinpal')
  await page.locator('#field-name').fill(name)
  await page.getByLabel('Merchant ID').fill('m')
  await page.getByLabel('Base URL').fill(`${shop().providers}/200`)
  await page.getByLabel('API key').fill('some-key')
  await page.getByRole('radio', { name: /^Direct/ }).check()
  await save(page)
  await field(page, 'name').getByText('Taken by another instance of this plugin.').waitFor()
  expect(await page.locator('#field-name').getAttribute('aria-invalid')).toBe('true')
})

browserTest(
  '[ui 16][16][17] the form shows every kind of field of a JSON Schema, and what is typed into each is what is stored',
  async () => {
    await using window = await open()
    const { page } = window
    await window.go('/types/thing/new/every')
    await page.locator('#field-name').fill('Typed')
    await everyKind.fill(page)
    await save(page)
    await page.locator('.rows .name', { hasText: 'Typed' }).waitFor()
    const made = (await shop().board.admin.list({ search: 'Typed' })).items[0]
    expect(await configOf(made?.id ?? '')).toStrictEqual(everyKind.typed)
  },
)

browserTest('[ui 16] the variants of a oneOf are cards, and what they share is kept when another is chosen and back', async () => {
  const { id } = await make({ connection: { kind: 'direct', timeout: 7 } })
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  const timeout = field(page, 'connection.timeout').getByRole('textbox')
  await timeout.waitFor()
  await page.getByRole('radio', { name: /^Through a proxy/ }).check()
  expect(await timeout.inputValue()).toBe('7')
  await field(page, 'connection.proxy').getByRole('textbox').fill('proxy:3128')
  await page.getByRole('radio', { name: /^Direct/ }).check()
  await page.getByRole('radio', { name: /^Through a proxy/ }).check()
  expect(await field(page, 'connection.proxy').getByRole('textbox').inputValue()).toBe('proxy:3128')
  // The key was entered for another way.
  await shown(page, /must be entered again/)
  for (const secret of await page.locator('input[type=password]').all()) await secret.fill('entered-again')
  await save(page)
  await shown(page, 'No unsaved changes.')
  expect((await configOf(id))['connection']).toStrictEqual({ kind: 'proxy', proxy: 'proxy:3128', timeout: 7 })
})

browserTest('[ui 17] errors stand under the field and in a summary that leads there; the server has the last word', async () => {
  const { id } = await make()
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await page.getByLabel('Timeout').first().fill('90')
  await page.getByLabel('Merchant ID').fill('')
  await save(page)
  const summary = page.getByRole('alert')
  await summary.getByText('Not saved: 2 fields need a change.').waitFor()
  await field(page, 'timeout').getByText('90 is above 60').waitFor()
  await summary.getByRole('button', { name: 'Timeout' }).click()
  expect(await page.evaluate('document.activeElement.id')).toBe('field-timeout')
  expect((await configOf(id))['timeout']).toBe(30)
  // What only the plugin's own schema knows.
  const { id: other } = await make({}, 'every')
  await window.go(`/instances/${other}`)
  await page.getByLabel('Even').fill('3')
  await save(page)
  await field(page, 'even')
    .getByText(/must be even/)
    .waitFor()
})

browserTest('[ui 18][16] opened and saved with another name alone, a config of every kind is deep-equal to what it was', async () => {
  const { id, name } = await make({}, 'every')
  const before = await configOf(id)
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await page.locator('#field-name').fill(`${name} renamed`)
  await shown(page, '1 unsaved change.')
  await save(page)
  await shown(page, 'No unsaved changes.')
  expect(await configOf(id)).toStrictEqual(before)
  // Changed and changed back, the whole config is sent nowhere either.
  await page.getByLabel('Even').fill('8')
  await page.getByLabel('Even').fill('4')
  await shown(page, 'No unsaved changes.')
  // Changed elsewhere, all other fields stay: false false, 30 thirty, null null.
  await page.getByLabel('Text', { exact: true }).fill('other')
  await save(page)
  await shown(page, 'No unsaved changes.')
  expect(await configOf(id)).toStrictEqual({ ...before, text: 'other' })
})

browserTest(
  '[ui 19][47] a test works on what is in the form with the stored secrets, says so, and saves nothing; a read-only row is tested too',
  async () => {
    const { id } = await make()
    await using window = await open()
    const { page } = window
    await window.go(`/instances/${id}`)
    await page.getByLabel('Merchant ID').fill('changed, not saved')
    shop().heard.length = 0
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await shown(page, /Draft tested: connected in \d+ ms/)
    await shown(page, /Nothing was saved/)
    expect(shop().heard).toStrictEqual(['the-old-key'])
    expect((await configOf(id))['merchantId']).toBe('m-1')
    await page.getByLabel('Base URL').fill(`${shop().providers}/401`)
    await page.getByLabel('API key').fill('another-key')
    await page.getByRole('button', { name: 'Test again' }).click()
    await shown(page, /Draft tested: refused after \d+ ms/)
    await shown(page, /answered 401/)
    shop().actor = { ...navid, permissions: ['operate'] }
    await using other = await open()
    await other.go(`/instances/${id}`)
    expect(await other.page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0)
    await other.page.getByRole('button', { name: 'Test what is saved' }).click()
    await shown(other.page, /Saved version tested: connected in/)
    shop().actor = navid
  },
)

browserTest(
  '[ui 20][24][44] a secret is never in the page or an answer; it says when and by whom it was set; Replace, Cancel, Clear, and blank keeps',
  async () => {
    const { id } = await make()
    await using window = await open()
    const { page } = window
    const answers: Promise<string>[] = []
    page.on('response', (response) => {
      if (!response.url().includes('/events')) answers.push(response.text().catch(() => ''))
    })
    await window.go(`/instances/${id}`)
    const key = field(page, 'apiKey')
    await key.getByText(/Set on \d\d:\d\d by Sara Ahmadi/).waitFor()
    await key.getByRole('button', { name: /^Replace/ }).click()
    expect(await page.evaluate('document.activeElement.type')).toBe('password')
    await key.getByRole('button', { name: 'Cancel' }).click()
    await key.getByText(/Set on/).waitFor()
    await page.getByLabel('Merchant ID').fill('m-2')
    await save(page)
    await shown(page, 'No unsaved changes.')
    shop().heard.length = 0
    await shop().board.admin.test(id, { actor: navid })
    expect(shop().heard).toStrictEqual(['the-old-key'])
    await key.getByRole('button', { name: /^Replace/ }).click()
    await page.getByLabel('API key').fill('the-brand-new-key')
    await field(page, 'signingSecret')
      .getByRole('button', { name: /^Clear/ })
      .click()
    await field(page, 'signingSecret').getByText('Will be cleared when you save').waitFor()
    await save(page)
    await shown(page, 'No unsaved changes.')
    await shop().board.admin.test(id, { actor: navid })
    expect(shop().heard).toStrictEqual(['the-old-key', 'the-brand-new-key'])
    expect((await shop().board.admin.get(id)).secrets).toStrictEqual([
      { path: 'apiKey', set: true },
      { path: 'signingSecret', set: false },
    ])
    await window.go(`/instances/${id}/history`)
    await shown(page, 'Navid Karimi')
    const all = [await page.content(), ...(await Promise.all(answers))].join('\n')
    for (const secret of ['the-old-key', 'the-brand-new-key', 'the-signing']) expect(all).not.toContain(secret)
  },
)

browserTest('[ui 21] changing what a secret is bound to says that it must be entered again, before the save', async () => {
  const { id } = await make()
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await page.getByLabel('Base URL').fill(`${shop().providers}/200/elsewhere`)
  await field(page, 'baseUrl').getByText('API key must be entered again.').waitFor()
  expect(await page.getByLabel('API key').getAttribute('aria-invalid')).toBe('true')
  const writes: string[] = []
  page.on('request', (request) => void (request.method() === 'PATCH' && writes.push(request.url())))
  await save(page)
  await shown(page, 'Not saved: 1 field needs a change.')
  expect(writes).toStrictEqual([])
  await page.getByLabel('API key').fill('entered-again')
  await save(page)
  await shown(page, 'No unsaved changes.')
  expect((await configOf(id))['baseUrl']).toContain('elsewhere')
})

browserTest('[ui 22] a reference is shown in clear, with whether it resolves', async () => {
  process.env['PLUGBOARD_UI_KEY'] = 'from-the-environment'
  const { id } = await make({ apiKey: { $ref: 'env:PLUGBOARD_UI_KEY' } })
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  const key = field(page, 'apiKey')
  await key.getByText('env:PLUGBOARD_UI_KEY').waitFor()
  await key.getByText('Resolves', { exact: true }).waitFor()
  delete process.env['PLUGBOARD_UI_KEY']
  await page.reload()
  await field(page, 'apiKey').getByText('Doesn’t resolve').waitFor()
  expect(await page.content()).not.toContain('from-the-environment')
})

browserTest(
  '[ui 23][45] where somebody saved in between, a dialog shows theirs and mine and asks; nothing is overwritten silently',
  async () => {
    const { id } = await make()
    await using window = await open()
    const { page } = window
    await window.go(`/instances/${id}`)
    await page.getByLabel('Merchant ID').fill('mine')
    const now = await shop().board.admin.get(id)
    await shop().board.admin.update(id, { config: { ...(now.config as object), timeout: 55, merchantId: 'theirs' } }, { actor: sara })
    await shown(page, /Somebody else saved this while you were typing/)
    await save(page)
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Sara Ahmadi saved this while you were typing').waitFor()
    expect((await configOf(id))['merchantId']).toBe('theirs')
    const row = dialog.getByRole('row', { name: /Merchant ID/ })
    expect(await row.getByRole('radio', { checked: true }).count()).toBe(1)
    await row.getByText('theirs', { exact: true }).waitFor()
    await row.getByText('mine', { exact: true }).waitFor()
    await dialog.getByRole('button', { name: 'Save this mix' }).click()
    await shown(page, 'No unsaved changes.')
    expect(await configOf(id)).toMatchObject({ merchantId: 'mine', timeout: 55 })
  },
)

browserTest('[ui 24] leaving with unsaved changes asks: by a link, by going back, and by closing', async () => {
  const { id } = await make()
  await using window = await open()
  const { page } = window
  await window.go('/types/payment-gateway')
  await page.locator(`[data-id="${id}"] .name a`).click()
  await page.getByLabel('Merchant ID').fill('unsaved')
  await page.getByRole('link', { name: 'History', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Leave without saving?').waitFor()
  await dialog.getByRole('button', { name: 'Stay here' }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(await page.getByLabel('Merchant ID').inputValue()).toBe('unsaved')
  await page.evaluate('history.back()')
  await dialog.getByText('Leave without saving?').waitFor()
  expect(page.url()).toContain(`/instances/${id}`)
  await dialog.getByRole('button', { name: 'Stay here' }).click()
  let asked = false
  page.on('dialog', (native) => {
    asked = native.type() === 'beforeunload'
    void native.accept()
  })
  await page.goto(`${shop().base}/system`)
  await until(() => asked)
  expect((await configOf(id))['merchantId']).toBe('m-1')
})

const hard = async (over: object = {}) => {
  const config = { code: 'abc', flag: false, key: 'k', auth: { kind: 'password', password: 'the-password' }, ...over }
  return shop().board.admin.create({ type: 'hard', plugin: 'hard-kind', name: `Hard ${++count}`, config }, { actor: sara })
}
const saved = async (page: Page) => {
  await save(page)
  await shown(page, 'No unsaved changes.')
}

browserTest(
  '[ui 16] an item that is emptied keeps its place until it is filled in; what was typed in one that is taken out goes with it',
  async () => {
    const { id } = await hard({ ports: [1, 2, 3], weights: { a: 1, b: 2 } })
    await using window = await open()
    const { page } = window
    await window.go(`/instances/${id}`)
    await page.getByLabel('Ports 1', { exact: true }).fill('')
    await page.getByLabel('Value of a').fill('')
    await save(page)
    await field(page, 'ports').getByText('Fill this in.').waitFor()
    await field(page, 'weights').getByText('Fill this in.').waitFor()
    await page.getByLabel('Ports 1', { exact: true }).fill('7')
    await page.getByLabel('Value of a').fill('8')
    await saved(page)
    expect(await configOf(id)).toMatchObject({ ports: [7, 2, 3], weights: { a: 8, b: 2 } })
    // A new number is no 0, and half a number is none of its neighbour's.
    await field(page, 'ports').getByRole('button', { name: 'Add' }).click()
    await save(page)
    await shown(page, 'Not saved: 1 field needs a change.')
    await page.getByLabel('Ports 4', { exact: true }).fill('4x')
    await page.getByRole('button', { name: 'Remove Ports 1' }).click()
    expect(await page.getByLabel('Ports 3', { exact: true }).inputValue()).toBe('4x')
    await field(page, 'ports').getByText('4x is not a number.').waitFor()
    await page.getByRole('button', { name: 'Remove Ports 3' }).click()
    await saved(page)
    expect(await configOf(id)).toMatchObject({ ports: [2, 3] })
  },
)

browserTest('[ui 16] a name of a map is changed by Enter, and says where it is taken', async () => {
  const { id } = await hard({ weights: { a: 1, b: 2 } })
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await page.getByLabel('Name a', { exact: true }).fill('b')
  await field(page, 'weights').getByText('There is a b already.').waitFor()
  await page.getByLabel('Name a', { exact: true }).press('Enter')
  await page.getByLabel('Name a', { exact: true }).fill('c')
  await page.getByLabel('Name a', { exact: true }).press('Enter')
  await saved(page)
  expect(await configOf(id)).toMatchObject({ weights: { c: 1, b: 2 } })
})

browserTest('[ui 20] a secret of another variant is neither asked for nor sent, and what is stored of it is taken out', async () => {
  const { id } = await hard()
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await field(page, 'auth.password')
    .getByRole('button', { name: /^Replace/ })
    .click()
  await field(page, 'auth.password').locator('input').fill('typed-and-left')
  await page.getByRole('radio', { name: /^Token/ }).check()
  const bodies: string[] = []
  page.on('request', (request) => void (request.method() === 'PATCH' && bodies.push(request.postData() ?? '')))
  await field(page, 'auth.token').locator('input').fill('the-token')
  await saved(page)
  expect(bodies.join()).not.toContain('typed-and-left')
  expect((await shop().board.admin.get(id)).secrets).toStrictEqual([
    { path: 'key', set: true },
    { path: 'auth.password', set: false },
    { path: 'auth.token', set: true },
  ])
})

browserTest('[ui 20] of a secret in several lines none is lost, and one of digits stays a text', async () => {
  const { id } = await hard()
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  const pem = '-----BEGIN KEY-----\nMIIB\n-----END KEY-----\n'
  const key = field(page, 'key')
  await key.getByRole('button', { name: /^Replace/ }).click()
  await paste(key.locator('input[type=password]'), pem)
  expect(await key.locator('textarea').inputValue()).toBe(pem)
  await saved(page)
  await shop().board.admin.test(id, { actor: navid })
  expect(tested.at(-1)).toMatchObject({ key: pem })
  await key.getByRole('button', { name: /^Replace/ }).click()
  await key.locator('input[type=password]').fill('0123')
  await saved(page)
  await shop().board.admin.test(id, { actor: navid })
  expect(tested.at(-1)).toMatchObject({ key: '0123' })
})

browserTest('[ui 24] half a number counts as unsaved and is gone when it is discarded; an empty text is empty again', async () => {
  const { id } = await hard({ note: '', level: 30 })
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await page.getByLabel('Level').fill('30x')
  await shown(page, '1 unsaved change.')
  await page.getByRole('button', { name: 'Discard' }).click()
  await shown(page, 'No unsaved changes.')
  expect(await page.getByLabel('Level').inputValue()).toBe('30')
  await page.getByLabel('Note').fill('x')
  await page.getByLabel('Note').fill('')
  await shown(page, 'No unsaved changes.')
  // The server's pattern takes capitals: its flag is in no schema.
  await page.getByLabel('Code').fill('ABC')
  await saved(page)
  expect(await configOf(id)).toMatchObject({ note: '', code: 'ABC', level: 30 })
})

browserTest('[ui 16] a switch that is left alone is off', async () => {
  await using window = await open()
  const { page } = window
  await window.go('/types/hard/new/hard-kind')
  await page.locator('#field-name').fill('Left alone')
  await page.getByLabel('Code').fill('abc')
  await page.getByRole('radio', { name: /^Token/ }).check()
  await field(page, 'auth.token').locator('input').fill('the-token')
  await save(page)
  await page.locator('.rows .name', { hasText: 'Left alone' }).waitFor()
  const made = (await shop().board.admin.list({ search: 'Left alone' })).items[0]
  expect(await configOf(made?.id ?? '')).toMatchObject({ flag: false, auth: { kind: 'token' } })
})

browserTest('[ui 18] a text in several lines is shown in several, and keeps them when one is changed', async () => {
  const { id } = await hard({ note: 'one\ntwo' })
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await field(page, 'note').locator('textarea').press('ControlOrMeta+End')
  await page.keyboard.type('!')
  await saved(page)
  expect(await configOf(id)).toMatchObject({ note: 'one\ntwo!' })
})

browserTest(
  '[ui 4] what a file manages is locked, with its name, until somebody takes it over; then it is changed like any other',
  async () => {
    const { name, id } = await make()
    const { config } = await shop().board.admin.get(id)
    const instances = [{ type: 'payment-gateway', plugin: 'zarinpal', name, config }]
    const by = { actor: sara, source: 'deploy/payments.yaml', adopt: true }
    await shop().board.admin.applyInstances({ plugboard: 1, instances }, by)
    await using window = await open()
    const { page } = window
    await window.go(`/instances/${id}`)
    await shown(page, 'deploy/payments.yaml decides about this instance.')
    expect(await page.locator('#field-name').isEditable()).toBe(false)
    expect(await page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0)
    await page.getByRole('button', { name: 'Take over' }).click()
    await until(() => page.locator('#field-name').isEditable())
    expect((await shop().board.admin.get(id)).managedBy).toBeNull()
    await page.locator('#field-name').fill(`${name}, taken over`)
    await save(page)
    await until(async () => (await shop().board.admin.get(id)).name === `${name}, taken over`)
    await window.go(`/instances/${id}/history`)
    await shown(page, /took it over from its file/)
    expect(window.complaints).toStrictEqual([])
  },
)
