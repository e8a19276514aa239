import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { order, unbalanced } from './test-fixtures.ts'

const header = 'id,customer,email,items,total,currency\n'

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const mainFile = fileURLToPath(new URL('main.ts', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
/** The example as a user starts it, with no settings of ours. */
const environment = (): NodeJS.ProcessEnv => {
  const { PLUGBOARD_DB: _db, PLUGBOARD_KEYS: _keys, INIT_CWD: _cwd, ...rest } = process.env
  return rest
}

function run(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', mainFile, ...args],
      { cwd: root, env: environment(), timeout: 150_000, maxBuffer: 1 << 24 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

/** What lies in a run's folder, counted without the example's own code. */
async function delivered(folder: string): Promise<readonly [main: number, backup: number, webhook: number, maildir: number]> {
  const files = async (path: string): Promise<number> => (await readdir(join(folder, path))).length
  const calls = (await readFile(join(folder, 'webhook.jsonl'), 'utf8')).split('\n').filter((line) => line !== '').length
  return [await files('smtp-main'), await files('smtp-backup'), calls, await files('maildir/new')]
}

describe('the whole job, in a process of its own', { timeout: 180_000 }, () => {
  let base: string
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'quickstart-'))
  })
  afterAll(async () => {
    await rm(base, { recursive: true, force: true })
  })

  test('[3] [33] [38] [42] 360 orders arrive once each, over an operator’s switch and two outages', async () => {
    const { code, stdout, stderr } = await run('--dir', base)
    expect({ code, stderr, stdout }).toMatchObject({ code: 0, stderr: '' })
    expect(stdout).toContain('Every one of 360 orders arrived exactly once.')
    expect(stdout).toContain('$ plugboard instance disable "SMTP main"')
    expect(stdout).toMatch(/order \d+ {2}Webhook is selected instead of SMTP main, with no restart/)
    expect(stdout).toMatch(/order \d+ {2}The server of Webhook dies/)
    expect(stdout).toMatch(/order \d+ {2}Failover from Webhook to SMTP backup: No connection was made/)
    expect(stdout).toMatch(/Failover from SMTP backup to Maildir/)
    expect(stdout).toMatch(/ 50 % {2}180 of 360 orders/)
    expect(stdout).not.toContain('\r')
    expect(stdout).not.toContain('\u001B')

    const folder = join(base, '001')
    const counts = await delivered(folder)
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(360)
    for (const count of counts) expect(count).toBeGreaterThan(20)

    const html = await readFile(join(folder, 'report.html'), 'utf8')
    expect(unbalanced(html)).toEqual([])
    expect(html).toContain('Every one of 360 orders arrived exactly once.')
    expect(html.match(/class="tick[ "]/g)?.length).toBe(360)
    expect(html.match(/<line class="mark (switch|outage)"/g)?.length).toBe(3)
    // Nothing is fetched from anywhere.
    expect(html).not.toMatch(/(?:src|href)=|https?:\/\/(?!www\.w3\.org\/2000\/svg)/)
  })

  test('[24] no secret is in the database or the report; the settings file with the keys is for its owner alone', async () => {
    const folder = join(base, '001')
    if (process.platform !== 'win32') expect((await stat(join(folder, '.env'))).mode & 0o077).toBe(0)
    const keys = /PLUGBOARD_KEYS='([^']+)'/.exec(await readFile(join(folder, '.env'), 'utf8'))?.[1] ?? ''
    expect(keys.length).toBeGreaterThan(40)
    const names = (await readdir(folder)).filter((name) => name.startsWith('plugboard.db') || name === 'report.html')
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')))
    for (const text of texts) {
      expect(text.includes(keys)).toBe(false)
      expect(/whsec_[A-Za-z0-9+/]{32}/.test(text)).toBe(false)
    }
    // What is no secret is there to be found.
    expect(texts.filter((text) => text.includes('SMTP main')).length).toBeGreaterThanOrEqual(2)
  })

  test('a second run beside the first, with the user’s own orders: JSON, and names that could break a mail, a page or a shell', async () => {
    const names = [
      `<script>alert(1)</script>`,
      `"Quoted", Ltd.`,
      `O'Brien & Sons`,
      'سارا محمدی',
      '王小明',
      '👩‍🍳 Bakery',
      `Ann <ann@evil.example>`,
      `$(touch x); rm`,
      `a\\b`,
      '=?utf-8?Q?x?=',
      'é'.repeat(60),
      'ب'.repeat(120),
    ]
    const orders = names.map((customer, index) => Object.assign(order(`U-${index + 1}`), { customer, total: index + 0.5 }))
    const file = join(base, 'mine.json')
    await writeFile(file, JSON.stringify(orders))
    const first = await stat(join(base, '001', 'report.html'))
    const { code, stdout, stderr } = await run('--orders', file, '--dir', base)
    expect({ code, stderr, stdout }).toMatchObject({ code: 0, stderr: '' })
    expect(stdout).toContain('Every one of 12 orders arrived exactly once.')
    expect(stdout).toContain('earlier runs beside it are kept: 1')
    const html = await readFile(join(base, '002', 'report.html'), 'utf8')
    expect(html).not.toContain('<script')
    expect((await delivered(join(base, '002'))).reduce((sum, each) => sum + each, 0)).toBe(12)
    expect((await delivered(join(base, '001'))).reduce((sum, each) => sum + each, 0)).toBe(360)
    expect((await stat(join(base, '001', 'report.html'))).mtimeMs).toBe(first.mtimeMs)
  })

  test('a bad orders file ends it before anything is made or sent', async () => {
    const file = join(base, 'bad.csv')
    await writeFile(file, `${header}A1,Ann,ann,Tea,1,EUR\nA1,Ann,ann@example.com,Tea,x,EUR\n`)
    const { code, stdout, stderr } = await run('--orders', file, '--dir', join(base, 'bad'))
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('line 2: email "ann" is not an e-mail address')
    expect(stderr).toContain('line 3: total "x" is not an amount')
    expect(stderr).toContain('nothing was sent')
    await expect(stat(join(base, 'bad'))).rejects.toThrow('ENOENT')
  })

  test('with one order spoilt on purpose, dropped or doubled, it says which, and ends with 1', async () => {
    const file = join(base, 'four.json')
    await writeFile(file, JSON.stringify(['A', 'B', 'C', 'D'].map(order)))
    const kinds = { drop: 'A did not arrive', double: 'A arrived 2 times' }
    await Promise.all(
      Object.entries(kinds).map(async ([kind, complaint]) => {
        const { code, stdout } = await run('--orders', file, '--dir', join(base, kind), '--sabotage', kind)
        expect({ code, stdout }).toMatchObject({ code: 1 })
        expect(stdout).toContain(complaint)
        expect(await readFile(join(base, kind, '001', 'report.html'), 'utf8')).toContain('Not every order arrived exactly once.')
      }),
    )
  })

  test('--serve goes on until Ctrl-C, lets an operator test what is saved meanwhile, then checks what it sent and leaves', async () => {
    const file = join(base, 'two.json')
    const dir = join(base, 'serve')
    await writeFile(file, JSON.stringify([order('A'), order('B')]))
    const child = spawn(process.execPath, ['--import', 'tsx', mainFile, '--orders', file, '--dir', dir, '--serve'], {
      cwd: root,
      env: environment(),
    })
    const exit = once(child, 'exit')
    let stdout = ''
    await new Promise<void>((resolve, reject) => {
      exit.then(() => reject(new Error(stdout)), reject)
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text
        if (/LIVE-\w+-0002 /.test(stdout)) resolve()
      })
    })
    const command = fileURLToPath(new URL('../../dist/plugboard.js', import.meta.url))
    const config = fileURLToPath(new URL('plugboard.config.ts', import.meta.url))
    const settings = `--env-file=${join(dir, '.env')}`
    const tested = await promisify(execFile)(process.execPath, [settings, command, '--config', config, 'test', '--all'], {
      env: environment(),
    })
    expect(tested.stdout).toContain('4 passed, 0 failed.')

    // The link opens once; behind it is the page, over the board that sends the orders.
    const link = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(stdout)?.[0] ?? ''
    const entered = await fetch(link, { redirect: 'manual' })
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
    const page = new URL(entered.headers.get('location') ?? '', link)
    expect([entered.status, page.pathname, (await fetch(link, { redirect: 'manual' })).status]).toStrictEqual([303, '/admin/', 403])
    expect((await fetch(page)).status).toBe(401)
    expect(await (await fetch(page, { headers: { cookie } })).text()).toContain('assets/')
    const metrics = await fetch(new URL('api/v1/types/notifier/metrics', page), { headers: { cookie } })
    expect(await metrics.json()).toMatchObject({
      instances: expect.arrayContaining([expect.objectContaining({ calls: expect.any(Number) })]),
    })

    child.kill('SIGINT')
    const [code] = await exit
    expect({ code, stdout }).toMatchObject({ code: 0 })
    expect(stdout).toMatch(/Every one of \d+ orders arrived exactly once\.\s*$/)
  })
})
