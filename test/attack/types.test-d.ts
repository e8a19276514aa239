import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { createBoard, Plugin, PluginType, type Board, type Methods } from '../../src/index.ts'
declare const board: Board

// Generic methods
abstract class G extends PluginType('g') {
  static readonly methods: Methods<G> = { pick: 'once', sync: 'once', over: 'once' }
  abstract pick<T>(value: T): Promise<T>
  abstract sync<T>(value: T): T
  abstract over(a: string): Promise<string>
  abstract over(a: number): Promise<number>
}
const g = board.use(G)
expectTypeOf(await g.pick(1 as const)).toEqualTypeOf<1>()
expectTypeOf(await g.over(1)).toEqualTypeOf<number>()
expectTypeOf(await g.over('x')).toEqualTypeOf<string>()
export const g2 = await g.sync('x')

// Properties: failover:false claims T
abstract class P extends PluginType('p') {
  static readonly methods: Methods<P> = { go: 'once' }
  abstract readonly currency: string
  abstract go(): Promise<void>
  maybe?(): Promise<void>
}
const direct = board.use(P, { failover: false })
expectTypeOf(direct.go()).toEqualTypeOf<Promise<void>>()
// Extended contract without own methods
abstract class Base extends PluginType('b') {
  static readonly methods: Methods<Base> = { a: 'once' }
  abstract a(): Promise<void>
}
abstract class Mid extends Base {
  abstract b(): Promise<void>
}
// @ts-expect-error b is not in methods
void board.use(Mid)
// Intermediate abstract plugin
abstract class Half extends Plugin(Base, { key: 'half', config: z.object({ url: z.string() }) }) {
  async a(): Promise<void> {
    void this.config.url
  }
  abstract more(): string
}
class Whole extends Half {
  more() {
    return this.config.url
  }
}
// @ts-expect-error abstract
createBoard({ plugins: [Half], store: undefined as never })
createBoard({ plugins: [Whole], store: undefined as never })
// Context types
abstract class Ctx extends PluginType<{ region: string }>('ctx', {
  select: ({ candidates, context }) => candidates.find((c) => c.tags.includes(context.region)) ?? null,
}) {
  static readonly methods: Methods<Ctx> = { go: 'once' }
  abstract go(): Promise<void>
}
// @ts-expect-error needs a context
void board.use(Ctx)
// @ts-expect-error needs a context
void board.resolve(Ctx)
// @ts-expect-error wrong context
void board.resolve(Ctx, { context: { regio: 'x' } })
void board.resolve(Ctx, { context: { region: 'x' } })
void board.use(Ctx, { context: () => ({ region: 'x' }) })
// Plain type given a context
// @ts-expect-error a context for a type that takes none
void board.resolve(Base, { context: { region: 'x' } })
// Secret over union, record
void Plugin(Base, {
  key: 'u',
  config: z.discriminatedUnion('k', [z.object({ k: z.literal('a'), x: z.string() }), z.object({ k: z.literal('b'), y: z.string() })]),
  secrets: { x: {}, y: {} },
})
void Plugin(Base, { key: 'opt', config: z.object({ auth: z.object({ key: z.string() }).optional() }), secrets: { 'auth.key': {} } })
void Plugin(Base, { key: 'null', config: z.object({ auth: z.object({ key: z.string() }).nullable() }), secrets: { 'auth.key': {} } })
// Lists of plugins of several types
const many = [Whole, Whole] as const
createBoard({ plugins: many, store: undefined as never })
// Void/sync contract
abstract class V extends PluginType('v') {
  static readonly methods: Methods<V> = { now: 'repeatable', cb: 'once' }
  abstract now(): number
  abstract cb(done: (e: Error | null) => void): void
  get derived(): number {
    return 1
  }
}
expectTypeOf(board.use(V).now()).toEqualTypeOf<Promise<number>>()
// Contract with protected member
abstract class Prot extends PluginType('prot') {
  static readonly methods: Methods<Prot> = { go: 'once' }
  protected helper(): number {
    return 1
  }
  abstract go(): Promise<void>
}
class ProtP extends Plugin(Prot, { key: 'x' }) {
  async go() {
    this.helper()
  }
}
createBoard({ plugins: [ProtP], store: undefined as never })
expectTypeOf(board.get(Prot)).toEqualTypeOf<Prot>()
