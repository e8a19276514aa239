import { expect } from 'vitest'
import { browserTest, clipped, expectAccessible, room, type PageOptions } from './browser.ts'
import { everyPage, settled } from './every-page.ts'

const looks: readonly PageOptions[] = [{ width: 1280 }, { width: 390, language: 'fa' }, { width: 390 }, { width: 1280, language: 'fa' }]

/** Every page in the looks of one scheme, each in a test of its own. */
export function lookAtEveryPage(scheme: 'light' | 'dark'): void {
  const { shop, open } = room()
  for (const look of looks) {
    const name = `${scheme}, ${String(look.width)} px, ${look.language === 'fa' ? 'from right to left' : 'from left to right'}`
    browserTest(
      `[ui 33] every page, ${name}: nothing serious to axe, nothing wider than the window, no text cut off`,
      async () => {
        await using window = await open({ scheme, ...look })
        for (const path of await everyPage(shop())) {
          await window.go(path)
          await settled(window.page)
          const where = `${path}, ${name}`
          expect({ where, clipped: await window.page.evaluate(clipped) }).toStrictEqual({ where, clipped: [] })
          await expectAccessible(window.page, where)
        }
        expect(window.complaints).toStrictEqual([])
      },
      300_000,
    )
  }
}
