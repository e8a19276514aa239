import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { actor } from '../../test/support/gateways.ts'
import { openBoard, type TestBoard } from '../../test/support/open-board.ts'
import { Sdk } from '../../test/support/otel-sdk.ts'
import { Plugin, PluginType, Rejected, Unavailable, type Methods } from '../index.ts'
import { instrument } from './otel.ts'

const behaviour = new Map<string, () => unknown>()
afterEach(() => behaviour.clear())
beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()))
afterAll(() => context.disable())

abstract class Mail extends PluginType('mail') {
  static readonly methods: Methods<Mail> = { send: 'once', list: 'repeatable' }
  abstract send(text: string): Promise<string>
  abstract list(): AsyncIterable<string>
}
class Server extends Plugin(Mail, { key: 'server' }) {
  async send(text: string): Promise<string> {
    await Promise.resolve()
    await behaviour.get(this.instance.name)?.()
    return text
  }
  async *list(): AsyncIterable<string> {
    yield 'one'
    await behaviour.get(this.instance.name)?.()
    yield 'two'
  }
}

async function servers(...names: string[]): Promise<TestBoard & { readonly ids: readonly string[] }> {
  const opened = await openBoard({ plugins: [Server], closeDeadline: 0, disposeAfter: 0 })
  const { board } = opened
  await board.admin.remove(board.instances(Mail)[0]?.id ?? '', { actor })
  const ids: string[] = []
  for (const [priority, name] of names.entries())
    ids.push((await board.admin.create({ type: Mail, plugin: 'server', name, status: 'active', priority }, { actor })).id)
  return { ...opened, ids }
}

