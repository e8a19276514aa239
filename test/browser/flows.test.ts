import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { fa } from '../../ui/src/messages/fa.ts'
import { until } from '../support/open-board.ts'
import { browserTest, clipped, expectAccessible, room, tabTo } from './browser.ts'
import { settled } from './every-page.ts'
import { navid } from './shop.ts'

const { shop, open } = room()
const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
const named = async (name: string) => {
  const found = (await shop().board.admin.list({ search: name, limit: 100 })).items.find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no ${name}`)
  return found
}
/** The text of a message, up to what is filled in. */
const persian = (key: keyof typeof fa): string => {
  const message = fa[key]
  return (typeof message === 'string' ? message : message.other).split('{', 1)[0] ?? ''
}
/** What another board wrote without it: here it is missing from the database. */
const forget = async (plugin: string): Promise<void> => {
  await shop().database.sql(`delete from plugboard_instances where plugin_id in (select id from plugboard_plugins where key = '${plugin}')`)
  await shop().database.sql(`delete from plugboard_plugins where key = '${plugin}'`)
}
const drift = async (): Promise<boolean> => (await shop().board.sync({ dryRun: true, actor: navid })).changed

browserTest('[ui 13][ui 14][43] by keyboard alone an instance is made: plugin, form, test, save and enable', async () => {
  await using window = await open()
  const { page } = window
  const { keyboard } = page
  await window.go('/types/storage')
  await page.locator('.rows .name').first().waitFor()
  await tabTo(page, /^New instance/)
  await keyboard.press('Enter')
  await page.waitForURL(/\/new$/)
  await tabTo(page, /^Search/)
  await keyboard.type('s3')
  await tabTo(page, /^S3$/)
  await keyboard.press('Enter')
  await page.waitForURL(/\/new\/s3$/)
  await page.locator('#field-name').waitFor()
  await tabTo(page, /^Name$/)
  await keyboard.type('S3 typed')
  await tabTo(page, /^Address/)
  await keyboard.type(`${shop().providers}/200`)
  await tabTo(page, /^S3 key/)
  await keyboard.type('typed-key')
  await tabTo(page, /^Test$/)
  await keyboard.press('Space')
  await shown(page, /Draft tested: connected in/)
  await tabTo(page, /^Save and enable$/)
  await keyboard.press('Enter')
  await page.waitForURL(/types\/storage$/)
  expect((await named('S3 typed')).status).toBe('active')
})

browserTest('[ui 25] by keyboard alone a change is looked at and rolled back', async () => {
  const { id } = await named('Zarinpal Production')
  await using window = await open()
  const { page } = window
  await window.go(`/instances/${id}`)
  await page.locator('#field-name').waitFor()
  await tabTo(page, /^History\s*\d+$/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/history$/)
  await page.locator('.entry', { hasText: 'renamed it' }).waitFor()
  await tabTo(page, /^What revision/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/open=/)
  // The first that there is to go back to: what it was before the last change of its settings.
  await tabTo(page, /^Roll back to/)
  await page.keyboard.press('Space')
  await page.locator('.entry', { hasText: 'rolled it back' }).waitFor()
  expect((await shop().board.admin.history({ instance: id, limit: 1 }))[0]).toMatchObject({ action: 'rollback', actor: { id: 'navid' } })
})

browserTest('[ui 27] by keyboard alone the plan of a sync is read and applied, and keys are looked at', async () => {
  await forget('idpay')
  await using window = await open()
  const { page } = window
  await window.go('/system')
  await page.getByText('Add the plugin payment-gateway/idpay').waitFor()
  await tabTo(page, /^Apply this plan$/)
  await page.keyboard.press('Enter')
  await shown(page, 'Both are the same. There is nothing to do.')
  expect(await drift()).toBe(false)
  await tabTo(page, /^Open every config once$/)
  await page.keyboard.press('Space')
  await shown(page, /sealed configs? do(?:es)? not open/)
})

browserTest(
  '[ui 27][ui 29][20] keys are rotated from the page: it says how far it is and what came of it, and who may not is not offered it',
  async () => {
    shop().actor = { ...navid, permissions: ['read', 'operate'] }
    await using window = await open()
    const { page } = window
    await window.go('/system')
    await page.getByRole('progressbar', { name: 'Sealed with k2' }).waitFor()
    expect(await page.getByRole('button', { name: 'Seal the rest with k2' }).count()).toBe(0)
    await shown(page, /somebody who may configure everything begins it here/)
    shop().actor = navid
    await window.go('/system')
    // Held up on its way, it is seen on its way; then it is the real one.
    const { admin } = shop().board
    const rotate = admin.rotateKeys.bind(admin)
    let go = (): void => {}
    const held = new Promise<void>((resolve) => (go = resolve))
    const slowly: typeof rotate = async (input, options) => {
      input.onProgress?.({ done: 3, total: 12 })
      await held
      return rotate(input, options)
    }
    Object.defineProperty(admin, 'rotateKeys', { value: slowly, configurable: true })
    try {
      await page.getByRole('button', { name: 'Seal the rest with k2' }).click()
      const bar = page.getByRole('progressbar', { name: 'Sealing with k2' })
      await bar.waitFor()
      expect([await bar.getAttribute('aria-valuenow'), await bar.getAttribute('aria-valuemax')]).toStrictEqual(['3', '12'])
      await shown(page, '3 of 12')
    } finally {
      go()
      Reflect.deleteProperty(admin, 'rotateKeys')
    }
    // PayPal Legacy is sealed with a key that this process lacks.
    await shown(page, /configs? (?:was|were) sealed with k2/)
    await shown(page, /can’t be opened and stays? as (?:it is|they are)\./)
    await page.getByRole('progressbar', { name: 'Sealed with k2' }).waitFor()
    await expectAccessible(page, 'system after a rotation')
  },
)

browserTest('[ui 25] on a phone in Persian the history opens, nothing is cut off, and a change is rolled back', async () => {
  const { id } = await named('Zarinpal Production')
  await using window = await open({ width: 390, language: 'fa', scheme: 'dark' })
  const { page } = window
  await window.go(`/instances/${id}/history`)
  const open_ = page.locator('.entry button[aria-expanded=false]:not([disabled])')
  await open_.first().waitFor()
  await open_.first().click()
  await page.locator('.diff').waitFor()
  expect(await page.evaluate(clipped)).toStrictEqual([])
  await expectAccessible(page, 'history on a phone in Persian')
  const before = (await shop().board.admin.history({ instance: id, limit: 100 })).length
  await page
    .getByRole('button', { name: persian('history.rollBack') })
    .first()
    .click()
  await until(async () => (await shop().board.admin.history({ instance: id, limit: 100 })).length === before + 1)
  expect((await shop().board.admin.history({ instance: id, limit: 1 }))[0]?.action).toBe('rollback')
  expect(await page.content()).not.toContain('zp-new-secret')
})

browserTest('[ui 27] on a phone in Persian the system page shows its plan, keys and processes, and applies what it shows', async () => {
  await forget('adyen')
  await using window = await open({ width: 390, language: 'fa' })
  const { page } = window
  await window.go('/system')
  await page.locator('.planList').getByText('payment-gateway/adyen').waitFor()
  await settled(page)
  expect(await page.evaluate(clipped)).toStrictEqual([])
  await expectAccessible(page, 'system on a phone in Persian')
  await page.getByRole('button', { name: persian('sync.apply') }).click()
  await shown(page, persian('sync.same'))
  expect(await drift()).toBe(false)
  await page
    .locator('section', { hasText: String(process.pid) })
    .last()
    .waitFor()
  expect(window.complaints).toStrictEqual([])
})
