import type { Page } from 'playwright-core'
import { until } from '../support/open-board.ts'
import type { Shop } from './shop.ts'

/** Addresses of every page there is, with some of what they can show. */
export async function everyPage({ board }: Shop): Promise<readonly string[]> {
  const all = (await board.admin.list({ limit: 500 })).items
  const idOf = (name: string): string => all.find((each) => each.name === name)?.id ?? ''
  return [
    '/',
    '/?find=zibal',
    '/types/payment-gateway',
    '/types/payment-gateway?try=2',
    '/types/ai-model',
    '/types/shipping',
    '/types/payment-gateway/new',
    '/types/payment-gateway/new/zarinpal',
    `/instances/${idOf('Zarinpal Production')}`,
    `/instances/${idOf('PayPal Legacy')}`,
    `/instances/${idOf('Zarinpal Production')}/history`,
    '/history',
    '/removed',
    '/system',
    '/no/such/page',
  ]
}
/** Not by waitForFunction: the page's policy forbids it to make code of text. */
export const settled = (page: Page) =>
  until(() => page.evaluate("document.querySelector('h1') !== null && document.querySelectorAll('.skeleton').length === 0"))
