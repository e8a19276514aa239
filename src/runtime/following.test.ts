import { expect, test } from 'vitest'
import type { ChangeListener, Notifier, Store } from '../store/index.ts'
import { Following } from './following.ts'

interface Bench {
  readonly following: Following
  /** Looks so far. */
  readonly looks: () => number
  /** What the database holds; a look serves it. */
  readonly database: { epoch: string; revision: number }
  /** Lets the look under way end. */
  readonly answer: () => Promise<void>
  readonly published: string[]
  readonly tell: (hint: Parameters<ChangeListener>[0]) => void
}

/** A following over a database and a channel made of nothing. Looks end when the test says so. */
function bench({ held = false } = {}): Bench {
  const database = { epoch: 'e1', revision: 7 }
  let served = { ...database }
  let looks = 0
  let release = (): void => {}
  const published: string[] = []
  let tell: ChangeListener = () => {}
  const notifier: Notifier = {
    description: 'a channel of the test',
    open: (epoch) => ({
      publish: async (revision) => void published.push(`${epoch} ${revision}`),
      listen: (changed) => {
        tell = changed
        return { source: `channel ${epoch}`, problem: undefined, close: async () => void published.push(`${epoch} left`) }
      },
      close: async () => {},
    }),
  }
  const following = new Following({
    store: {} as Store,
    notifier,
    served: () => served,
    look: async () => {
      looks++
      if (held) await new Promise<void>((resolve) => (release = resolve))
      served = { ...database }
    },
  })
  following.start()
  return {
    following,
    database,
    published,
    looks: () => looks,
    tell: (hint) => tell(hint),
    answer: async () => {
      release()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

test('[42] a word of what is served already starts nothing; of a newer revision, one look', async () => {
  const { tell, looks, database } = bench()
  tell({ epoch: 'e1', revision: 7 })
  tell({ epoch: 'e1', revision: 3 })
  expect(looks()).toBe(0)
  database.revision = 8
  tell({ epoch: 'e1', revision: 8 })
  await Promise.resolve()
  expect(looks()).toBe(1)
})

test('[42] a burst of words makes one look and one after it', async () => {
  const { tell, looks, database, answer } = bench({ held: true })
  database.revision = 100
  for (let revision = 8; revision <= 60; revision++) tell({ epoch: 'e1', revision })
  expect(looks()).toBe(1)
  // Words that come while it looks may be of what it has not seen.
  database.revision = 200
  tell({ epoch: 'e1', revision: 150 })
  tell({ epoch: 'e1', revision: 120 })
  await answer()
  // What it read was newer than all of them.
  expect(looks()).toBe(1)
  database.revision = 300
  tell({ epoch: 'e1', revision: 300 })
  tell({})
  tell({ epoch: 'e1', revision: 299 })
  await answer()
  expect(looks()).toBe(3)
  await answer()
  expect(looks()).toBe(3)
})

test('a word of another epoch, or one that names nothing, is looked into', async () => {
  const { tell, looks } = bench()
  tell({ epoch: 'e2', revision: 1 })
  await new Promise((resolve) => setImmediate(resolve))
  tell({})
  await new Promise((resolve) => setImmediate(resolve))
  expect(looks()).toBe(2)
})

test('a flood of words that mean nothing makes no flood of looks', async () => {
  const { tell, looks } = bench()
  for (let n = 0; n < 2_000; n++) {
    tell({ epoch: 'e1', revision: Number.MAX_SAFE_INTEGER })
    if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(looks()).toBeGreaterThan(5)
  expect(looks()).toBeLessThan(30)
})

test('what is written before the epoch is known is told once it is; another epoch is told on a channel of its own', async () => {
  let served: { epoch: string; revision: number } | undefined
  const { published } = bench()
  const told: string[] = []
  const following = new Following({
    store: {} as Store,
    notifier: {
      description: '',
      open: (epoch) => ({
        publish: async (revision) => void told.push(`${epoch} ${revision}`),
        listen: () => ({ source: epoch, problem: undefined, close: async () => void told.push(`${epoch} left`) }),
        close: async () => {},
      }),
    },
    served: () => served,
    look: async () => {},
  })
  following.start()
  following.publish(4)
  following.publish(5)
  expect(told).toEqual([])
  served = { epoch: 'e1', revision: 5 }
  following.tuneIn()
  following.publish(6)
  expect(told).toEqual(['e1 5', 'e1 6'])
  served = { epoch: 'e2', revision: 1 }
  following.tuneIn()
  following.publish(2)
  expect(told).toEqual(['e1 5', 'e1 6', 'e1 left', 'e2 2'])
  expect(following.sources).toEqual([{ name: 'e2', listening: true }])
  await following.close()
  following.publish(3)
  expect(told.at(-1)).toBe('e2 left')
  expect(published).toEqual([])
})
