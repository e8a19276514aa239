import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { until } from '../support/open-board.ts'
import { browserTest, room } from './browser.ts'
import { navid, sara } from './shop.ts'

const { shop, open } = room()
const row = (page: Page, name: string) => page.locator('.rows > .row', { has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) })
const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
const all = async (type: string) => (await shop().board.admin.list({ type, limit: 100 })).items
const named = async (type: string, name: string) => {
  const found = (await all(type)).find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no ${name}`)
  return found
}

browserTest('[ui 13] an instance is made on a page that came over plain HTTP, where a browser gives scripts less', async () => {
  await using window = await open({ insecure: true })
  const { page } = window
  await window.go('/types/storage/new')
  expect(await page.evaluate('[isSecureContext, typeof crypto.randomUUID]')).toStrictEqual([false, 'undefined'])
  await page.getByRole('link', { name: 'S3' }).click()
  await page.getByLabel('Name', { exact: true }).fill('S3 plain')
  await page.getByLabel('Address').fill(`${shop().providers}/200`)
  await page.getByLabel('S3 key').fill('plain-key')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await shown(page, /S3 plain/)
  await until(async () => (await all('storage')).some(({ name }) => name === 'S3 plain'))
})

browserTest('[ui 13] what is sent again after its answer was lost creates nothing twice', async () => {
  await using window = await open()
  const { page } = window
  await window.go('/types/storage/new/s3')
  await page.getByLabel('Name', { exact: true }).fill('S3 once')
  await page.getByLabel('Address').fill(`${shop().providers}/200`)
  await page.getByLabel('S3 key').fill('once-key')
  let lost = 0
  await page.route('**/types/storage/instances', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.continue()
    lost++
    await route.fetch()
    return route.abort()
  })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await shown(page, /No connection to the application/)
  await named('storage', 'S3 once')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.waitForURL(/types\/storage$/)
  expect(lost).toBe(1)
  expect((await all('storage')).filter(({ name }) => name.startsWith('S3 once'))).toHaveLength(1)
})

browserTest('[ui 31] a part of the page that is gone after a deployment says so and is loaded anew, and other pages work on', async () => {
  await using window = await open()
  const { page } = window
  await window.go('/')
  shop().between = (url) => (url.includes('/assets/') ? { status: 404, type: 'text/plain', body: 'gone' } : undefined)
  await page.getByRole('link', { name: 'System' }).first().click()
  await page.getByRole('heading', { name: 'This page failed' }).waitFor()
  await page.getByRole('link', { name: 'Storage' }).first().click()
  await page.locator('.rows .name', { hasText: 'S3 Frankfurt' }).waitFor()
  await page.getByRole('link', { name: 'System' }).first().click()
  await page.getByRole('heading', { name: 'This page failed' }).waitFor()
  shop().between = undefined
  await page.getByRole('button', { name: 'Reload' }).click()
  await shown(page, 'Schema version')
})

browserTest(
  '[ui 32] an address that says what no page says is shown as if it did not, and a browser that keeps nothing shows all',
  async () => {
    const { id } = await named('storage', 'S3 Frankfurt')
    await using window = await open()
    const { page } = window
    for (const query of [`ask=foo&of=${id}`, 'sort=foo', 'sort=constructor', 'status=foo', 'state=foo']) {
      await window.go(`/types/storage?${query}`)
      await page.locator('.rows .name', { hasText: 'S3 Frankfurt' }).waitFor()
      expect(await page.getByRole('dialog').count(), query).toBe(0)
    }
    await window.go('/types/storage/new?only=constructor')
    await page.getByRole('link', { name: 'S3' }).waitFor()
    expect(window.complaints).toStrictEqual([])
    await page.addInitScript(
      "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('Access is denied', 'SecurityError') } })",
    )
    await window.go('/types/storage')
    await page.locator('.rows .name', { hasText: 'S3 Frankfurt' }).waitFor()
    await page.getByRole('button', { name: 'Language' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'فارسی' }).click()
    await until(async () => (await page.evaluate('document.documentElement.lang')) === 'fa')
  },
)

browserTest(
  '[ui 26] an instance is removed on its own page, and stays there where that failed; only for the last Active one it is asked',
  async () => {
    const { id } = await named('notification', 'Pushe')
    await using window = await open()
    const { page } = window
    const remove = async (): Promise<void> => {
      await page.getByRole('button', { name: 'More for Pushe' }).click()
      await page.getByRole('menuitem', { name: 'Remove' }).click()
    }
    await window.go(`/instances/${id}`)
    await page.locator('.above', { hasText: 'Notifications' }).waitFor()
    await page.route('**/api/v1/instances/*', (route) => (route.request().method() === 'DELETE' ? route.abort() : route.continue()))
    await remove()
    await shown(page, /No connection to the application/)
    expect(page.url()).toContain(`/instances/${id}`)
    await page.unroute('**/api/v1/instances/*')
    await remove()
    await page.waitForURL(/types\/notification$/)
    expect((await all('notification')).map(({ name }) => name)).toStrictEqual(['FCM', 'Najva'])
    await page.getByRole('button', { name: 'Undo' }).click()
    await until(async () => (await all('notification')).some((each) => each.id === id && each.status === 'active'))
    // Asked by address about one that is not the last, and not among the rows that a filter leaves.
    await window.go(`/types/notification?q=FCM&ask=removed&of=${id}`)
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Remove Pushe?').waitFor()
    await dialog.getByText('2 instances stay Active.').waitFor()
    expect(await dialog.innerText()).not.toContain('last')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'hidden' })
    const last = await named('storage', 'S3 Frankfurt')
    await window.go(`/instances/${last.id}`)
    await page.locator('.above', { hasText: 'Storage' }).waitFor()
    await page.getByRole('button', { name: 'More for S3 Frankfurt' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await dialog.getByText('Take out the last Active instance of Storage?').waitFor()
  },
)

browserTest('[ui 6][45] undoing takes back what was done and nothing that others wrote since', async () => {
  const { id } = await named('notification', 'Pushe')
  await using window = await open()
  const { page } = window
  await window.go('/types/notification')
  await row(page, 'Pushe').getByRole('radio', { name: 'Standby' }).click()
  const undo = page.getByRole('button', { name: 'Undo' })
  await undo.waitFor()
  // Its news would take the place of the offer.
  await undo.hover()
  const history = '**/api/v1/history?limit=20'
  await page.route(history, (route) => route.abort())
  await shop().board.admin.setStatus(id, 'disabled', { actor: sara })
  await undo.click()
  await shown(page, /Somebody else changed it meanwhile\. Nothing was overwritten/)
  expect((await named('notification', 'Pushe')).status).toBe('disabled')
  await shop().board.admin.setStatus(id, 'active', { actor: navid })
})

browserTest('[ui 7][46] a move starts from the order that its revision belongs to, whatever the rows still show', async () => {
  const [first, second, third] = await all('notification')
  if (first === undefined || second === undefined || third === undefined) throw new Error('There are three')
  await using window = await open()
  const { page } = window
  await window.go('/types/notification')
  await row(page, first.name).waitFor()
  await row(page, third.name)
    .getByRole('button', { name: new RegExp(`^Place of ${third.name}: 3`) })
    .waitFor()
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/types/notification/instances?*', async (route) => {
    await held
    await route.continue()
  })
  await shop().board.admin.reorder('notification', [third.id, first.id, second.id], { actor: sara })
  await row(page, third.name)
    .getByRole('button', { name: /^Place of .*: 1/ })
    .waitFor()
  await row(page, second.name)
    .getByRole('button', { name: /^Move / })
    .focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Space')
  const wanted = [third.id, second.id, first.id].join()
  await until(async () => (await all('notification'))[1]?.id === second.id)
  release()
  expect((await all('notification')).map(({ id }) => id).join()).toBe(wanted)
})

browserTest('[ui 28] what was missed while nobody told it is read again, though no revision says so', async () => {
  const { id } = await named('storage', 'S3 once')
  await using window = await open()
  const { page } = window
  await window.go('/types/storage')
  await page.locator('.liveLine.live').first().waitFor()
  await row(page, 'S3 once').waitFor()
  const checked = row(page, 'S3 once').locator('.cellHealth').getByText('OK')
  expect(await checked.count()).toBe(0)
  // Every stream ends, and what happens before the page is back is told to nobody.
  shop().admin.close()
  await shop().board.admin.test(id, { actor: sara })
  await checked.waitFor()
})

browserTest('[ui 2][ui 27] problems and keys that can’t be read say so, and are read again when asked', async () => {
  await using window = await open()
  const { page } = window
  const failing = (part: string) => {
    shop().between = (url) => (url.includes(part) ? { status: 502, type: 'text/html', body: '<h1>Bad gateway</h1>' } : undefined)
  }
  failing('/api/v1/instances?state=problem')
  await window.go('/')
  await shown(page, /Something between this page and the application/)
  shop().between = undefined
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.locator('.problemList').getByText('PayPal Legacy can’t be decrypted').waitFor()
  failing('/api/v1/keys')
  await window.go('/system')
  await shown(page, /Something between this page and the application/)
  shop().between = undefined
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.locator('section', { hasText: 'This process' }).last().getByText('writes').waitFor()
})
