import { expect, test } from 'vitest'
import { z } from 'zod'
import { actor } from '../../test/support/gateways.ts'
import { openBoard, until } from '../../test/support/open-board.ts'
import { Plugin, PluginType, Unavailable, type Methods } from '../index.ts'

abstract class Words extends PluginType('words', { deadline: 30_000 }) {
  static readonly methods: Methods<Words> = { say: 'once', length: 'repeatable', speak: 'repeatable' }
  abstract say(text: string): Promise<string>
  abstract length(text: string): number
  abstract speak(text: string, count: number): AsyncGenerator<string, void, void>
}
const disposed: string[] = []
const down = new Set<string>()
class Speaker extends Plugin(Words, { key: 'speaker', config: z.object({ voice: z.string() }) }) {
  readonly #me = `${this.instance.name} ${this.config.voice}`
  async say(text: string): Promise<string> {
    if (down.has(this.instance.name)) throw new Unavailable('down')
    return `${this.#me}: ${text}`
  }
  length(text: string): number {
    return this.config.voice.length + text.length
  }
  async *speak(text: string, count: number): AsyncGenerator<string, void, void> {
    if (down.has(this.instance.name)) throw new Unavailable('down')
    for (let n = 0; n < count; n++) yield `${this.#me}: ${text} ${n}`
  }
  onDispose(): void {
    disposed.push(this.#me)
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

test('[38][42] handles in both forms, taken once and before ready(), follow every change for as long as the process lives; a stream stays with what it began with, and holds it', async () => {
  await using opened = await openBoard({ plugins: [Speaker], disposeAfter: 0 })
  const { board } = opened
  const late = opened.idle()
  const handles = [board, late].map((each) => ({ words: each.use(Words), direct: each.use(Words, { failover: false }) }))
  await late.ready()
  const ids: string[] = []
  for (const [priority, name] of ['A', 'B'].entries())
    ids.push(
      (await board.admin.create({ type: Words, plugin: 'speaker', name, config: { voice: '0' }, status: 'active', priority }, { actor }))
        .id,
    )
  const [a = '', b = ''] = ids
  const check = async (me: string): Promise<void> => {
    await late.refresh()
    for (const { words, direct } of handles) {
      expect(await words.say('x')).toBe(`${me}: x`)
      expect(await words.length('xx')).toBe(me.length)
      expect(await all(words.speak('y', 2))).toEqual([`${me}: y 0`, `${me}: y 1`])
      expect(await direct.say('x')).toBe(`${me}: x`)
      // Synchronous stays synchronous.
      expect(direct.length('xx')).toBe(me.length)
      expect(await all(direct.speak('y', 1))).toEqual([`${me}: y 0`])
    }
  }
  await check('A 0')
  // Of those that were built on trial.
  disposed.length = 0
  for (let n = 1; n <= 20; n++) {
    const began = handles.map(({ words }) => words.speak('long', 3))
    for (const each of began) expect(await each.next()).toMatchObject({ value: `A ${n - 1}: long 0` })
    await board.admin.update(a, { config: { voice: String(n) } }, { actor })
    await check(`A ${n}`)
    await board.admin.setStatus(a, n % 2 === 0 ? 'disabled' : 'reserved', { actor })
    await check(`B ${n - 1}`)
    await board.admin.update(b, { config: { voice: String(n) } }, { actor })
    await board.admin.setStatus(a, 'active', { actor })
    await check(`A ${n}`)
    // Two boards hold it still.
    expect(disposed).not.toContain(`A ${n - 1}`)
    for (const each of began) expect(await all(each)).toEqual([`A ${n - 1}: long 1`, `A ${n - 1}: long 2`])
    await until(() => disposed.filter((each) => each === `A ${n - 1}`).length === 2)
    disposed.length = 0
  }
  // A failure moves the one form on, streams too, and is the other form's to tell.
  down.add('A')
  for (const { words, direct } of handles) {
    expect(await words.say('x')).toBe('B 20: x')
    expect(await all(words.speak('y', 1))).toEqual(['B 20: y 0'])
    await expect(direct.say('x')).rejects.toThrow('down')
  }
  down.clear()
})
