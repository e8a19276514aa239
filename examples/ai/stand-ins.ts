import { once } from 'node:events'
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'

/** What a model's stand-in says: pieces of text, and promises that it waits for before it goes on. */
export type Script = readonly (string | Promise<unknown> | typeof breakOff | typeof stop)[]
/** The connection is cut. */
export const breakOff: unique symbol = Symbol('break off')
/** It ends as if all had been said. */
export const stop: unique symbol = Symbol('stop')

export interface StandIn extends AsyncDisposable {
  readonly url: string
  /** Questions it was asked. */
  readonly asked: readonly string[]
  script: Script
  /** Answers with this status instead of streaming. */
  refuses: number | undefined
  /** Kept when a client has left in the middle of an answer. */
  readonly left: Promise<void>
}

/** How an API says a piece, and what stands before and after all of them: as the real ones do. */
interface Dialect {
  readonly path: string
  readonly error: (status: number) => object
  readonly before: readonly string[]
  readonly piece: (text: string) => string
  readonly after: readonly string[]
}

const plain = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`
const chunk = (delta: object, finish_reason: string | null): string =>
  plain({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason }],
  })
const openAi: Dialect = {
  path: '/chat/completions',
  error: () => ({ error: { message: 'No.', type: 'invalid_request_error', param: null, code: null } }),
  before: [chunk({ role: 'assistant', content: '' }, null)],
  piece: (content) => chunk({ content }, null),
  after: [chunk({}, 'stop'), 'data: [DONE]\n\n'],
}

const named = (type: string, rest: object): string => `event: ${type}\n${plain({ type, ...rest })}`
const usage = { input_tokens: 1, output_tokens: 1 }
const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage }
const anthropic: Dialect = {
  path: '/v1/messages',
  error: (status) => ({ type: 'error', error: { type: status === 529 ? 'overloaded_error' : 'invalid_request_error', message: 'No.' } }),
  before: [
    named('message_start', { message }),
    named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    named('ping', {}),
  ],
  piece: (text) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  after: [
    named('content_block_stop', { index: 0 }),
    named('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage }),
    named('message_stop', {}),
  ],
}

async function say(reply: FastifyReply, dialect: Dialect, script: Script): Promise<void> {
  const { raw } = reply
  raw.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const part of dialect.before) raw.write(part)
  for (const step of script) {
    if (step === breakOff) return void raw.destroy()
    if (step === stop) return void raw.end()
    if (typeof step === 'string') raw.write(dialect.piece(step))
    else await Promise.race([step, once(raw, 'close')])
  }
  raw.end(dialect.after.join(''))
}

async function start(dialect: Dialect, key: string): Promise<StandIn> {
  const app: FastifyInstance = fastify({ forceCloseConnections: true })
  const asked: string[] = []
  let leave = (): void => {}
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const standIn = { asked, script: ['Hello', ', ', 'you'] as Script, refuses: undefined as number | undefined, left }
  type Asked = { readonly messages: readonly { readonly content: string }[] }
  app.post<{ Body: Asked }>(dialect.path, async ({ body, headers }, reply) => {
    if (headers.authorization !== `Bearer ${key}`) return reply.code(401).send(dialect.error(401))
    asked.push(body.messages.at(-1)?.content ?? '')
    if (standIn.refuses !== undefined) return reply.code(standIn.refuses).send(dialect.error(standIn.refuses))
    reply.raw.once('close', () => reply.raw.writableFinished || leave())
    reply.hijack()
    await say(reply, dialect, standIn.script)
    return reply
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return Object.assign(standIn, { url, [Symbol.asyncDispose]: () => app.close() })
}

/** Stands for OpenAI's chat completions. */
export const startOpenAi = (key: string): Promise<StandIn> => start(openAi, key)
/** Stands for Anthropic's messages. */
export const startAnthropic = (key: string): Promise<StandIn> => start(anthropic, key)
