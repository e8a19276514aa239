import type { Board } from 'plugboard'
import { fakeClock, testPlugin, type FakeClock, type HangingProvider } from 'plugboard/testing'
import { expect, test, vi } from 'vitest'
import { runExample } from '../../test/support/run-example.ts'
import { Anthropic } from './anthropic.ts'
import { chatApp } from './app.ts'
import { makeBoard } from './board.ts'
import { ChatModel } from './chat-model.ts'
import { OpenAi } from './open-ai.ts'
import { breakOff, startAnthropic, startOpenAi, stop, type StandIn } from './stand-ins.ts'

const by = { actor: { id: 'u1', name: 'Ada' } }
const keys = { openai: 'the-key-of-openai', anthropic: 'the-key-of-anthropic' }
const never = new Promise<never>(() => {})

function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let pass = (): void => {}
  const passed = new Promise<void>((resolve) => {
    pass = resolve
  })
  return { passed, open: () => pass() }
}

interface Chat extends AsyncDisposable {
  readonly openAi: StandIn
  readonly anthropic: StandIn
  readonly board: Board
  readonly clock: FakeClock
  readonly ids: { readonly openai: string; readonly anthropic: string }
  readonly post: (body: object, signal?: AbortSignal) => Promise<Response>
}

/** The application with both providers, OpenAI first. */
async function open(): Promise<Chat> {
  const [openAi, anthropic] = [await startOpenAi(keys.openai), await startAnthropic(keys.anthropic)]
  anthropic.script = ['Here', ' am ', 'I']
  const clock = fakeClock()
  const board = makeBoard({ clock })
  const app = await chatApp(board)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const create = async (plugin: 'openai' | 'anthropic', { url: baseURL }: StandIn, priority: number): Promise<string> => {
    const config = { baseURL, apiKey: keys[plugin], model: 'm' }
    return (await board.admin.create({ type: ChatModel, plugin, name: plugin, status: 'active', priority, config }, by)).id
  }
  const ids = { openai: await create('openai', openAi, 1), anthropic: await create('anthropic', anthropic, 2) }
  return {
    openAi,
    anthropic,
    board,
    clock,
    ids,
    post: (body, signal) =>
      fetch(`${url}/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      }),
    [Symbol.asyncDispose]: async () => {
      await app.close()
      await Promise.all([openAi, anthropic].map((each) => each[Symbol.asyncDispose]()))
    },
  }
}

const question = { messages: [{ role: 'user', content: 'Are you there?' }] }

/** The events of an answer: what was said, and how it ended. */
async function* events(response: Response): AsyncGenerator<readonly [event: string, data: unknown]> {
  let text = ''
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const whole = (text + part).split('\n\n')
    text = whole.pop() ?? ''
    for (const each of whole) yield [/^event: (.*)$/m.exec(each)?.[1] ?? '', JSON.parse(/^data: (.*)$/m.exec(each)?.[1] ?? '') as unknown]
  }
}
async function rest<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}
/** What was said, and how it ended. */
async function all(response: Response): Promise<readonly [text: string, end: string | undefined]> {
  const said = await rest(events(response))
  return [said.flatMap(([event, data]) => (event === 'text' ? [data] : [])).join(''), said.at(-1)?.[0]]
}

test('an answer comes piece by piece, as the provider says it; an operator’s order counts from the next question on', async () => {
  await using chat = await open()
  const pause = gate()
  chat.openAi.script = ['Yes', pause.passed, ', I am']
  const answer = events(await chat.post(question))
  // It has not said more than this.
  expect((await answer.next()).value).toStrictEqual(['text', 'Yes'])
  pause.open()
  expect(await rest(answer)).toStrictEqual([
    ['text', ', I am'],
    ['done', {}],
  ])
  expect([chat.openAi.asked, chat.anthropic.asked]).toStrictEqual([['Are you there?'], []])
  await chat.board.admin.move(chat.ids.anthropic, { to: 'first' }, by)
  expect(await all(await chat.post(question))).toStrictEqual(['Here am I', 'done'])
})

const wrong = { baseURL: '', apiKey: 'a wrong key', model: 'm' }
const beforeTheFirstPiece: readonly (readonly [what: string, fails: (chat: Chat) => unknown])[] = [
  ['is overloaded', ({ openAi }) => (openAi.refuses = 503)],
  ['has had too many requests', ({ openAi }) => (openAi.refuses = 429)],
  ['fails', ({ openAi }) => (openAi.refuses = 500)],
  ['breaks off', ({ openAi }) => (openAi.script = [breakOff])],
  ['says nothing, and breaks off', ({ openAi }) => (openAi.script = ['', breakOff])],
  ['stops without an end', ({ openAi }) => (openAi.script = [stop])],
  ['does not know the key', ({ board, ids, openAi }) => board.admin.update(ids.openai, { config: { ...wrong, baseURL: openAi.url } }, by)],
  ['is not there', ({ openAi }) => openAi[Symbol.asyncDispose]()],
]
test.for(beforeTheFirstPiece)('[38] where the first provider %s before its first piece, the second one answers', async ([, fails]) => {
  await using chat = await open()
  await fails(chat)
  expect(await all(await chat.post(question))).toStrictEqual(['Here am I', 'done'])
  expect(chat.anthropic.asked).toHaveLength(1)
  // The SDK does not try again by itself.
  expect(chat.openAi.asked.length).toBeLessThanOrEqual(1)
})

test('[38] one that keeps silent is given up after its time, and its connection closed', async () => {
  await using chat = await open()
  chat.openAi.script = [never]
  const asking = chat.post(question)
  await vi.waitFor(() => expect(chat.openAi.asked).toHaveLength(1), 30_000)
  await chat.clock.advance(30_000)
  expect(await all(await asking)).toStrictEqual(['Here am I', 'done'])
  await chat.openAi.left
})

test.for([
  ['breaks off', breakOff],
  ['stops without an end', stop],
] as const)('where it %s after the first piece, the page is told; nobody else takes over', async ([, end]) => {
  await using chat = await open()
  const pause = gate()
  chat.openAi.script = ['Yes', pause.passed, end]
  const answer = events(await chat.post(question))
  expect((await answer.next()).value).toStrictEqual(['text', 'Yes'])
  pause.open()
  expect(await rest(answer)).toStrictEqual([['error', { message: 'The answer broke off. Ask again.' }]])
  expect(chat.anthropic.asked).toStrictEqual([])
})

test('who leaves in the middle ends the request at the provider, which holds nothing back then', async () => {
  await using chat = await open()
  chat.openAi.script = ['Yes', never]
  const browser = new AbortController()
  const answer = events(await chat.post(question, browser.signal))
  expect((await answer.next()).value).toStrictEqual(['text', 'Yes'])
  browser.abort()
  await chat.openAi.left
  chat.openAi.script = ['Yes']
  expect(await all(await chat.post(question))).toStrictEqual(['Yes', 'done'])
})

test('a question that is refused is told at once, one that nobody answers is a 503, and one that is none never leaves the house', async () => {
  await using chat = await open()
  expect((await chat.post({ messages: [] })).status).toBe(400)
  chat.openAi.refuses = 400
  expect((await chat.post(question)).status).toBe(422)
  expect(chat.anthropic.asked).toStrictEqual([])
  chat.openAi.refuses = 503
  chat.anthropic.refuses = 529
  const response = await chat.post(question)
  expect([response.status, await response.json()]).toStrictEqual([503, { message: 'Nobody can answer just now.' }])
  for (const { id } of chat.board.instances(ChatModel)) await chat.board.admin.setStatus(id, 'disabled', by)
  expect((await chat.post(question)).status).toBe(503)
})

test('both plugins are good ones', async () => {
  const reply = (model: ChatModel): Promise<unknown> => rest(model.reply([{ role: 'user', content: 'hello' }]))
  const config = { baseURL: 'http://127.0.0.1:9', apiKey: 'a-key-of-the-test', model: 'm' }
  const hanging = { config: ({ url }: HangingProvider) => ({ ...config, baseURL: url }), calls: { reply } }
  await testPlugin(OpenAi, { config, hanging, grace: 30_000 })
  await testPlugin(Anthropic, { config, hanging, grace: 30_000 })
})

test('it runs with one command', { timeout: 180_000 }, async () => {
  const { code, stdout, stderr } = await runExample('ai')
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: '' })
  expect(stdout).toContain('(failover from OpenAI to Anthropic: Error: 503')
  expect(stdout).toMatch(/"I am …"\n {2}error/)
  expect(stdout).not.toContain('the-key-of')
})
