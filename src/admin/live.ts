import { randomUUID } from 'node:crypto'
import type { Board } from '../board.ts'
import { may, permissionsOf, type AdminActor } from './actor.ts'
import type { LiveEvent } from './api.ts'
import type { Reply } from './reply.ts'

export interface LiveOptions {
  /** Milliseconds between two signs of life, so that nobody in between ends a silent connection. */
  readonly beatEvery: number
  /** Milliseconds after which a stream ends, so that its listener comes back and is asked again who they are. */
  readonly endsAfter: number
  /** Characters that may wait for a slow listener; beyond that its stream ends, and it comes back. */
  readonly mostWaiting: number
  /** Events that are kept for those who come back. */
  readonly remembers: number
}

const usual: LiveOptions = { beatEvery: 15_000, endsAfter: 300_000, mostWaiting: 1_000_000, remembers: 1_000 }

/** An event with its number; what nobody in particular may see says so. */
interface Told {
  readonly number: number
  /** What of it somebody may see; `undefined` for nothing. */
  readonly for: (actor: AdminActor) => LiveEvent | undefined
}

/**
 * Tells what happens on the board, by server-sent events, to those who may see it. Events are numbered: a listener that was cut off names the last one it had
 * (`Last-Event-ID`, which browsers send by themselves), and gets what it missed. Where that is not kept any more, or another process told it, `hello` says so.
 */
export class Live {
  readonly #board: Board
  readonly #options: LiveOptions
  readonly #streams = new Map<() => void, (told: Told) => void>()
  /** Numbers are of this process alone. */
  #run = newRun()
  readonly #recent: Told[] = []
  #last = 0
  #unfollow: readonly (() => void)[] | undefined

  constructor(board: Board, options: Partial<LiveOptions> = {}) {
    this.#board = board
    this.#options = { ...usual, ...options }
  }

  /** Streams that are open. */
  get open(): number {
    return this.#streams.size
  }

  /** Ends every stream: a server that is to stop waits for them. */
  close(): void {
    for (const end of Array.from(this.#streams.keys())) end()
    for (const each of this.#unfollow ?? []) each()
    this.#unfollow = undefined
    this.#recent.length = 0
    // What happens from here on is heard by nobody: no number from before may claim that all was told.
    this.#run = newRun()
  }

  /**
   * A stream for one listener; it ends with the request.
   *
   * @param after The `Last-Event-ID` that the listener named.
   */
  listen(actor: AdminActor, signal: AbortSignal, after: string | null = null): Reply {
    // From the first listener on: who comes back later has missed something.
    this.#unfollow ??= this.#follow()
    const encoder = new TextEncoder()
    const { beatEvery, endsAfter, mostWaiting } = this.#options
    let end = (): void => {}
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const leave: (() => void)[] = []
          end = () => {
            if (!this.#streams.delete(end)) return
            for (const each of leave) each()
            signal.removeEventListener('abort', end)
            try {
              controller.close()
            } catch {
              // Its reader has gone already.
            }
          }
          const say = (text: string): void => {
            if ((controller.desiredSize ?? 0) < -mostWaiting) return end()
            controller.enqueue(encoder.encode(text))
          }
          const tell = (told: Told): void => {
            const event = told.for(actor)
            if (event !== undefined) say(this.#written(told.number, event))
          }
          this.#streams.set(end, tell)
          const beat = setInterval(() => say(': alive\n\n'), beatEvery)
          const last = setTimeout(end, endsAfter)
          beat.unref()
          last.unref()
          leave.push(
            () => clearInterval(beat),
            () => clearTimeout(last),
          )
          if (signal.aborted) return end()
          signal.addEventListener('abort', end)
          say('retry: 1000\n\n')
          const missed = this.#since(after)
          const hello = { revision: this.#board.internals.runtime.revision ?? null, resumed: missed !== undefined }
          // With the number that was named, so that one who is cut off at once asks for the same again.
          say(this.#written(missed?.[0]?.number === undefined ? this.#last : missed[0].number - 1, { event: 'hello', data: hello }))
          for (const told of missed ?? []) if (this.#streams.has(end)) tell(told)
        },
        cancel: () => end(),
      },
      { highWaterMark: 0, size: (chunk) => chunk?.byteLength ?? 0 },
    )
    return { status: 200, stream, headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' } }
  }

  /** What was told after an event; `undefined` where that is not known. */
  #since(after: string | null): readonly Told[] | undefined {
    const [, run, text] = /^([\da-f]{8})\.(\d{1,15})$/.exec(after ?? '') ?? []
    const number = Number(text)
    if (run !== this.#run || number > this.#last) return undefined
    const oldest = this.#recent[0]?.number ?? this.#last + 1
    return number + 1 < oldest ? undefined : this.#recent.filter((told) => told.number > number)
  }

  #written(number: number, { event, data }: LiveEvent): string {
    return `id: ${this.#run}.${number}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
  }

  #tell(what: Told['for']): void {
    const told = { number: ++this.#last, for: what }
    this.#recent.push(told)
    if (this.#recent.length > this.#options.remembers) this.#recent.shift()
    for (const tell of Array.from(this.#streams.values())) tell(told)
  }

  /** Hears what happens, whoever may see it. Errors stay behind: they may hold anything. */
  #follow(): readonly (() => void)[] {
    const board = this.#board
    const only = (type: string, event: LiveEvent): void => this.#tell((actor) => (may(actor, 'read', type) ? event : undefined))
    return [
      board.on('change', ({ revision, types }) =>
        this.#tell((actor) => {
          const shown = types.filter((type) => may(actor, 'read', type))
          // One that is about no type is for those who may see all: types come and go.
          const isShown = shown.length > 0 || (types.length === 0 && permissionsOf(actor, undefined).length > 0)
          return isShown ? { event: 'change', data: { revision, types: shown } } : undefined
        }),
      ),
      board.on('selected', ({ type, from, to }) => only(type, { event: 'selected', data: { type, from, to } })),
      board.on('unloadable', ({ type, instance, reason }) => only(type, { event: 'unloadable', data: { type, instance, reason } })),
      board.on('ejected', ({ type, instance, by, time }) => only(type, { event: 'ejected', data: { type, instance, by, time } })),
      board.on('recovered', ({ type, instance }) => only(type, { event: 'recovered', data: { type, instance } })),
      board.on('health', ({ type, instance, ok, latencyMs }) => only(type, { event: 'health', data: { type, instance, ok, latencyMs } })),
      board.on('stale', ({ since }) => this.#tell(() => ({ event: 'stale', data: { since } }))),
      board.on('fresh', ({ revision }) => this.#tell(() => ({ event: 'fresh', data: { revision } }))),
    ]
  }
}

function newRun(): string {
  return randomUUID().slice(0, 8)
}
