import { getRequestListener } from '@hono/node-server'
import type { Board, InstanceStatus } from 'plugboard'
import { testPlugin } from 'plugboard/testing'
import { expect, test } from 'vitest'
import { runExample } from '../../test/support/run-example.ts'
import { signInApp } from './app.ts'
import { openBoard } from './board.ts'
import { Browser } from './browser.ts'
import { Oidc } from './oidc.ts'
import { startProvider } from './provider.ts'
import { serve, type Served } from './serve.ts'
import { SignIn } from './sign-in.ts'

const by = { actor: { id: 'u1', name: 'Ada' } }
const closed = { status: 404, text: 'This way to sign in is not open. Choose another one.' }
const refused = { status: 403, text: 'You are not signed in. Begin again.' }

interface Shop extends AsyncDisposable {
  readonly url: string
  readonly board: Board
  readonly staff: Served
  readonly partners: Served
  readonly ids: { readonly staff: string; readonly partners: string }
}

/** An application that staff and partners sign in to, each with a provider of their own. */
async function open(): Promise<Shop> {
  const board = await openBoard()
  const app = await serve((url) => getRequestListener(signInApp(board, url).fetch, { overrideGlobalObjects: false }))
  const callback = `${app.url}/callback`
  const staff = await startProvider({ clientSecret: 'secret-of-staff', callback, accounts: { Ada: 'lovelace' } })
  const partners = await startProvider({ clientSecret: 'secret-of-partners', callback, accounts: { Sam: 'support' } })
  const create = async (name: string, issuer: string, status: InstanceStatus = 'active'): Promise<string> => {
    const config = { issuer, clientId: 'shop', clientSecret: `secret-of-${name.toLowerCase()}` }
    return (await board.admin.create({ type: SignIn, plugin: 'oidc', name, status, config }, by)).id
  }
  const ids = { staff: await create('Staff', staff.url), partners: await create('Partners', partners.url) }
  await create('Stand-by', staff.url, 'reserved')
  await create('Old', staff.url, 'disabled')
  return {
    url: app.url,
    board,
    staff,
    partners,
    ids,
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]()
      await board.close()
      await Promise.all([staff, partners].map((each) => each[Symbol.asyncDispose]()))
    },
  }
}

const buttons = async ({ url }: Shop): Promise<readonly string[]> => {
  const { text } = await new Browser().get(url)
  return [...text.matchAll(/Sign in with ([^<]+)/g)].map(([, name = '']) => name)
}

/** Clicks a button, and types name and password at the provider. */
async function signIn(browser: Browser, { url }: Shop, button: string, name: string, password: string): Promise<object> {
  const form = await browser.get(`${url}/login/${button}`)
  return browser.post(form.url, { name, password })
}

test('each active instance is a button, in the operators’ order; a click leads through its provider and back', async () => {
  await using shop = await open()
  expect(await buttons(shop)).toStrictEqual(['Staff', 'Partners'])
  await shop.board.admin.move(shop.ids.partners, { to: 'first' }, by)
  await shop.board.admin.update(shop.ids.staff, { name: 'Staff <only>' }, by)
  expect(await buttons(shop)).toStrictEqual(['Partners', 'Staff &lt;only&gt;'])

  const [ada, sam] = [new Browser(), new Browser()]
  const form = await ada.get(`${shop.url}/login/${shop.ids.staff}`)
  expect(new URL(form.url).origin).toBe(shop.staff.url)
  expect(await ada.post(form.url, { name: 'Ada', password: 'wrong' })).toMatchObject({ status: 401 })
  expect(await ada.post(form.url, { name: 'Ada', password: 'lovelace' })).toMatchObject({ status: 200, text: '<p>Hello, Ada.</p>' })
  // Each provider vouches for its own people.
  expect(await signIn(sam, shop, shop.ids.staff, 'Sam', 'support')).toMatchObject({ status: 401 })
  expect(await signIn(sam, shop, shop.ids.partners, 'Sam', 'support')).toMatchObject({ text: '<p>Hello, Sam.</p>' })
  expect((await ada.get(shop.url)).text).toBe('<p>Hello, Ada.</p>')
})

