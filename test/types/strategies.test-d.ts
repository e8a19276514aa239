import { expectTypeOf } from 'vitest'
import { PluginType, type Board, type Methods, type Strategy, type StrategyName, type TypeStrategy } from '../../src/index.ts'

declare const board: Board
const actor = { id: 'u1', name: 'Ada' }

export abstract class Balanced extends PluginType('balanced', { select: 'weighted', strategies: ['round-robin', 'priority'] }) {
  static readonly methods: Methods<Balanced> = { go: 'repeatable' }
  abstract go(): Promise<number>
}
/** The context's type comes from the key. */
export abstract class Kept extends PluginType('kept', { select: { name: 'sticky', key: (context: { user: string }) => context.user } }) {
  static readonly methods: Methods<Kept> = { go: 'repeatable' }
  abstract go(): Promise<number>
}
/** The same where only operators may choose it. */
export abstract class MayBeKept extends PluginType('may-be-kept', {
  strategies: ['weighted', { name: 'sticky', key: (context: { tenant: number }) => String(context.tenant) }],
}) {
  static readonly methods: Methods<MayBeKept> = { go: 'repeatable' }
  abstract go(): Promise<number>
}
/** And where it is said. */
export abstract class Said extends PluginType<string>('said', { select: { name: 'sticky', key: (context) => context } }) {
  static readonly methods: Methods<Said> = { go: 'repeatable' }
  abstract go(): Promise<number>
}

export async function uses(): Promise<void> {
  expectTypeOf(board.get(Balanced)).toEqualTypeOf<Balanced>()
  void board.use(Balanced)
  void board.use(Kept, { context: { user: 'ada' } })
  void board.use(Kept, { context: () => ({ user: 'ada' }) })
  void board.use(MayBeKept, { context: { tenant: 1 } })
  void board.use(Said, { context: 'eu' })
  // @ts-expect-error the key needs a context
  void board.use(Kept)
  // @ts-expect-error of its type
  void board.use(Kept, { context: { user: 5 } })
  // @ts-expect-error get has none
  void board.get(Kept)
  // @ts-expect-error nor where operators may choose a strategy that needs one
  void board.get(MayBeKept)
  expectTypeOf(await board.admin.setStrategy(Balanced, 'weighted', { actor })).toEqualTypeOf<TypeStrategy>()
  await board.admin.setStrategy(Balanced, null, { actor, orderRevision: 1 })
  // @ts-expect-error a misspelt strategy
  await board.admin.setStrategy(Balanced, 'roundrobin', { actor })
  // @ts-expect-error nobody who acts
  await board.admin.setStrategy(Balanced, 'weighted', {})
}

expectTypeOf<StrategyName>().toEqualTypeOf<'priority' | 'weighted' | 'round-robin' | 'sticky'>()
// @ts-expect-error sticky does not say by what
export const bare: Strategy = 'sticky'
// @ts-expect-error a misspelt strategy
void PluginType('x', { select: 'wieghted' })
// @ts-expect-error in the list too
void PluginType('x', { strategies: ['wieghted'] })
// @ts-expect-error a key that is no text
void PluginType('x', { select: { name: 'sticky', key: (context: { user: number }) => context.user } })
