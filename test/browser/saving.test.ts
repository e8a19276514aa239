import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { until } from '../support/open-board.ts'
import { browserTest, expectAccessible, recordToasts, room } from './browser.ts'
import { plugins } from './contracts.ts'
import { certificates, FragileKind } from './fragile-kind.ts'
import { HardKind, tested } from './hard-kind.ts'
import { navid, sara } from './shop.ts'
import { paste } from './paste.ts'

const { shop, open } = room({ plugins: [...plugins, FragileKind as never, HardKind as never] })
const field = (page: Page, path: string) => page.locator(`[data-path="${path}"]`)
const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
let count = 0
const fragile = (over: object = {}) =>
  shop().board.admin.create(
    {
      type: 'fragile',
      plugin: 'fragile-kind',
      name: `Fragile ${++count}`,
      config: { first: 'one', second: 'two', fails: false, ...over },
    },
    { actor: navid, force: true },
  )
const hard = (over: object = {}) =>
  shop().board.admin.create(
    {
      type: 'hard',
      plugin: 'hard-kind',
      name: `Hard ${++count}`,
      config: { code: 'abc', flag: false, key: 'k', auth: { kind: 'password', password: 'the-password' }, ...over },
    },
    { actor: sara },
  )
const get = (id: string) => shop().board.admin.get(id)
/** What was sent to write. */
const writesOf = (page: Page): Readonly<Record<string, unknown>>[] => {
  const bodies: Readonly<Record<string, unknown>>[] = []
  page.on('request', (request) => void (request.method() === 'PATCH' && bodies.push(request.postDataJSON() as never)))
  return bodies
}

browserTest('[ui 19][47] another variant is tested before it is saved: the secrets of the one that was left are out of it', async () => {
  const { id } = await hard()
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await page.getByRole('radio', { name: /^Token/ }).check()
  await field(page, 'auth.token').locator('input').fill('the-token')
  await press(page, 'Test')
  await shown(page, /Draft tested: connected in \d+ ms/)
  expect(tested.at(-1)).toMatchObject({ auth: { kind: 'token', token: 'the-token' } })
  expect(JSON.stringify(tested.at(-1))).not.toContain('the-password')
  expect((await get(id)).config).toMatchObject({ auth: { kind: 'password' } })
})

browserTest('[ui 13][ui 14] what can’t be started yet is saved and enabled all the same, where that was meant: new and known', async () => {
  await using window = await open()
  const { page } = window
  await window.go('/types/fragile/new/fragile-kind')
  await page.locator('#field-name').fill('New one')
  await page.getByLabel('First').fill('a')
  await page.getByLabel('Second').fill('b')
  await page.getByRole('switch', { name: 'Fails' }).check()
  await press(page, 'Save and enable')
  await page
    .getByRole('alert')
    .getByText(/It will not start with b/)
    .waitFor()
  await press(page, 'Save and enable it all the same')
  await page.waitForURL(/types\/fragile$/)
  const made = (await shop().board.admin.list({ search: 'New one' })).items[0]
  expect(made?.status).toBe('active')
  const { id } = await fragile()
  await window.go(`/instances/${id}`)
  await page.getByRole('switch', { name: 'Fails' }).check()
  await press(page, 'Save')
  await page.getByRole('button', { name: 'Save it all the same', exact: true }).waitFor()
  await press(page, 'Save and enable')
  await press(page, 'Save and enable it all the same')
  await shown(page, 'No unsaved changes.')
  expect(await get(id)).toMatchObject({ status: 'active', config: { fails: true } })
})

