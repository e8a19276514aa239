// `npm run screenshots`: pictures of the admin's page over the quickstart as it runs, for README and docs: each page, light and dark, wide and narrow, from left to
// right and from right to left. Nothing may be wider than its window, and no text cut off: that fails it.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { root } from './parts/root.mjs'
import { clipped } from './parts/clipped.mjs'

const out = join(root, 'docs', 'screenshots')
const executablePath = process.env.PLUGBOARD_TEST_CHROMIUM ?? '/usr/bin/chromium'
/** Those that README and the guide show; `--all` keeps every one. */
const kept = new Set([
  'overview-light-1280-ltr',
  'type-light-1280-ltr',
  'type-dark-1280-ltr',
  'type-light-390-ltr',
  'type-light-1280-rtl',
  'edit-light-1280-ltr',
  'history-light-1280-ltr',
])
const keepAll = process.argv.includes('--all')
const looks = ['light', 'dark'].flatMap((scheme) => [1280, 390].flatMap((width) => ['ltr', 'rtl'].map((dir) => ({ scheme, width, dir }))))

const runs = mkdtempSync(join(tmpdir(), 'plugboard-screenshots-'))
const quickstart = spawn(
  process.execPath,
  ['--import', import.meta.resolve('tsx'), join(root, 'examples', 'quickstart', 'main.ts'), '--dir', runs, '--serve'],
  {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  },
)
let browser
try {
  const link = await saidOf(quickstart, /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/)
  await saidOf(quickstart, /LIVE-\w+-0010 /)
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
  const first = await browser.newContext()
  const door = await first.newPage()
  await door.goto(link)
  const base = new URL(door.url()).href.replace(/\/$/, '')
  const state = await first.storageState()
  const ask = (path, method = 'GET', body) =>
    door.evaluate(
      ([url, how, sent]) =>
        fetch(url, {
          method: how,
          headers: { 'content-type': 'application/json', 'if-match': '*' },
          ...(sent === undefined ? {} : { body: sent }),
        }).then(async (answer) => (answer.ok ? answer.json() : Promise.reject(new Error(await answer.text())))),
      [`${base}/api/v1${path}`, method, body],
    )
  const { items } = await ask('/types/notifier/instances')
  const idOf = (name) => items.find((each) => each.name === name)?.id
  // The story: its sender was changed, it was switched off and is back, tested, and one is ejected by hand, so that the cord passes it over.
  await ask(`/instances/${idOf('SMTP main')}/status`, 'PUT', '{"status":"active"}')
  const { config } = await ask(`/instances/${idOf('SMTP main')}`)
  const changed = { tags: ['mail'], config: { ...config, from: 'hello@shop.example' } }
  await ask(`/instances/${idOf('SMTP main')}`, 'PATCH', JSON.stringify(changed))
  for (const { id } of items) await ask(`/instances/${id}/test`, 'POST', '{}')
  await ask(`/instances/${idOf('SMTP main')}/eject`, 'POST', '{"for":600000}')
  const { entries } = await ask(`/instances/${idOf('SMTP main')}/history`)
  const pages = {
    overview: '/',
    type: '/types/notifier',
    try: '/types/notifier?try=2',
    create: '/types/notifier/new',
    edit: `/instances/${idOf('SMTP main')}`,
    history: `/instances/${idOf('SMTP main')}/history?open=${entries.find(({ action }) => action === 'update')?.id}`,
    system: '/system',
  }
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const wrong = []
  for (const { scheme, width, dir } of looks) {
    const context = await browser.newContext({
      storageState: state,
      colorScheme: scheme,
      viewport: { width, height: width === 390 ? 844 : 800 },
      reducedMotion: 'reduce',
      deviceScaleFactor: 1,
    })
    await context.addInitScript((language) => localStorage.setItem('plugboard.language', language), dir === 'rtl' ? 'fa' : 'en')
    const page = await context.newPage()
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(`${base}${path}`)
      // Not by waitForFunction: the page's policy forbids it to make code of text.
      while (!(await page.evaluate("document.querySelector('h1') !== null && document.querySelectorAll('.skeleton').length === 0")))
        await page.waitForTimeout(50)
      await page.evaluate('document.fonts.ready')
      const file = `${name}-${scheme}-${width}-${dir}`
      for (const each of await page.evaluate(clipped)) wrong.push(`${file}: ${each}`)
      if (keepAll || kept.has(file)) await page.screenshot({ path: join(out, `${file}.png`), animations: 'disabled' })
    }
    await context.close()
  }
  for (const each of wrong) console.error(each)
  process.exitCode = wrong.length > 0 ? 1 : 0
  console.log(`${looks.length * Object.keys(pages).length} looked at, ${wrong.length} things wrong; in docs/screenshots`)
} finally {
  await browser?.close()
  quickstart.kill('SIGINT')
  await new Promise((resolve) => (quickstart.exitCode === null ? quickstart.once('exit', resolve) : resolve()))
  rmSync(runs, { recursive: true, force: true })
}

/** Waits until a process has said something. */
function saidOf(child, pattern) {
  child.said ??= ''
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = pattern.exec(child.said)?.[0]
      if (found === undefined) return
      child.stdout.off('data', hear)
      resolve(found)
    }
    const hear = (chunk) => {
      child.said += chunk
      look()
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.once('exit', (code) => reject(new Error(`The quickstart ended with ${code}:\n${child.said}`)))
    look()
  })
}
