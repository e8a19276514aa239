import type { Board } from 'plugboard'
import { fakeClock, override, testPlugin, type FakeClock } from 'plugboard/testing'
import { expect, test, vi } from 'vitest'
import { runExample } from '../../test/support/run-example.ts'
import { makeApp } from './app.ts'
import { makeBoard } from './board.ts'
import { CodeSender } from './code-sender.ts'
import { lifetime, tries } from './codes.ts'
import { Mail } from './mail.ts'
import { addSenders, type Senders } from './senders.ts'
import { Twilio } from './twilio.ts'
import { Vonage } from './vonage.ts'

const by = { actor: { id: 'u1', name: 'Ada' } }

interface Shop extends AsyncDisposable {
  readonly board: Board
  readonly clock: FakeClock
  readonly senders: Senders
  readonly post: (path: string, body: unknown) => Promise<number>
  /** Asks for a code: where it arrived, and what it is. */
  readonly code: (user: string) => Promise<readonly [to: string | undefined, code: string]>
}

async function open(): Promise<Shop> {
  const clock = fakeClock()
  const board = makeBoard({ clock })
  const app = await makeApp(board, () => clock.now())
  await app.listen(0, '127.0.0.1')
  const url = await app.getUrl()
  const senders = await addSenders(board)
  const arrived = (): readonly (readonly [string, string])[] => [senders.twilio, senders.vonage, senders.mail].flatMap(({ sent }) => sent)
  const post = async (path: string, body: unknown): Promise<number> =>
    (await fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).status
  return {
    board,
    clock,
    senders,
    post,
    code: async (user) => {
      const before = arrived()
      expect(await post('/codes', { user })).toBe(202)
      const found = arrived().find((each) => !before.includes(each))
      return [found?.[0], /^\d{6}/.exec(found?.[1] ?? '')?.[0] ?? '']
    },
    [Symbol.asyncDispose]: async () => {
      await app.close()
      await senders[Symbol.asyncDispose]()
    },
  }
}

test('a code arrives by the first sender, and signs in once', async () => {
  await using shop = await open()
  const [to, code] = await shop.code('ada')
  expect(to).toBe('+4915112345678')
  expect(await shop.post('/codes/redeem', { user: 'sam', code })).toBe(401)
  expect(await shop.post('/codes/redeem', { user: 'ada', code })).toBe(200)
  expect(await shop.post('/codes/redeem', { user: 'ada', code })).toBe(401)
})

test('[38] where a sender fails, hangs or was given a wrong password, the next one is asked; the reserved one last', async () => {
  await using shop = await open()
  const { twilio, vonage, mail, ids } = shop.senders
  twilio.state = 'down'
  expect((await shop.code('ada'))[0]).toBe('4915112345678')
  twilio.state = 'hangs'
  vonage.state = 'down'
  const waiting = shop.code('ada')
  await vi.waitFor(
    async () => expect((await shop.board.admin.metrics(CodeSender)).find(({ id }) => id === ids.twilio)?.calls).toBe(2),
    30_000,
  )
  await shop.clock.advance(10_000)
  expect((await waiting)[0]).toBe('ada@example.com')

  twilio.state = vonage.state = 'up'
  await shop.board.admin.update(ids.twilio, { config: { baseUrl: twilio.url, account: 'ACshop', token: 'wrong', from: '+49' } }, by)
  const wrong = { baseUrl: vonage.url, apiKey: 'shop', apiSecret: 'wrong', from: 'Shop' }
  await shop.board.admin.update(ids.vonage, { config: wrong }, by)
  const [to, code] = await shop.code('ada')
  expect(to).toBe('ada@example.com')
  expect(await shop.post('/codes/redeem', { user: 'ada', code })).toBe(200)
  mail.state = 'down'
  expect(await shop.post('/codes', { user: 'ada' })).toBe(503)
})

test('an operator’s switch counts from the next code on; who has no telephone gets an e-mail', async () => {
  await using shop = await open()
  expect((await shop.code('sam'))[0]).toBe('sam@example.com')
  await shop.board.admin.setStatus(shop.senders.ids.twilio, 'disabled', by)
  expect((await shop.code('ada'))[0]).toBe('4915112345678')
})

test('a code is over after its time, after too many tries, and when there is a newer one; who is unknown learns nothing', async () => {
  await using shop = await open()
  const redeem = (code: string): Promise<number> => shop.post('/codes/redeem', { user: 'ada', code })
  const wrong = (code: string): string => (code === '123456' ? '654321' : '123456')
  const [, late] = await shop.code('ada')
  await shop.clock.advance(lifetime)
  expect(await redeem(late)).toBe(401)

  const [, guessed] = await shop.code('ada')
  for (let n = 0; n < tries; n++) expect(await redeem(wrong(guessed))).toBe(401)
  expect(await redeem(guessed)).toBe(401)

  const [, first] = await shop.code('ada')
  const [, second] = await shop.code('ada')
  if (first !== second) expect(await redeem(first)).toBe(401)
  expect(await redeem(second)).toBe(200)

  expect(await shop.code('nobody')).toStrictEqual([undefined, ''])
  for (const body of [{}, { user: null }, { user: {}, code: [] }, []]) expect(await shop.post('/codes/redeem', body)).toBe(401)
})

test('in a test of the application a fake stands in for whatever operators chose, in the service that was built long ago', async () => {
  await using shop = await open()
  const sent: string[] = []
  const overridden = override(shop.board, CodeSender, { send: async (to) => void sent.push(to.email) })
  expect(await shop.post('/codes', { user: 'ada' })).toBe(202)
  overridden.restore()
  expect(sent).toStrictEqual(['ada@example.com'])
  expect((await shop.code('ada'))[0]).toBe('+4915112345678')
})

test('the plugins are good ones', async () => {
  const baseUrl = 'http://127.0.0.1:9'
  const twilio = { account: 'ACshop', token: 'token-of-the-test', from: '+49' }
  const vonage = { apiKey: 'shop', apiSecret: 'secret-of-the-test', from: 'Shop' }
  const send = (plugin: CodeSender): Promise<void> => plugin.send({ email: 'a@example.com', phone: '+49' }, '123456')
  const hanging = { calls: { send } }
  await testPlugin(Twilio, {
    config: { ...twilio, baseUrl },
    hanging: { ...hanging, config: ({ url }) => ({ ...twilio, baseUrl: url }) },
    grace: 30_000,
  })
  await testPlugin(Vonage, {
    config: { ...vonage, baseUrl },
    hanging: { ...hanging, config: ({ url }) => ({ ...vonage, baseUrl: url }) },
    grace: 30_000,
  })
  await testPlugin(Mail, { config: { host: '127.0.0.1', port: 9, user: 'shop', password: 'a-password', from: 'shop@example.com' } })
})

test('it runs with one command', { timeout: 180_000 }, async () => {
  const { code, stdout, stderr } = await runExample('one-time-passwords')
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: '' })
  expect(stdout).toContain('ada reads it at 4915112345678: 200 You are signed in, ada.')
  expect(stdout).toContain('sam reads it at sam@example.com: 200 You are signed in, sam.')
  expect(stdout).toContain('A code that nobody sent: 401')
})