browserTest(
  '[ui 23][45] what was meant outlives somebody who was faster: all the same, and enabled; and so does what they saved',
  async () => {
    const { id } = await fragile()
    await using window = await open()
    const { page } = window
    await window.go(`/instances/${id}`)
    const bodies = writesOf(page)
    await page.getByLabel('First').fill('mine')
    await page.getByRole('switch', { name: 'Fails' }).check()
    await press(page, 'Save and enable')
    await page.getByRole('button', { name: 'Save and enable it all the same' }).waitFor()
    await shop().board.admin.update(id, { config: { first: 'one', second: 'theirs', fails: false } }, { actor: sara })
    await press(page, 'Save and enable it all the same')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Sara Ahmadi saved this while you were typing').waitFor()
    await dialog
      .getByRole('row', { name: /Second/ })
      .getByText('theirs', { exact: true })
      .waitFor()
    await dialog.getByRole('button', { name: 'Save this mix' }).click()
    await shown(page, 'No unsaved changes.')
    expect(await get(id)).toMatchObject({ status: 'active', config: { first: 'mine', second: 'theirs', fails: true } })
    expect(bodies.at(-1)).toMatchObject({ status: 'active', force: true })
  },
)

browserTest('[ui 23] a mix that can’t be built stands in the form, and is saved all the same with what is typed then', async () => {
  const { id } = await fragile()
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await page.getByLabel('First').fill('mine')
  await shop().board.admin.update(id, { config: { first: 'one', second: 'theirs', fails: true } }, { actor: sara, force: true })
  await press(page, 'Save')
  await page.getByRole('dialog').getByRole('button', { name: 'Save this mix' }).click()
  await page
    .getByRole('alert')
    .getByText(/It will not start with theirs/)
    .waitFor()
  expect((await get(id)).config).toMatchObject({ first: 'one' })
  expect(await page.getByLabel('Second').inputValue()).toBe('theirs')
  expect(await page.getByLabel('First').inputValue()).toBe('mine')
  await page.getByLabel('First').fill('mine again')
  await press(page, 'Save it all the same')
  await shown(page, 'No unsaved changes.')
  expect((await get(id)).config).toMatchObject({ first: 'mine again', second: 'theirs', fails: true })
})

browserTest('[ui 23] where the mix takes their way to sign in, their secret stays', async () => {
  const { id } = await hard()
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await page.getByRole('radio', { name: /^Token/ }).check()
  await field(page, 'auth.token').locator('input').fill('my-token')
  await page.getByLabel('Note').fill('mine')
  await shop().board.admin.update(
    id,
    { config: { code: 'abc', flag: true, auth: { kind: 'password', password: 'their-password' } } },
    { actor: sara },
  )
  await press(page, 'Save')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('row', { name: /Kind/ }).getByRole('radio').first().check()
  await dialog.getByRole('button', { name: 'Save this mix' }).click()
  await shown(page, 'No unsaved changes.')
  await shop().board.admin.test(id, { actor: navid })
  expect(tested.at(-1)).toMatchObject({ note: 'mine', flag: true, auth: { kind: 'password', password: 'their-password' } })
})

browserTest('[ui 23] a config that could not be read is replaced as a whole, unless somebody made it readable meanwhile', async () => {
  const found = (await shop().board.admin.list({ search: 'PayPal Legacy' })).items[0]
  const id = found?.id ?? ''
  await using window = await open()
  const { page } = window
  const bodies = writesOf(page)
  await window.go(`/instances/${id}`)
  await shown(page, /every secret must be entered/)
  await page.getByLabel('Address').fill(`${shop().providers}/200/mine`)
  await page.getByLabel('PayPal key').fill('my-key')
  await shop().board.admin.update(
    id,
    { config: { url: `${shop().providers}/200/theirs`, key: 'their-key' } },
    { actor: sara, replaceConfig: true },
  )
  await press(page, 'Save')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Sara Ahmadi saved this while you were typing').waitFor()
  await dialog.getByRole('button', { name: 'Save this mix' }).click()
  await shown(page, 'No unsaved changes.')
  expect(bodies.map((body) => body['replaceConfig'])).toStrictEqual([true, undefined])
  expect(await get(id)).toMatchObject({ state: { ok: true }, config: { url: `${shop().providers}/200/mine` } })
  // A form like any other from now on: what is blank keeps.
  await page.getByLabel('Address').waitFor()
  await field(page, 'key')
    .getByText(/^Set on/)
    .waitFor()
})