test('[34] one that is switched off is no button, its old link leads nowhere, and who is on their way does not get in', async () => {
  await using shop = await open()
  const sam = new Browser()
  const form = await sam.get(`${shop.url}/login/${shop.ids.partners}`)
  await shop.board.admin.setStatus(shop.ids.partners, 'disabled', by)
  expect(await buttons(shop)).toStrictEqual(['Staff'])
  expect(await new Browser().get(`${shop.url}/login/${shop.ids.partners}`)).toMatchObject(closed)
  expect(await sam.post(form.url, { name: 'Sam', password: 'support' })).toMatchObject(closed)
  expect((await sam.get(shop.url)).text).toContain('Sign in with')
  await shop.board.admin.setStatus(shop.ids.partners, 'active', by)
  expect(await signIn(new Browser(), shop, shop.ids.partners, 'Sam', 'support')).toMatchObject({ text: '<p>Hello, Sam.</p>' })
  for (const strange of ['none', '00000000-0000-7000-8000-000000000000'])
    expect(await new Browser().get(`${shop.url}/login/${strange}`)).toMatchObject(closed)
})

test('nobody gets in by a callback they did not begin, twice by the same, or with another state or code', async () => {
  await using shop = await open()
  expect(await new Browser().get(`${shop.url}/callback?code=x&state=y`)).toMatchObject(refused)
  const mallory = new Browser()
  const form = await mallory.get(`${shop.url}/login/${shop.ids.staff}`)
  expect(await mallory.get(`${shop.url}/callback?code=x&state=y`)).toMatchObject(refused)
  // What was begun is used up by that.
  expect(await mallory.post(form.url, { name: 'Ada', password: 'lovelace' })).toMatchObject(refused)

  // The address that Ada comes back by, taken by somebody else who has begun, too.
  const ada = new Browser()
  const adasForm = await ada.get(`${shop.url}/login/${shop.ids.staff}`)
  const stolen = await ada.addressAfter(adasForm.url, { name: 'Ada', password: 'lovelace' }, shop.url)
  const eve = new Browser()
  await eve.get(`${shop.url}/login/${shop.ids.staff}`)
  expect(await eve.get(stolen)).toMatchObject(refused)
  expect((await eve.get(shop.url)).text).toContain('Sign in with')
  expect(await ada.get(stolen)).toMatchObject({ text: '<p>Hello, Ada.</p>' })
  expect(await ada.get(stolen)).toMatchObject(refused)
})

test('a provider that does not answer says so at its button, the others go on, and it is asked again when it is back', async () => {
  await using shop = await open()
  const { port } = shop.partners
  await shop.partners[Symbol.asyncDispose]()
  const [sam, ada] = [new Browser(), new Browser()]
  expect(await sam.get(`${shop.url}/login/${shop.ids.partners}`)).toMatchObject({ status: 502 })
  expect(await signIn(ada, shop, shop.ids.staff, 'Ada', 'lovelace')).toMatchObject({ text: '<p>Hello, Ada.</p>' })
  const options = { clientSecret: 'secret-of-partners', callback: `${shop.url}/callback`, accounts: { Sam: 'support' }, port }
  await using _back = await startProvider(options)
  expect(await signIn(sam, shop, shop.ids.partners, 'Sam', 'support')).toMatchObject({ text: '<p>Hello, Sam.</p>' })
})

test('a wrong client secret lets nobody in; corrected, it works, with no restart', async () => {
  await using shop = await open()
  const config = { issuer: shop.staff.url, clientId: 'shop', clientSecret: 'another-secret' }
  await shop.board.admin.update(shop.ids.staff, { config }, by)
  expect(await signIn(new Browser(), shop, shop.ids.staff, 'Ada', 'lovelace')).toMatchObject(refused)
  await shop.board.admin.update(shop.ids.staff, { config: { ...config, clientSecret: 'secret-of-staff' } }, by)
  expect(await signIn(new Browser(), shop, shop.ids.staff, 'Ada', 'lovelace')).toMatchObject({ text: '<p>Hello, Ada.</p>' })
})

test('the plugin is a good one, and its test button asks the provider', async () => {
  await testPlugin(Oidc, { config: { issuer: 'http://127.0.0.1:9', clientId: 'shop', clientSecret: 'the-secret-of-the-test' } })
  await using shop = await open()
  expect(await shop.board.admin.test(shop.ids.staff, by)).toMatchObject({ ok: true })
  await shop.staff[Symbol.asyncDispose]()
  expect(await shop.board.admin.test(shop.ids.staff, by)).toMatchObject({ ok: false })
})

test('it runs with one command', { timeout: 180_000 }, async () => {
  const { code, stdout, stderr } = await runExample('sign-in')
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
  // On Node 20 the provider wishes for a newer one; and it says that it keeps all in memory.
  expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('oidc-provider WARNING: '))).toStrictEqual([])
  expect(stdout).toContain('at /: <p>Hello, Sam.</p>')
  expect(stdout).toContain('Whoever comes now sees: Sign in with Staff\n')
  expect(stdout).not.toContain('secret-of')
})
