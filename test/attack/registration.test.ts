import { expect, test } from 'vitest'
import { createBoard, Plugin, PluginType, type Methods } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { openBoard } from '../support/open-board.ts'

abstract class Sender extends PluginType('sender') {
  static readonly methods: Methods<Sender> = { send: 'repeatable' }
  abstract send(text: string): Promise<string>
}
abstract class RichSender extends Sender {
  static override readonly methods: Methods<RichSender> = { send: 'repeatable', sendPicture: 'repeatable' }
  abstract sendPicture(text: string): Promise<string>
}

test('a contract that extends another one has all the methods it names, or is refused at registration', async () => {
  class Rich extends Plugin(RichSender, { key: 'rich' }) {
    async send(text: string): Promise<string> {
      return text
    }
    async sendPicture(text: string): Promise<string> {
      return `picture ${text}`
    }
  }
  await using opened = await openBoard({ plugins: [Rich] })
  expect(await opened.board.use(RichSender).sendPicture('x')).toBe('picture x')
})

test('a base class between PluginType() and the contract may hold what contracts share', async () => {
  abstract class Base extends PluginType('shared') {
    protected shout(text: string): string {
      return text.toUpperCase()
    }
  }
  abstract class Shared extends Base {
    static readonly methods: Methods<Shared> = { send: 'repeatable' }
    abstract send(text: string): Promise<string>
  }
  class Loud extends Plugin(Shared, { key: 'loud' }) {
    async send(text: string): Promise<string> {
      return this.shout(text)
    }
  }
  await using opened = await openBoard({ plugins: [Loud] })
  expect(await opened.board.use(Shared).send('x')).toBe('X')
})

test.each(['config', 'instance', 'signal'])("a contract method named '%s' is refused, since every plugin has that property", (name) => {
  const Base = PluginType('clash')
  const Clash = class Clash extends (Base as unknown as new () => object) {
    static readonly methods = { [name]: 'once' }
  }
  const Made = Plugin(Clash as never, { key: 'made' }) as unknown as new () => object
  const Concrete = class Concrete extends Made {}
  Object.defineProperty(Concrete.prototype, name, { value: () => {}, writable: true })
  expect(() => createBoard({ plugins: [Concrete as never], store: sqlite(':memory:') })).toThrow(name)
})

test('keys that are no text are a registration problem, told with the others', () => {
  expect(() => createBoard({ plugins: [], store: sqlite(':memory:'), keys: 42 as never })).toThrow(/can't be created/)
  for (const keys of [42, null, {}, ['k1:secret']]) {
    // What it is may be key material: it is not quoted.
    expect(() => createBoard({ plugins: [], store: sqlite(':memory:'), keys: keys as never })).toThrow(
      /1 problem in .*\n {2}- createBoard\({ keys }\): is (null|of type \w+), not text: id:base64, …$/,
    )
  }
})