browserTest(
  '[ui 23][ui 28][45] two people on one instance: each sees the other’s save, a conflict is theirs to settle, and nothing is lost',
  async () => {
    const { id } = await fragile({ size: 1, count: 1 })
    await using mine = await open()
    await using theirs = await open({ who: 'sara' })
    await mine.go(`/instances/${id}`)
    await theirs.go(`/instances/${id}`)
    const told = await recordToasts(mine.page)
    const toldThem = await recordToasts(theirs.page)
    // Untouched, a form follows, and says who it was.
    await theirs.page.getByLabel('Second').fill('by Sara')
    await press(theirs.page, 'Save')
    await shown(theirs.page, 'No unsaved changes.')
    await until(async () => (await told()).some((text) => text.includes('Sara Ahmadi changed')))
    await until(async () => (await mine.page.getByLabel('Second').inputValue()) === 'by Sara')
    // Both type, in different fields and in the same one; the second save is asked about.
    await mine.page.getByLabel('First').fill('by Navid')
    await mine.page.getByLabel('Size').fill('2')
    await theirs.page.getByLabel('Size').fill('3')
    await theirs.page.getByLabel('Count').fill('3')
    await press(theirs.page, 'Save')
    await shown(theirs.page, 'No unsaved changes.')
    await shown(mine.page, /Somebody else saved this while you were typing/)
    expect(await mine.page.getByLabel('First').inputValue()).toBe('by Navid')
    await press(mine.page, 'Save')
    const dialog = mine.page.getByRole('dialog')
    await dialog.getByText('Sara Ahmadi saved this while you were typing').waitFor()
    const size = dialog.getByRole('row', { name: /Size/ })
    expect((await size.innerText()).replaceAll(/\s+/g, ' ')).toBe('Size 3 2')
    await size.getByRole('radio').first().check()
    await dialog.getByRole('button', { name: 'Save this mix' }).click()
    await shown(mine.page, 'No unsaved changes.')
    expect((await get(id)).config).toMatchObject({ first: 'by Navid', second: 'by Sara', size: 3, count: 3 })
    await until(async () => (await toldThem()).some((text) => text.includes('Navid Karimi changed')))
    await until(async () => (await theirs.page.getByLabel('First').inputValue()) === 'by Navid')
    const actors = (await shop().board.admin.history({ instance: id })).map(({ actor }) => actor.name)
    expect(actors).toStrictEqual(['Navid Karimi', 'Sara Ahmadi', 'Sara Ahmadi', 'Navid Karimi'])
  },
)

browserTest('[ui 20][24] a secret in several lines is hidden while it is typed, and shown only where that is asked for', async () => {
  const { id } = await hard()
  const pem = '-----BEGIN KEY-----\nMIIB\n-----END KEY-----\n'
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  const key = field(page, 'key')
  await key.getByRole('button', { name: /^Replace/ }).click()
  await paste(key.locator('input[type=password]'), pem)
  const box = key.locator('textarea')
  const drawn = () =>
    box.evaluate(
      (element) =>
        (globalThis as unknown as { getComputedStyle: (of: unknown) => Record<string, string> }).getComputedStyle(element)[
          'webkitTextSecurity'
        ],
    )
  await key.getByText('3 lines.').waitFor()
  expect(await drawn()).toBe('disc')
  await expectAccessible(page, 'a hidden secret of several lines')
  const show = key.getByRole('button', { name: /^Show it.*Key/ })
  await show.focus()
  await page.keyboard.press('Enter')
  expect(await drawn()).toBe('none')
  await key.getByRole('button', { name: /^Hide it.*Key/ }).click()
  expect(await drawn()).toBe('disc')
  // Given up and begun again, it is hidden.
  await key.getByRole('button', { name: /^Show it/ }).click()
  await key.getByRole('button', { name: 'Cancel' }).click()
  await key.getByRole('button', { name: /^Replace/ }).click()
  expect(await key.locator('input[type=password]').count()).toBe(1)
  expect(await page.content()).not.toContain('MIIB')
})

