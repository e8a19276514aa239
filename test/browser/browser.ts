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

export interface PageOptions {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
  readonly language?: 'en' | 'fa'
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
  return { shop: () => here(shop), open: (page) => openWindow(here(browser), here(shop), page) }
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
  { width = 1280, height = 900, scheme = 'light', language = 'en', insecure = false }: PageOptions = {},
): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale: language === 'fa' ? 'fa-IR' : 'en-GB',
    acceptDownloads: false,
  })
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
