import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { expect } from 'vitest'
import { createAdmin } from '../../src/admin/index.ts'
import { nextAdmin, nodeAdmin } from '../../src/frameworks/index.ts'
import { browserTest, room } from './browser.ts'
import { navid } from './shop.ts'

const { shop, openAt } = room()

interface Served extends AsyncDisposable {
  readonly origin: string
}

async function serve(listener: (...args: Parameters<RequestListener>) => unknown): Promise<Served> {
  const server = createServer((...args) => void listener(...args)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.closeAllConnections()
      server.close()
      await closed
    },
  }
}

/** Through the page and back, from an address of its mount. */
async function walk(start: string, base: string): Promise<readonly string[]> {
  await using window = await openAt(base)
  const { page } = window
  await page.goto(start)
  await page.locator('.card', { hasText: 'Storage' }).waitFor()
  await page.getByRole('link', { name: 'System' }).first().click()
  await page.getByText('Schema version').first().waitFor()
  expect(new URL(page.url()).pathname).toMatch(new RegExp(`^${new URL(base).pathname}/system/?$`))
  await page.reload()
  await page.getByText('Schema version').first().waitFor()
  await page.getByRole('link', { name: 'Storage' }).first().click()
  await page.locator('.rows .name', { hasText: 'S3 Frankfurt' }).waitFor()
  await page.reload()
  await page.locator('.rows .name', { hasText: 'S3 Frankfurt' }).waitFor()
  return window.complaints
}

browserTest(
  '[ui 32] behind a proxy that cuts its prefix off, the page is found with and without a last slash, and keeps what was asked for',
  async () => {
    const admin = createAdmin(shop().board, { authorize: () => navid })
    const listen = nodeAdmin(admin)
    const prefix = '/cut/off'
    await using proxy = await serve((request: IncomingMessage, response) => {
      const { url = '' } = request
      if (!/^\/cut\/off(?:[/?]|$)/.test(url)) return void response.writeHead(404).end('another application')
      const rest = url.slice(prefix.length)
      request.url = rest.startsWith('/') ? rest : `/${rest}`
      listen(request, response)
    })
    const base = `${proxy.origin}${prefix}`
    expect(await walk(`${base}/`, base)).toStrictEqual([])
    // What a browser fetched ahead of the first script lies elsewhere: that it says so is all that is seen of it.
    for (const complaint of await walk(base, base)) expect(complaint).toMatch(/404|ERR_ABORTED/)
    await using window = await openAt(base)
    await window.page.goto(`${base}?find=zibal`)
    await window.page.waitForURL(`${base}/?find=zibal`)
    await window.page.locator('.problemList').getByRole('link', { name: 'Zibal', exact: true }).waitFor()
    admin.close()
  },
)

for (const slash of ['sees', 'does not see'] as const)
  browserTest(`[ui 32] in Next.js with trailingSlash, whose handler ${slash} the last slash, the page works at each address`, async () => {
    const admin = createAdmin(shop().board, { authorize: () => navid })
    const handlers = nextAdmin(admin)
    await using host = await serve(
      getRequestListener(
        async (request) => {
          const url = new URL(request.url)
          if (!url.pathname.endsWith('/') && !/\.\w+$/.test(url.pathname))
            return new Response(null, { status: 308, headers: { location: `${url.pathname}/${url.search}` } })
          if (slash === 'does not see') url.pathname = url.pathname.replace(/\/$/, '')
          const below = url.pathname.slice('/admin'.length).split('/').filter(Boolean)
          const { method, headers, signal } = request
          const init = { method, headers, signal, body: method === 'GET' ? null : await request.text() }
          return handlers[method as 'GET'](new Request(url, init), { params: Promise.resolve(below.length === 0 ? {} : { path: below }) })
        },
        { overrideGlobalObjects: false },
      ),
    )
    const base = `${host.origin}/admin`
    for (const start of [base, `${base}/`]) expect(await walk(start, base)).toStrictEqual([])
    admin.close()
  })
