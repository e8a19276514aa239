import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { until } from '../support/open-board.ts'
import { browserTest, recordToasts, room } from './browser.ts'
import { PaymentGateway } from './contracts.ts'
import { navid, sara } from './shop.ts'

const { shop, open } = room()
const row = (page: Page, name: string) => page.locator('.rows > .row', { has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) })
const names = async (page: Page): Promise<readonly string[]> => page.locator('.rows .name').allTextContents()
const stored = async (type = 'payment-gateway') => (await shop().board.admin.list({ type, limit: 100 })).items
const named = async (name: string) => {
  const found = (await shop().board.admin.list({ search: name, limit: 100 })).items.find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no ${name}`)
  return found
}
const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()

browserTest(
  '[ui 4] the rows are in selection order with name, plugin, tags, status, last check, calls and errors, and a lock where a file decides',
  async () => {
    await using window = await open()
    const { page } = window
    await window.go('/types/payment-gateway')
    await row(page, 'Stripe EU').waitFor()
    expect(await names(page)).toStrictEqual((await stored()).map(({ name }) => name))
    const stripe = row(page, 'Stripe EU')
    expect(await stripe.locator('.tag').allTextContents()).toStrictEqual(['cards', 'eu'])
    await stripe.getByText('3 errors').waitFor()
    await stripe.getByText('Failed').waitFor()
    expect(await stripe.locator('.spark svg rect').count()).toBeGreaterThanOrEqual(30)
    const main = row(page, 'Zarinpal Production')
    await main.getByText('24 calls').waitFor()
    expect(await main.locator('.cellHealth').innerText()).toMatch(/OK\s+\d+ ms/)
    expect(await main.getByRole('radio', { checked: true }).innerText()).toBe('Active')
    const bank = row(page, 'Mellat Bank')
    await bank.getByText('bank.yaml', { exact: true }).waitFor()
    expect(await bank.getByRole('radio').count()).toBe(0)
    expect(await bank.getByRole('checkbox').isDisabled()).toBe(true)
    expect(window.complaints).toStrictEqual([])
  },
)

browserTest('[ui 5] the line above the list says who is selected now and why, and the cord ends in its socket', async () => {
  await using window = await open()
  const { page } = window
  await window.go('/types/payment-gateway')
  const line = page.locator('.selectedLine')
  await line.getByText('Zarinpal Production').waitFor()
  expect(await line.innerText()).toMatch(
    /because it is the first Active instance in order that can serve\.\s+Passed over: Stripe EU \(1\), ejected, back in \d:\d\d/,
  )
  const explained = await shop().board.explain(PaymentGateway)
  expect(explained.find(({ chosen }) => chosen)?.name).toBe('Zarinpal Production')
  const cord = await page.locator('.listPanel > .cord').boundingBox()
  const socket = await page.locator('.row.isSelected .socket').boundingBox()
  const plug = await page.locator('.selectedLine .plug').boundingBox()
  if (cord === null || socket === null || plug === null) throw new Error('No cord')
  expect(Math.abs(cord.y + cord.height - (socket.y + socket.height / 2))).toBeLessThan(3)
  expect(Math.abs(cord.y - (plug.y + plug.height / 2))).toBeLessThan(12)
  // A filter never takes it away.
  await page.getByPlaceholder('Name, plugin or tag').fill('zibal')
  await until(async () => (await names(page)).length === 1)
  expect(await line.innerText()).toContain('Zarinpal Production')
})

browserTest(
  '[ui 6][45][48] filters by status, plugin and text, and sorting stand in the address; what is marked is set, raised and lowered together, and undone',
  async () => {
    await using window = await open()
    const { page } = window
    await window.go('/types/payment-gateway')
    await row(page, 'Zibal').waitFor()
    await page.getByRole('button', { name: /^Standby 2/ }).click()
    await until(async () => (await names(page)).join() === 'Mellat Bank,PayPal Legacy')
    expect(page.url()).toContain('status=reserved')
    await page.reload()
    await until(async () => (await names(page)).join() === 'Mellat Bank,PayPal Legacy')
    await page.getByRole('button', { name: /^All/ }).click()
    await page.getByRole('button', { name: 'Any plugin' }).click()
    await page.getByRole('menuitemcheckbox', { name: /^Zarinpal/ }).click()
    await until(async () => (await names(page)).join() === 'Zarinpal Production,Zarinpal Backup')
    await window.go('/types/payment-gateway?sort=name')
    await row(page, 'Zibal').waitFor()
    expect(await names(page)).toStrictEqual((await names(page)).toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)))
    await window.go('/types/payment-gateway')
    let writes = 0
    page.on('request', (request) => void (request.method() === 'POST' && request.url().endsWith('/instances/status') && writes++))
    for (const name of ['Zibal', 'Zarinpal Backup']) await row(page, name).getByRole('checkbox').check()
    await shown(page, '2 marked')
    await page.getByRole('toolbar').getByRole('button', { name: 'Standby' }).click()
    await until(async () => (await named('Zibal')).status === 'reserved' && (await named('Zarinpal Backup')).status === 'reserved')
    await page.getByRole('button', { name: 'Undo' }).click()
    await until(async () => (await named('Zibal')).status === 'active' && (await named('Zarinpal Backup')).status === 'disabled')
    // Back to what each of them was, in one write.
    await until(() => writes === 2)
    const [last, other] = await shop().board.admin.history({ limit: 2 })
    expect([last?.action, other?.action, last?.revision]).toStrictEqual(['status', 'status', other?.revision])
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    // All loaded again, in order.
    await until(async () => (await names(page)).join() === (await stored()).map(({ name }) => name).join())
    await row(page, 'Zibal').getByRole('checkbox').check()
    const before = (await stored()).map(({ name }) => name)
    await page.getByRole('toolbar').getByRole('button', { name: 'Raise' }).click()
    const raised = ['Stripe EU', 'Zibal', 'Zarinpal Production']
    await until(
      async () =>
        (await stored())
          .slice(0, 3)
          .map(({ name }) => name)
          .join() === raised.join(),
    )
    await until(async () => (await names(page)).slice(0, 3).join() === raised.join())
    await page.getByRole('toolbar').getByRole('button', { name: 'Lower' }).click()
    await until(async () => (await stored()).map(({ name }) => name).join() === before.join())
  },
)

browserTest(
  '[ui 7][46] a row is moved by keyboard, by typing its place and by drag: one request with the whole order, told aloud, within its bounds',
  async () => {
    await using window = await open()
    const { page } = window
    const orders: string[][] = []
    page.on('request', (request) => {
      if (request.method() === 'PUT' && request.url().endsWith('/order')) orders.push((request.postDataJSON() as { ids: string[] }).ids)
    })
    await window.go('/types/payment-gateway')
    const start = await stored()
    const [stripe, main, zibal] = start
    const at = (index: number) => until(async () => (await stored())[index]?.name === 'Zibal')
    const grip = row(page, 'Zibal').getByRole('button', { name: /^Move Zibal/ })
    await grip.focus()
    await page.keyboard.press('Space')
    const said = page.locator('[aria-live=assertive]').first()
    await until(async () => ((await said.textContent()) ?? '').includes('Zibal lifted, place 3 of 6'))
    await page.keyboard.press('ArrowUp')
    await until(async () => ((await said.textContent()) ?? '').includes('Zibal, place 2 of 6. Zibal would be selected'))
    await page.keyboard.press('Escape')
    await until(async () => ((await said.textContent()) ?? '').includes('back at place 3'))
    expect(orders).toStrictEqual([])
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await until(async () => ((await said.textContent()) ?? '').includes('stays at place 1'))
    await page.keyboard.press('Space')
    await at(0)
    expect(orders).toStrictEqual([[zibal, stripe, main, ...start.slice(3)].map((each) => each?.id)])
    await shown(page, 'Zibal moved to place 1')

    // By its number; a place that its status can't have is refused in words.
    await until(async () => (await names(page))[0] === 'Zibal')
    await row(page, 'Zibal')
      .getByRole('button', { name: /^Place of Zibal/ })
      .click()
    await page.keyboard.type('5')
    await page.keyboard.press('Enter')
    await shown(page, /Active ones have places 1 to 3/)
    await page.getByLabel(/^Place of Zibal/).fill('99')
    await page.keyboard.press('Enter')
    await shown(page, 'Places 1 to 6.')
    await page.getByLabel(/^Place of Zibal/).fill('2')
    await page.keyboard.press('Enter')
    await at(1)

    // By drag.
    await until(async () => (await names(page))[1] === 'Zibal')
    const from = await row(page, 'Zibal').locator('.grip').boundingBox()
    const to = await row(page, 'Zarinpal Production').boundingBox()
    if (from === null || to === null) throw new Error('No rows')
    await page.mouse.move(from.x + 8, from.y + 8)
    await page.mouse.down()
    await page.mouse.move(from.x + 8, from.y + 30, { steps: 4 })
    await page.mouse.move(from.x + 8, to.y + to.height / 2 + 10, { steps: 8 })
    await page.mouse.up()
    await at(2)
    await until(() => orders.length === 3)
    expect((await stored()).map(({ id }) => id)).toStrictEqual(start.map(({ id }) => id))
  },
)

browserTest(
  '[ui 8] a request is tried: each candidate is shown with why it was chosen or passed over, and the context stands in the address',
  async () => {
    await using window = await open()
    const { page } = window
    await window.go('/types/otp')
    await shown(page, /It depends on the request/)
    await page.getByRole('button', { name: 'Try a request' }).click()
    await page.getByLabel('Name of value 1').fill('region')
    await page.getByLabel('Value 1', { exact: true }).fill('EU')
    await page.getByRole('button', { name: 'Try', exact: true }).click()
    await shown(page, 'Twilio answers')
    expect(decodeURIComponent(page.url())).toContain('context={"region":"EU"}')
    await page.reload()
    await shown(page, 'Twilio answers')
    await window.go('/types/payment-gateway?try=2')
    const answer = page.locator('.answer')
    await answer.getByText('Zarinpal Production answers').waitFor()
    const told = await answer.locator('.answerRow').allInnerTexts()
    expect(told.map((text) => text.replaceAll(/\s+/g, ' '))).toStrictEqual([
      expect.stringMatching(/Stripe EU Passed over: ejected/),
      expect.stringMatching(/Zarinpal Production Chosen: first Active that can serve/),
      expect.stringMatching(/Zibal Next in line/),
      expect.stringMatching(/Mellat Bank Standby: serves if no Active can/),
      expect.stringMatching(/PayPal Legacy Passed over: it can’t be decrypted/),
      expect.stringMatching(/Zarinpal Backup Disabled: never chosen/),
    ])
  },
)

browserTest('[ui 9] taking out the last Active instance asks first, says what takes over, and the safe answer has the focus', async () => {
  await using window = await open()
  const { page } = window
  await window.go('/types/storage')
  const main = row(page, 'S3 Frankfurt')
  await main.getByRole('radio', { name: 'Disabled' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Take out the last Active instance of Storage?').waitFor()
  expect(await dialog.innerText()).toMatch(/After this, S3 Tehran \(Standby\) takes every call/)
  expect(page.url()).toContain('ask=disabled')
  await until(async () => (await page.evaluate('document.activeElement.textContent')) === 'Keep it Active')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  expect((await named('S3 Frankfurt')).status).toBe('active')
  await main.getByRole('radio', { name: 'Disabled' }).click()
  await dialog.getByRole('button', { name: 'Set to Disabled' }).click()
  await until(async () => (await named('S3 Frankfurt')).status === 'disabled')
  await page.locator('.selectedLine').getByText('S3 Tehran').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await until(async () => (await named('S3 Frankfurt')).status === 'active')
})

browserTest('[ui 10] a bad row shows its reason and what to do, and the list and its other rows work on', async () => {
  await using window = await open()
  const { page } = window
  await window.go('/types/payment-gateway')
  const bad = row(page, 'PayPal Legacy')
  await bad.getByText('Can’t be decrypted.').waitFor()
  expect(await bad.locator('.trouble').innerText()).toContain("'k1'")
  await bad.getByRole('link', { name: 'Add the key or replace the config' }).click()
  await page.waitForURL(/\/instances\//)
  await shown(page, /every secret must be entered/)
  await window.go('/types/payment-gateway?state=problem')
  await until(async () => (await names(page)).join() === 'PayPal Legacy')
  expect(window.complaints).toStrictEqual([])
})

browserTest(
  '[ui 11] an instance is ejected and restored by hand, with the timer shown; strategy and weights where the type allows them',
  async () => {
    await using window = await open()
    const { page } = window
    await window.go('/types/payment-gateway')
    const stripe = row(page, 'Stripe EU')
    await stripe.getByText(/One trial call in/).waitFor()
    const first = await stripe.locator('.trouble strong').innerText()
    expect(first).toMatch(/^\d:\d\d$/)
    await until(async () => (await stripe.locator('.trouble strong').innerText()) !== first)
    await stripe.getByRole('button', { name: /Restore now/ }).click()
    await page.locator('.selectedLine').getByText('Stripe EU').waitFor()
    await stripe.getByRole('button', { name: 'More for Stripe EU' }).click()
    await page.getByRole('menuitem', { name: /Eject/ }).click()
    await stripe.getByText('Ejected by hand.').waitFor()
    await page.locator('.selectedLine').getByText('Zarinpal Production').waitFor()

    await window.go('/types/ai-model')
    await shown(page, /calls are shared by weight/)
    const weight = page.getByLabel('Weight of GPT')
    await weight.fill('140')
    await weight.press('Enter')
    await until(async () => (await named('GPT')).weight === 140)
    await page.locator('.selectedLine').getByText('GPT 70%').waitFor()
    await page.getByRole('button', { name: /Selects by/ }).click()
    await page.getByRole('menuitemcheckbox', { name: 'priority' }).click()
    await until(async () => (await shop().board.admin.strategy('ai-model')).strategy === 'priority')
    await page
      .locator('.selectedLine')
      .getByText(/first Active instance in order/)
      .waitFor()
  },
)

browserTest('[ui 28] what another operator changes appears without a reload, and says so', async () => {
  await using window = await open()
  const { page } = window
  await window.go('/types/notification')
  await row(page, 'Pushe').waitFor()
  const { id } = await named('Pushe')
  await shop().board.admin.setStatus(id, 'reserved', { actor: sara })
  await page.getByRole('status').getByText('Sara Ahmadi set Pushe to Standby').waitFor()
  await until(async () => (await row(page, 'Pushe').getByRole('radio', { checked: true }).innerText()).startsWith('Standby'))
  // One's own changes are not news: what the page asks after them was answered, and what somebody else does next is the next that it says.
  const said = await recordToasts(page)
  const answered = page.waitForResponse((response) => response.url().includes('/history?limit=20'))
  await shop().board.admin.setStatus(id, 'active', { actor: navid })
  await (await answered).finished()
  await until(async () => (await row(page, 'Pushe').getByRole('radio', { checked: true }).innerText()) === 'Active')
  const { id: other } = await named('FCM')
  await shop().board.admin.setStatus(other, 'reserved', { actor: sara })
  await until(async () => (await said()).some((text) => text.includes('Sara Ahmadi set FCM to Standby')))
  expect((await said()).filter((text) => text.includes('Navid Karimi'))).toStrictEqual([])
})
