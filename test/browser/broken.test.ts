import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { z } from 'zod'
import { createBoard, Plugin } from '../../src/index.ts'
import type { TestDatabase } from '../support/databases.ts'
import { until } from '../support/open-board.ts'
import { browserTest, expectAccessible, room } from './browser.ts'
import { PaymentGateway } from './contracts.ts'
import { sara } from './shop.ts'

/** As releases before had them: one whose code is gone, one that had no settings yet, one that had others. */
class Gone extends Plugin(PaymentGateway, { key: 'gone', label: 'Gone' }) {
  async charge(): Promise<string> {
    return ''
  }
  async refund(): Promise<void> {}
}
class PlainZibal extends Plugin(PaymentGateway, { key: 'zibal', label: 'Zibal' }) {
  async charge(): Promise<string> {
    return ''
  }
  async refund(): Promise<void> {}
}
class OldAdyen extends Plugin(PaymentGateway, { key: 'adyen', label: 'Adyen', config: z.object({ account: z.string() }) }) {
  async charge(): Promise<string> {
    return ''
  }
  async refund(): Promise<void> {}
}
class IdPay extends Plugin(PaymentGateway, {
  key: 'idpay',
  label: 'IDPay',
  config: z.object({ url: z.url(), key: z.string() }),
  secrets: { key: {} },
}) {
  async charge(): Promise<string> {
    return ''
  }
  async refund(): Promise<void> {}
}

const prepare = async (database: TestDatabase, keys: string): Promise<void> => {
  const board = createBoard({
    plugins: [Gone, PlainZibal, OldAdyen, IdPay],
    store: database.factory,
    migrate: 'on-start',
    sync: 'on-start',
    keys,
  })
  const create = (plugin: string, name: string, priority: number, config?: object) =>
    board.admin.create(
      { type: 'payment-gateway', plugin, name, status: 'active', priority, ...(config === undefined ? {} : { config }) },
      { actor: sara },
    )
  // Those that a sync makes of plugins without settings have other tests.
  for (const { id } of (await board.admin.list()).items) await board.admin.remove(id, { actor: sara })
  // All of them before the ones that are well: they are what is tried first.
  await create('gone', 'Gone one', 1)
  await create('zibal', 'Zibal empty', 2)
  await create('adyen', 'Adyen old', 3, { account: 'shop' })
  await create('idpay', 'IDPay torn', 4, { url: 'https://idpay.example', key: 'the-torn-key' })
  await board.close()
  await database.sql("update plugboard_instances set config = substr(config, 1, length(config) - 6) || 'AAAAAA' where name = 'IDPay torn'")
}

const { shop, open } = room({ prepare })
const row = (page: Page, name: string) => page.locator('.rows > .row', { has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) })
const named = async (name: string) => (await shop().board.admin.list({ search: name, limit: 100 })).items.find((each) => each.name === name)

const bad = [
  ['Gone one', 'Gone one has no code', 'Code missing.', 'code_missing'],
  ['Zibal empty', 'Zibal empty needs settings', 'Needs settings.', 'needs_config'],
  ['Adyen old', 'Adyen old has settings that don’t fit any more', 'The settings don’t fit.', 'config_invalid'],
  ['IDPay torn', 'IDPay torn can’t be decrypted', 'Can’t be decrypted.', 'cannot_decrypt'],
] as const

browserTest(
  '[ui 10][22][41] rows without code, without settings, torn, or with settings of old each say so; the list and the others work on',
  async () => {
    await using window = await open()
    const { page } = window
    await window.go('/types/payment-gateway')
    for (const [name, , reason, code] of bad) {
      await row(page, name).getByText(reason).waitFor()
      expect((await named(name))?.state).toMatchObject({ ok: false, reason: code })
      // What to do is one press away.
      const to = await row(page, name).locator('.trouble a').getAttribute('href')
      expect(to).toContain(`/instances/${(await named(name))?.id ?? ''}`)
    }
    expect(await page.content()).not.toContain('the-torn-key')
    // They are first in order, and the call goes on to one that can serve.
    await page.locator('.selectedLine').getByText('Zarinpal Production').waitFor()
    await row(page, 'Zibal').getByRole('radio', { name: 'Standby' }).click()
    await until(async () => (await named('Zibal'))?.status === 'reserved')
    await page.getByRole('button', { name: 'Undo' }).click()
    await until(async () => (await named('Zibal'))?.status === 'active')
    await expectAccessible(page, 'rows that are broken')
    expect(window.complaints).toStrictEqual([])
  },
)

browserTest('[ui 2][ui 10] the overview tells each first and leads to its mending, and what can be mended here is mended', async () => {
  await using window = await open()
  const { page } = window
  const problems = page.locator('.problemList')
  const address = `${shop().providers}/200`
  for (const [name, title] of bad) {
    await window.go('/')
    const problem = problems.locator('li', { hasText: title })
    await problem.getByRole('link').last().click()
    await page.waitForURL(/instances/)
    await page.locator('h1', { hasText: name }).waitFor()
    if (name === 'Gone one') {
      // Nobody can give it its code from here: it says so, and shows what is known.
      await page.getByText('Code missing.').waitFor()
      expect(await page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0)
      continue
    }
    await page.getByLabel('Address').fill(address)
    await page.locator('input[type=password]').fill('entered-again')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await until(async () => (await named(name))?.state.ok === true)
    await page.getByText('No unsaved changes.').waitFor()
  }
  await window.go('/')
  await problems.getByText('Gone one has no code').waitFor()
  for (const [, title] of bad.slice(1)) expect(await problems.getByText(title).count(), title).toBe(0)
  // Without code it can still be taken away, and brought back.
  await window.go('/types/payment-gateway')
  await page.getByRole('button', { name: 'More for Gone one' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await until(async () => (await named('Gone one')) === undefined)
  await page.getByRole('button', { name: 'Undo' }).click()
  await until(async () => (await named('Gone one'))?.status === 'active')
})
