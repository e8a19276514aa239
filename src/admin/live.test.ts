import { expect, test } from 'vitest'
import { actor as ada, Gateway } from '../../test/support/gateways.ts'
import { openBoard, until, type TestBoard } from '../../test/support/open-board.ts'
import type { AdminActor } from './actor.ts'
import { Live, type LiveOptions } from './live.ts'

const everyone: AdminActor = { id: 'u1', name: 'Ada', permissions: ['read'] }
const others: AdminActor = { id: 'u2', name: 'Sam', permissions: { 'another-type': ['read'] } }

interface Event {
  readonly id: string
  readonly event: string
  readonly data: Record<string, unknown>
}

/** A listener as a browser is one: it keeps what it heard, and the id of the last event. */
class Ear {
  readonly heard: Event[] = []
  readonly #abort = new AbortController()
  isOver = false

  constructor(live: Live, who: AdminActor, after?: string) {
    const { stream } = live.listen(who, this.#abort.signal, after)
    void this.#read(stream)
  }

  get last(): string {
    return this.heard.at(-1)?.id ?? ''
  }

  of(event: string): readonly Record<string, unknown>[] {
    return this.heard.filter((each) => each.event === event).map(({ data }) => data)
  }

  leave(): void {
    this.#abort.abort()
  }

  async #read(stream: ReadableStream<Uint8Array> | undefined): Promise<void> {
    let text = ''
    for await (const part of stream ?? []) {
      text += new TextDecoder().decode(part)
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = Object.fromEntries(
          block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        )
        if (fields['event'] !== undefined)
          this.heard.push({ id: fields['id'] ?? '', event: fields['event'], data: JSON.parse(fields['data'] ?? 'null') as Event['data'] })
      }
    }
    this.isOver = true
  }
}

const create = (opened: TestBoard, name: string): Promise<{ readonly id: string }> =>
  opened.board.admin.create({ type: Gateway, plugin: 'cash', name }, { actor: ada })

async function opening(options?: Partial<LiveOptions>): Promise<{ readonly opened: TestBoard; readonly live: Live } & AsyncDisposable> {
  const opened = await openBoard()
  const live = new Live(opened.board, options)
  return {
    opened,
    live,
    [Symbol.asyncDispose]: async () => {
      live.close()
      await opened[Symbol.asyncDispose]()
    },
  }
}

test('[ui 28] who comes back with the id of the last event gets what was missed, once each and in order', async () => {
  await using house = await opening()
  const { opened, live } = house
  const first = new Ear(live, everyone)
  await until(() => first.heard.length === 1)
  expect(first.heard).toMatchObject([{ event: 'hello', data: { resumed: false } }])
  await create(opened, 'A')
  await until(() => first.of('change').length === 1)
  first.leave()
  await until(() => first.isOver)

  await create(opened, 'B')
  await create(opened, 'C')
  const revision = opened.board.internals.runtime.revision
  const second = new Ear(live, everyone, first.last)
  await until(() => second.of('change').length >= 2)
  expect(second.heard[0]).toMatchObject({ event: 'hello', data: { resumed: true } })
  await create(opened, 'D')
  await until(() => second.of('change').length >= 3)
  const ids = [...first.heard, ...second.heard].filter(({ event }) => event !== 'hello').map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const revisions = [...first.of('change'), ...second.of('change')].map((data) => Number(data['revision']))
  expect(revisions).toStrictEqual(revisions.toSorted((a, b) => a - b))
  expect(revisions[2]).toBe(revision)
  // Nothing was missed: nothing is told twice.
  second.leave()
  await until(() => second.isOver)
  const third = new Ear(live, everyone, second.last)
  await until(() => third.heard.length === 1)
  expect(third.heard).toMatchObject([{ event: 'hello', data: { resumed: true }, id: second.last }])
})

test('[ui 28] what is not kept any more, another process told, or nobody did, is not resumed, and hello says so', async () => {
  await using house = await opening({ remembers: 2 })
  const { opened, live } = house
  const first = new Ear(live, everyone)
  await until(() => first.heard.length === 1)
  const start = first.last
  for (const name of ['A', 'B', 'C', 'D']) await create(opened, name)
  await until(() => first.of('change').length === 4)
  const [run = ''] = start.split('.')
  const other = new Live(opened.board)
  const elsewhere = new Ear(other, everyone)
  await until(() => elsewhere.heard.length === 1)
  for (const after of [start, elsewhere.last, `${run}.999999`, `${run}.-1`, `${run}.1e3`, 'nonsense', '', '\u0000', 'x'.repeat(5_000)]) {
    const ear = new Ear(live, everyone, after)
    await until(() => ear.heard.length > 0)
    expect(ear.heard, after.slice(0, 40)).toMatchObject([{ event: 'hello', data: { resumed: false }, id: first.last }])
    ear.leave()
  }
  other.close()
})

test('[49] what was missed is told to nobody who may not see it, though they name an id of somebody who may', async () => {
  await using house = await opening()
  const { opened, live } = house
  const first = new Ear(live, everyone)
  await until(() => first.heard.length === 1)
  await create(opened, 'A')
  await until(() => first.of('change').length === 1)
  const sam = new Ear(live, others, first.heard[0]?.id)
  await until(() => sam.heard.length === 1)
  await create(opened, 'B')
  await until(() => first.of('change').length === 2)
  expect(sam.heard).toMatchObject([{ event: 'hello', data: { resumed: true } }])
})

test('a closed one ends its streams and hears nothing more of the board', async () => {
  await using house = await opening()
  const { opened, live } = house
  const first = new Ear(live, everyone)
  await until(() => first.heard.length === 1)
  expect(live.open).toBe(1)
  live.close()
  await until(() => first.isOver)
  expect(live.open).toBe(0)
  await create(opened, 'A')
  const again = new Ear(live, everyone, first.last)
  await until(() => again.heard.length === 1)
  // What happened in between was heard by nobody: it is not claimed that all is told.
  expect(again.heard).toMatchObject([{ event: 'hello', data: { resumed: false } }])
})
