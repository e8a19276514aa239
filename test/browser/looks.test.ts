import { expect } from 'vitest'
import { browserTest, clipped, expectAccessible, room, type PageOptions } from './browser.ts'
import { everyPage, settled } from './every-page.ts'

const { shop, open } = room()

const both: readonly PageOptions[] = [{ width: 1280 }, { width: 390, language: 'fa' }]
/** Colours move nothing: the other two are laid out once. */
const others: readonly PageOptions[] = [{ width: 390 }, { width: 1280, language: 'fa' }]

for (const scheme of ['light', 'dark'] as const)
  browserTest(
    `[ui 33] every page, ${scheme}: nothing serious to axe, nothing wider than the window, no text cut off; wide and narrow, in both directions`,
    async () => {
      for (const look of scheme === 'light' ? [...both, ...others] : both) {
        await using window = await open({ scheme, ...look })
        for (const path of await everyPage(shop())) {
          await window.go(path)
          await settled(window.page)
          const where = `${path} ${scheme} ${String(look.width)} ${look.language ?? 'en'}`
          expect({ where, clipped: await window.page.evaluate(clipped) }).toStrictEqual({ where, clipped: [] })
          // What axe looks at hangs on width and direction no more than these two differ.
          if (both.includes(look)) await expectAccessible(window.page, where)
        }
        expect(window.complaints).toStrictEqual([])
      }
    },
    120_000,
  )
