import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { expectTypeOf } from 'vitest'
import { createBoard, type CheckedInstance, type Notifier, type PluginClass } from '../../src/index.ts'
import { redis } from '../../src/integrations/redis.ts'
import { postgres } from '../../src/postgres.ts'
import { sqlite } from '../../src/sqlite.ts'

const plugins: readonly PluginClass[] = []
const store = sqlite(':memory:')

// Clients of both packages as they are, and a URL.
expectTypeOf(redis(createClient())).toEqualTypeOf<Notifier>()
expectTypeOf(redis(new Redis(), { prefix: 'shop' })).toEqualTypeOf<Notifier>()
const board = createBoard({ plugins, store, notifier: redis('redis://127.0.0.1'), checks: { every: 60_000 } })
// @ts-expect-error -- what can't listen is no client
redis({ publish: async () => 1 })
// @ts-expect-error -- a client is made a notifier by redis()
createBoard({ plugins, store, notifier: new Redis() })

createBoard({ plugins, store, checks: { every: 60_000, deadline: 5_000, concurrency: 8 } })
// @ts-expect-error -- how often must be said
createBoard({ plugins, store, checks: {} })
// @ts-expect-error -- milliseconds
createBoard({ plugins, store, checks: { every: '1m' } })

expectTypeOf(await board.checkAll({ signal: AbortSignal.timeout(1_000), types: ['mailer'] })).toEqualTypeOf<readonly CheckedInstance[]>()
// @ts-expect-error -- a list of types
void board.checkAll({ types: 'mailer' })
// @ts-expect-error -- a signal, not its controller
void board.checkAll({ signal: new AbortController() })

board.on('health', ({ ok, before }) => {
  expectTypeOf(ok).toEqualTypeOf<boolean>()
  expectTypeOf(before).toEqualTypeOf<boolean | null>()
})

postgres('postgres://db/shop', { listen: false })
// @ts-expect-error -- a place, or false for none
postgres('postgres://db/shop', { listen: true })
