import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { postgres } from '../../src/postgres.ts'
import { skipWithReason } from '../skip.ts'
import { until } from '../support/open-board.ts'
import { onPostgres, postgresDatabase, postgresUrl } from '../support/postgres-test-database.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { browserTest, recordToasts, room } from './browser.ts'
import { navid, openShop, sara } from './shop.ts'

const { shop, open, openAt } = room()
const row = (page: Page, name: string) => page.locator('.rows > .row', { has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) })
const named = async (name: string) => {
  const found = (await shop().board.admin.list({ search: name, limit: 100 })).items.find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no ${name}`)
  return found
}
const live = (page: Page) => page.locator('.liveLine.live').first().waitFor()

browserTest(
  '[ui 28] what happened while a connection was gone is told when it is back, once, and what was told before is not told again',
  async () => {
    await using window = await open()
    const { page } = window
    await window.go('/types/notification')
    await live(page)
    const said = await recordToasts(page)
    const about = async (name: string): Promise<number> => (await said()).filter((text) => text.includes(name)).length
    const [pushe, fcm] = [await named('Pushe'), await named('FCM')]
    await shop().board.admin.setStatus(pushe.id, 'reserved', { actor: sara })
    await until(async () => (await about('Sara Ahmadi set Pushe')) === 1)
    // The stream goes, and what is asked meanwhile is answered: only what is told is missed.
    shop().between = (url) => (url.endsWith('/events') ? 'hang up' : undefined)
    shop().cut()
    await page.locator('.liveLine.lost').first().waitFor()
    await shop().board.admin.setStatus(fcm.id, 'reserved', { actor: sara })
    shop().between = undefined
    await until(async () => (await about('Sara Ahmadi set FCM to Standby')) === 1, 30_000)
    await until(async () => (await row(page, 'FCM').getByRole('radio', { checked: true }).innerText()).startsWith('Standby'))
    await live(page)
    // One's own next change is followed by one of somebody else's: after it, all that was to be told was told.
    await shop().board.admin.setStatus(pushe.id, 'active', { actor: navid })
    await shop().board.admin.setStatus(fcm.id, 'active', { actor: sara })
    await until(async () => (await about('Sara Ahmadi set FCM to Active')) === 1)
    expect(await about('Pushe')).toBe(1)
    expect(await about('FCM to Standby')).toBe(1)
  },
)

const withPostgres = postgresDatabase.wanting === undefined ? browserTest : skipWithReason(postgresDatabase.wanting)

withPostgres(
  '[ui 31] the database goes while the page is open: it says so, shows what it had, loses nothing that is typed, and goes on when it is back',
  async () => {
    const place = new URL(postgresUrl())
    await using proxy = await TcpProxy.before(Number(place.port === '' ? 5432 : place.port))
    place.hostname = '127.0.0.1'
    place.port = String(proxy.port)
    const schema = `plugboard_page_${randomBytes(6).toString('hex')}`
    await onPostgres(postgresUrl(), (client) => client.query(`create schema ${schema}`))
    try {
      await using down = await openShop({
        seed: false,
        board: { store: postgres({ connectionString: place.href, max: 4 }, { schema, timeout: 2_000 }) },
      })
      const make = (name: string) =>
        down.board.admin.create(
          { type: 'storage', plugin: 's3', name, status: 'active', config: { url: `${down.providers}/200`, key: 'some-key' } },
          { actor: sara },
        )
      const { id } = await make('S3 one')
      await make('S3 two')
      await using list = await openAt(down.base)
      await using form = await openAt(down.base)
      await list.go('/types/storage')
      await row(list.page, 'S3 one').waitFor()
      await live(list.page)
      await form.go(`/instances/${id}`)
      await form.page.locator('#field-name').fill('S3 renamed')

      proxy.refuse()
      const stale = (page: Page) => page.getByText(/The application can’t read its database/)
      await stale(list.page).waitFor({ timeout: 30_000 })
      await stale(form.page).waitFor({ timeout: 30_000 })
      expect(await list.page.locator('.rows .name').allTextContents()).toStrictEqual(['S3 one', 'S3 two'])
      await row(list.page, 'S3 two').getByRole('radio', { name: 'Standby' }).click()
      await list.page
        .getByRole('alert')
        .getByText(/can’t reach its database just now\. Nothing was changed/)
        .waitFor()
      await form.page.getByRole('button', { name: 'Save', exact: true }).click()
      await form.page
        .getByRole('alert')
        .getByText(/can’t reach its database just now/)
        .waitFor()
      expect(await form.page.locator('#field-name').inputValue()).toBe('S3 renamed')

      // It comes back while nobody listens: whoever listens again asks, and says it no more.
      down.between = (url) => (url.endsWith('/events') ? 'hang up' : undefined)
      down.admin.close()
      for (const { page } of [list, form]) await page.locator('.liveLine.lost').first().waitFor()
      proxy.pass()
      await until(async () => (await down.board.status().catch(() => undefined))?.freshness.state === 'fresh', 30_000)
      down.between = undefined
      for (const { page } of [list, form]) await stale(page).waitFor({ state: 'detached', timeout: 30_000 })
      await form.page.getByRole('button', { name: 'Save', exact: true }).click()
      await form.page.getByText('No unsaved changes.').waitFor()
      expect((await down.board.admin.get(id)).name).toBe('S3 renamed')
      await row(list.page, 'S3 renamed').waitFor()
      await row(list.page, 'S3 two').getByRole('radio', { name: 'Standby' }).click()
      await until(async () => (await down.board.admin.list({ search: 'two' })).items[0]?.status === 'reserved')
      // And once more, told as it happens.
      await live(list.page)
      proxy.refuse()
      await stale(list.page).waitFor({ timeout: 30_000 })
      proxy.pass()
      await stale(list.page).waitFor({ state: 'detached', timeout: 30_000 })
    } finally {
      await onPostgres(postgresUrl(), (client) => client.query(`drop schema ${schema} cascade`))
    }
  },
)