test('a call is a span, with a span of each attempt beneath it', async () => {
  await using opened = await servers('A', 'B')
  using sdk = new Sdk()
  const failure = new Unavailable('A is down')
  behaviour.set('A', () => {
    throw failure
  })
  expect(await opened.board.use(Mail).send('hello')).toBe('hello')
  const [a, b] = opened.ids
  const call = sdk.span('mail.send')
  expect(call.attributes).toStrictEqual({
    'plugboard.type': 'mail',
    'plugboard.method': 'send',
    'plugboard.method.kind': 'once',
    'plugboard.attempts': 2,
    'plugboard.plugin': 'server',
    'plugboard.instance.id': b,
    'plugboard.instance.name': 'B',
    'plugboard.outcome': 'ok',
  })
  expect(call.status.code).toBe(SpanStatusCode.UNSET)
  expect(call.parentSpanContext).toBeUndefined()
  const attempts = sdk.spans.filter(({ name }) => name === 'mail/server.send')
  expect(attempts.map(({ attributes }) => attributes)).toStrictEqual([
    {
      'plugboard.type': 'mail',
      'plugboard.method': 'send',
      'plugboard.attempt': 1,
      'plugboard.plugin': 'server',
      'plugboard.instance.id': a,
      'plugboard.instance.name': 'A',
      'plugboard.outcome': 'unavailable',
      'error.type': 'Unavailable',
    },
    {
      'plugboard.type': 'mail',
      'plugboard.method': 'send',
      'plugboard.attempt': 2,
      'plugboard.plugin': 'server',
      'plugboard.instance.id': b,
      'plugboard.instance.name': 'B',
      'plugboard.outcome': 'ok',
    },
  ])
  expect(attempts.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toStrictEqual([
    call.spanContext().spanId,
    call.spanContext().spanId,
  ])
  expect(attempts[0]?.status).toStrictEqual({ code: SpanStatusCode.ERROR, message: 'A is down' })
  expect(attempts[0]?.events).toMatchObject([{ name: 'exception', attributes: { 'exception.message': 'A is down' } }])
})

test('a call is nested in what made it, and what the plugin does in the attempt, over HTTP and in each item of a stream', async () => {
  await using opened = await servers('A')
  const { board } = opened
  using sdk = new Sdk()
  const tracer = sdk.tracerProvider.getTracer('application')
  const provider = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1')
  await once(provider, 'listening')
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/`
  // As instrumented clients do: a span in the active context when the request is made.
  behaviour.set('A', async () => {
    await fetch(url)
    const span = tracer.startSpan('POST')
    await fetch(url, { method: 'POST' })
    span.end()
  })
  const parentOf = (name: string): string | undefined => sdk.span(name).parentSpanContext?.spanId
  const idOf = (name: string): string => sdk.span(name).spanContext().spanId
  for (const work of [
    async () => void (await board.use(Mail).send('x')),
    async () => void (await board.run(Mail, (mail) => mail.send('x'))),
    async () => {
      for await (const item of board.use(Mail).list()) if (item === 'one') tracer.startSpan('consumer').end()
    },
  ]) {
    sdk.reset()
    await tracer.startActiveSpan('request', async (span) => {
      await work()
      expect(trace.getActiveSpan()).toBe(span)
      span.end()
    })
    const method = sdk.spans.find(({ name }) => name.startsWith('mail.'))?.name.slice('mail.'.length) ?? ''
    expect(parentOf('POST')).toBe(idOf(`mail/server.${method}`))
    expect(parentOf(`mail/server.${method}`)).toBe(idOf(`mail.${method}`))
    expect(parentOf(`mail.${method}`)).toBe(idOf('request'))
    expect(new Set(sdk.spans.map((span) => span.spanContext().traceId)).size).toBe(1)
    if (method === 'list') expect(parentOf('consumer')).toBe(idOf('request'))
  }
  provider.close()
})

test('a refusal is no error of the span; what is thrown otherwise is; building and syncing have spans', async () => {
  await using opened = await servers('A')
  const { board, ids } = opened
  using sdk = new Sdk()
  behaviour.set('A', () => {
    throw new Rejected('declined')
  })
  await expect(board.use(Mail).send('x')).rejects.toThrow('declined')
  for (const name of ['mail.send', 'mail/server.send'])
    expect(sdk.span(name)).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'plugboard.outcome': 'rejected', 'error.type': 'Rejected' },
      events: [],
    })
  sdk.reset()
  behaviour.set('A', () => new Promise(() => {}))
  await expect(board.use(Mail, { deadline: 20 }).send('x')).rejects.toThrow('20 ms')
  expect(sdk.span('mail.send')).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'plugboard.outcome': 'deadline', 'error.type': 'DeadlineError' },
  })
  await board.admin.reload(ids[0] ?? '', { actor })
  expect(sdk.span('plugboard.build').attributes).toMatchObject({ 'plugboard.type': 'mail', 'plugboard.instance.name': 'A' })
  await board.sync({ dryRun: true })
  expect(sdk.span('plugboard.sync').attributes).toStrictEqual({
    'plugboard.sync.mode': 'create',
    'plugboard.sync.dry_run': true,
    'plugboard.sync.changed': false,
  })
})

test('calls, attempts, builds, failovers and ejections are counted', async () => {
  await using opened = await servers('A', 'B')
  const { board, ids } = opened
  using sdk = new Sdk()
  behaviour.set('A', () => {
    throw new Unavailable('down')
  })
  const mail = board.use(Mail)
  for (let n = 0; n < 6; n++) await mail.send('x')
  const type = { 'plugboard.type': 'mail' }
  const send = { ...type, 'plugboard.method': 'send' }
  const a = { 'plugboard.plugin': 'server', 'plugboard.instance.id': ids[0], 'plugboard.instance.name': 'A' }
  const b = { 'plugboard.plugin': 'server', 'plugboard.instance.id': ids[1], 'plugboard.instance.name': 'B' }
  expect(await sdk.counted('plugboard.call.duration')).toStrictEqual({ unit: 's', points: [[6, { ...send, 'plugboard.outcome': 'ok' }]] })
  expect((await sdk.counted('plugboard.attempt.duration')).points).toStrictEqual([
    [5, { ...send, ...a, 'plugboard.outcome': 'unavailable', 'error.type': 'Unavailable' }],
    [6, { ...send, ...b, 'plugboard.outcome': 'ok' }],
  ])
  expect((await sdk.counted('plugboard.failovers')).points).toStrictEqual([[5, { ...send, ...a }]])
  expect((await sdk.counted('plugboard.ejections')).points).toStrictEqual([[1, { ...type, ...a, 'plugboard.ejected_by': 'failures' }]])
  // Once when the first call moved on to it, within that attempt.
  await board.admin.reload(ids[1] ?? '', { actor })
  expect((await sdk.counted('plugboard.build.duration')).points).toStrictEqual([[2, { ...type, ...b }]])
})

test('what was stopped makes nothing more, and either half can be left out', async () => {
  await using opened = await servers('A')
  const mail = opened.board.use(Mail)
  using sdk = new Sdk()
  await mail.send('x')
  sdk.instrumentation.stop()
  sdk.instrumentation.stop()
  await mail.send('x')
  expect(sdk.spans).toHaveLength(2)
  expect((await sdk.counted('plugboard.call.duration')).points[0]?.[0]).toBe(1)
  {
    using _ = instrument({ tracerProvider: sdk.tracerProvider, meterProvider: false })
    await mail.send('x')
  }
  {
    using _ = instrument({ tracerProvider: false, meterProvider: sdk.meterProvider })
    await mail.send('x')
  }
  expect(sdk.spans).toHaveLength(4)
  expect((await sdk.counted('plugboard.call.duration')).points[0]?.[0]).toBe(2)
})
