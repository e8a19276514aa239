import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { until } from '../support/open-board.ts'
import { browserTest, room } from './browser.ts'
import { navid, sara } from './shop.ts'

const { shop, open } = room()
const row = (page: Page, name: string) => page.locator('.rows > .row', { has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) })
const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
const named = async (name: string) => {
  const found = (await shop().board.admin.list({ search: name, limit: 100 })).items.find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no ${name}`)
  return found
}
/** The page hears of nothing, and shows what it read: as it is for whoever is faster than the news. */
const deafen = (page: Page) => page.route('**/api/v1/events', (route) => route.abort())
const stale = /Somebody else changed it meanwhile\. Nothing was overwritten/

browserTest('[ui 26][45] who removes or switches what somebody else changed since is told so, and nothing is overwritten', async () => {
  await using window = await open()
  const { page } = window
  await deafen(page)
  await window.go('/types/storage')
  await row(page, 'S3 Tehran').waitFor()
  const { id } = await named('S3 Tehran')
  await shop().board.admin.update(id, { tags: ['backup'] }, { actor: sara })
  const answers: number[] = []
  page.on('response', (response) => void (['DELETE', 'PUT'].includes(response.request().method()) && answers.push(response.status())))
  await page.getByRole('button', { name: 'More for S3 Tehran' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByRole('alert').getByText(stale).waitFor()
  expect((await named('S3 Tehran')).tags).toStrictEqual(['backup'])
  // What is saved now was read with it, and is what the next press is about.
  await row(page, 'S3 Tehran').locator('.tag', { hasText: 'backup' }).waitFor()
  await shop().board.admin.update(id, { tags: ['backup', 'ir'] }, { actor: sara })
  await row(page, 'S3 Tehran').getByRole('radio', { name: 'Disabled' }).click()
  await page.getByRole('alert').getByText(stale).waitFor()
  expect((await named('S3 Tehran')).status).toBe('reserved')
  await row(page, 'S3 Tehran').locator('.tag', { hasText: 'ir' }).waitFor()
  await page.getByRole('button', { name: 'More for S3 Tehran' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await until(async () => (await shop().board.admin.list({ search: 'Tehran' })).matching === 0)
  // Here it is known before its answer is there.
  await until(() => answers.length === 3)
  expect(answers).toStrictEqual([412, 412, 204])
  await shop().board.admin.restore(id, { actor: navid })
})

browserTest('[ui 6][ui 11][45] a weight and a strategy are undone, unless somebody changed them since', async () => {
  await using window = await open()
  const { page } = window
  await window.go('/types/ai-model')
  const undo = page.getByRole('button', { name: 'Undo' })
  // What is written next goes by what is shown: it must have come.
  const showsWeight = (weight: string) => until(async () => (await page.getByLabel('Weight of GPT').inputValue()) === weight)
  const weigh = async (weight: string): Promise<void> => {
    await page.getByLabel('Weight of GPT').fill(weight)
    await page.getByLabel('Weight of GPT').press('Enter')
    await until(async () => (await named('GPT')).weight === Number(weight))
  }
  await weigh('70')
  await undo.click()
  await until(async () => (await named('GPT')).weight === 40)
  await showsWeight('40')
  await weigh('80')
  await undo.waitFor()
  // Its news would take the place of the offer.
  await undo.hover()
  await page.route('**/api/v1/history?limit=20', (route) => route.abort())
  await shop().board.admin.update((await named('GPT')).id, { weight: 90 }, { actor: sara })
  await undo.click()
  await page.getByRole('alert').getByText(stale).waitFor()
  expect((await named('GPT')).weight).toBe(90)
  const strategy = async () => (await shop().board.admin.strategy('ai-model')).strategy
  const choose = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: /Selects by/ }).click()
    await page.getByRole('menuitemcheckbox', { name }).click()
    await until(async () => (await strategy()) === name)
  }
  await choose('priority')
  await undo.click()
  await until(async () => (await strategy()) === 'weighted')
  await page.getByRole('button', { name: /Selects by weight/ }).waitFor()
  await choose('priority')
  await undo.waitFor()
  await undo.hover()
  const order = (await shop().board.admin.order('ai-model')).ids
  await shop().board.admin.reorder('ai-model', order.toReversed(), { actor: sara })
  await undo.click()
  await page.getByRole('alert').getByText(stale).waitFor()
  expect(await strategy()).toBe('priority')
})

browserTest(
  '[ui 3][ui 32] what is searched for is what was typed, whatever signs are in it, and so it is when it is opened again',
  async () => {
    await using window = await open()
    const { page } = window
    for (const text of ['50% off', 'a%20b+c&d=e#f', '%41', '100%25', 'پرداخت']) {
      await window.go('/types/storage')
      const field = page.getByPlaceholder('Name, plugin or tag')
      await field.fill(text)
      await shown(page, `Nothing matches “${text}”`)
      expect(new URL(page.url()).searchParams.get('q')).toBe(text)
      expect(await field.inputValue()).toBe(text)
      await page.reload()
      await shown(page, `Nothing matches “${text}”`)
      expect(await field.inputValue()).toBe(text)
      await window.go(`/?find=${encodeURIComponent(text)}`)
      await until(async () => (await page.getByRole('search').getByRole('searchbox').inputValue()) === text)
    }
    expect(window.complaints).toStrictEqual([])
  },
)

browserTest(
  '[ui 33] what has no Persian is said in English in its own direction, and a language that there is not is English',
  async () => {
    const { id } = await named('S3 Frankfurt')
    await using persian = await open({ language: 'fa' })
    const { page } = persian
    await persian.go(`/instances/${id}`)
    // What the server says, and the catalogue does not know.
    await page.route('**/api/v1/instances/*', (route) =>
      route.request().method() === 'PATCH'
        ? route.fulfill({
            status: 409,
            contentType: 'application/problem+json',
            body: JSON.stringify({
              type: 'x',
              title: 'x',
              status: 409,
              code: 'of_a_later_release',
              detail: 'Something new (see the log).',
            }),
          })
        : route.continue(),
    )
    await page.locator('#field-name').fill('نام تازه')
    await page.locator('button[type=submit]').click()
    await page.locator('[role=alert] bdi', { hasText: 'Something new (see the log).' }).waitFor()
    await using german = await open({ language: 'de' })
    await german.go('/')
    expect(await german.page.evaluate('[navigator.language, document.documentElement.lang, document.documentElement.dir]')).toStrictEqual([
      'de-DE',
      'en',
      'ltr',
    ])
    await german.page.getByRole('link', { name: 'Overview' }).first().waitFor()
  },
)