browserTest('[ui 16][17][24] a file that is secret is kept byte for byte, and neither it nor what it was is ever shown', async () => {
  const { id } = await fragile()
  const pem = '-----BEGIN KEY-----\r\nMIIBsecret\u00e9\n\ttab\n-----END KEY-----'
  await using window = await open()
  const { page } = window
  const answers: Promise<string>[] = []
  page.on('response', (response) => {
    if (response.url().includes('/api/') && !response.url().includes('/events')) answers.push(response.text().catch(() => ''))
  })
  await window.go(`/instances/${id}`)
  await field(page, 'certificate')
    .locator('input[type=file]')
    .setInputFiles({ name: 'key.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(pem) })
  await field(page, 'certificate').getByText('4 lines.').waitFor()
  await press(page, 'Save')
  await shown(page, 'No unsaved changes.')
  await field(page, 'certificate')
    .getByText(/^Set on/)
    .waitFor()
  await shop().board.admin.test(id, { actor: navid })
  expect(certificates.at(-1)).toBe(pem)
  // What is no text is no PEM: it is said, and nothing is put there.
  await field(page, 'certificate')
    .getByRole('button', { name: /^Replace/ })
    .click()
  await field(page, 'certificate')
    .locator('input[type=file]')
    .setInputFiles({ name: 'key.der', mimeType: 'application/octet-stream', buffer: Buffer.from([0x30, 0xff, 0xfe]) })
  await field(page, 'certificate')
    .getByText(/key\.der/)
    .waitFor()
  expect([await page.content(), ...(await Promise.all(answers))].join('\n')).not.toContain('MIIBsecret')
})

browserTest('[ui 16][16] a number of more digits than are kept is refused in words and sent nowhere, in a field and in JSON', async () => {
  const { id } = await fragile({ count: 9007199254740991 })
  await using window = await open()
  const { page } = window
  const bodies = writesOf(page)
  await window.go(`/instances/${id}`)
  expect(await page.getByLabel('Count').inputValue()).toBe('9007199254740991')
  await page.getByLabel('Count').fill('9007199254740993')
  await field(page, 'count')
    .getByText(/9007199254740993 has more digits than are kept: 9007199254740992 would be stored/)
    .waitFor()
  await page.getByLabel('Size').fill('0.1234567890123456789')
  await field(page, 'size')
    .getByText(/has more digits than are kept/)
    .waitFor()
  await page.getByLabel('Free').fill('{"id": 12345678901234567890, "text": "12345678901234567890"}')
  await field(page, 'free')
    .getByText(/12345678901234567890 has more digits/)
    .waitFor()
  await press(page, 'Save')
  await shown(page, 'Not saved: 3 fields need a change.')
  expect(bodies).toStrictEqual([])
  // What was typed stands there still, to be mended.
  expect(await page.getByLabel('Count').inputValue()).toBe('9007199254740993')
  await page.getByLabel('Count').fill('۹۰۰۷۱۹۹۲۵۴۷۴۰۹۹۰')
  await page.getByLabel('Size').fill('1.50e3')
  await page.getByLabel('Free').fill('{"id": "12345678901234567890", "small": 1.50}')
  await press(page, 'Save')
  await shown(page, 'No unsaved changes.')
  expect((await get(id)).config).toMatchObject({
    count: 9007199254740990,
    size: 1500,
    free: { id: '12345678901234567890', small: 1.5 },
  })
})

browserTest('[ui 17] what was said of a field is said no more once it is changed, under it and in the summary', async () => {
  const { id } = await fragile()
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await page.locator('#field-name').fill('')
  await page.getByLabel('Size').fill('x')
  await page.getByLabel('Count').fill('1.5')
  await press(page, 'Save')
  await shown(page, 'Not saved: 3 fields need a change.')
  await page.getByLabel('Count').fill('2')
  await shown(page, 'Not saved: 2 fields need a change.')
  expect(await page.getByLabel('Count').getAttribute('aria-invalid')).toBe('false')
  await page.locator('#field-name').fill('Named again')
  await page.getByLabel('Size').fill('4')
  await until(async () => (await page.getByText(/^Not saved/).count()) === 0)
  await press(page, 'Save')
  await shown(page, 'No unsaved changes.')
  expect(await get(id)).toMatchObject({ name: 'Named again', config: { size: 4, count: 2 } })
})
