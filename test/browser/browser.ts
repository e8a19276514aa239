import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { skipWithReason, type SkippableTest } from '../skip.ts'
import { clipped } from '../../scripts/parts/clipped.mjs'
import { openShop, type Shop, type ShopOptions } from './shop.ts'

const executable = process.env['PLUGBOARD_TEST_CHROMIUM'] ?? '/usr/bin/chromium'
const wanting = !existsSync(executable) && {
  reason: `no Chromium at ${executable}`,
  enable: 'apt-get install chromium, or PLUGBOARD_TEST_CHROMIUM=/path/to/chromium npm test',
}
/** `test`, where a Chromium is here. */
export const browserTest: SkippableTest = skipWithReason(wanting)

const locales = { en: 'en-GB', fa: 'fa-IR', de: 'de-DE' } as const

export interface PageOptions {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
  /** `de`: one that the page does not speak. */
  readonly language?: keyof typeof locales
  /** Somebody else than the shop's actor. */
  readonly who?: 'sara'
  /** Under a name that is no loopback: over plain HTTP no secure context. */
  readonly insecure?: boolean
}

export interface Window extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors of the console and of scripts, and requests to elsewhere. */
  readonly complaints: string[]
  /** Opens an address of the page: `/types/payment-gateway`. */
  readonly go: (path: string) => Promise<void>
}

export interface Room {
  readonly shop: () => Shop
  readonly open: (options?: PageOptions) => Promise<Window>
  /** On another shop, in the same browser. */
  readonly openAt: (base: string, options?: PageOptions) => Promise<Window>
}

/** One browser and one shop for a file. */
export function room(options: ShopOptions = {}): Room {
  let browser: Browser | undefined
  let shop: Shop | undefined
  beforeAll(async () => {
    if (wanting !== false) return
    ;[browser, shop] = await Promise.all([launch(), openShop(options)])
  })
  afterAll(async () => {
    await browser?.close()
    await shop?.[Symbol.asyncDispose]()
  })
  const here = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('It is not open yet')
    return value
  }
  return {
    shop: () => here(shop),
    open: (page) => openWindow(here(browser), here(shop), page),
    openAt: (base, page) => openWindow(here(browser), { base }, page),
  }
}

const insecureHost = 'backoffice.test'

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
      '--force-color-profile=srgb',
      `--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`,
    ],
  })
}

export async function openWindow(
  browser: Browser,
  shop: Pick<Shop, 'base'>,
  { width = 1280, height = 900, scheme = 'light', language = 'en', insecure = false, who }: PageOptions = {},
): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale: locales[language],
    acceptDownloads: false,
  })
  if (who !== undefined) await context.addCookies([{ name: 'who', value: who, url: new URL(shop.base).origin }])
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  const base = insecure ? shop.base.replace('127.0.0.1', insecureHost) : shop.base
  const { origin } = new URL(base)
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:')) complaints.push(`asked ${request.url()}`)
  })
  return {
    page,
    context,
    complaints,
    go: async (path) => {
      await page.goto(`${base}${path}`)
      await page.locator('h1').first().waitFor()
    },
    [Symbol.asyncDispose]: () => context.close(),
  }
}

/** Keeps what toasts say from now on: they go by themselves, and a slow machine may look too late. Ask it of a page that is shown. */
export async function recordToasts(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(`window.said = []; new MutationObserver((all) => {
    for (const { addedNodes } of all) for (const node of addedNodes) window.said.push(node.textContent)
  }).observe(document.querySelector('.toasts'), { childList: true })`)
  return () => page.evaluate('window.said')
}

/** By Tab alone to what is called so, by its label or by what it says. */
export async function tabTo(page: Page, wanted: RegExp, most = 150): Promise<void> {
  const focused = () =>
    page.evaluate(
      'document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.labels?.[0]?.textContent?.trim() ?? document.activeElement?.textContent?.trim() ?? ""',
    ) as Promise<string>
  for (let step = 0; step < most; step++) {
    if (wanted.test(await focused())) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never came to ${String(wanted)}, the last was ${await focused()}`)
}

/** Nothing serious or critical to axe. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const told = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${where}: ${id}: ${html.slice(0, 160)} (${failureSummary?.split('\n')[1]?.trim() ?? ''})`),
    )
  expect(told).toStrictEqual([])
}

export { clipped }
