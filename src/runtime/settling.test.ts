import { expect, test } from 'vitest'
import { Settling } from './settling.ts'

/** A promise to be settled by the test. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('however many ask while one is under way, one more follows, and sees what is new', async () => {
  const gates = [gate(), gate()]
  let swaps = 0
  const settling = new Settling({ swap: async () => gates[swaps++]?.opened, follow: async () => {} })
  const first = settling.start()
  await turn()
  const others = Array.from({ length: 1_000 }, () => settling.start())
  expect(new Set(others).size).toBe(1)
  expect(swaps).toBe(1)
  gates[0]?.open()
  await first
  await turn()
  expect(swaps).toBe(2)
  // The second has begun: who asks now has something newer to see.
  const third = settling.start()
  expect(third).not.toBe(others[0])
  gates[1]?.open()
  await Promise.all([...others, third])
  expect(swaps).toBe(3)
})

test('what follows a swap does not hold up the next one; who waits for the whole waits for it', async () => {
  const slow = gate()
  const done: string[] = []
  let swaps = 0
  const settling = new Settling({
    swap: async () => void done.push(`swap ${++swaps}`),
    follow: async () => {
      const own = swaps
      if (own === 1) await slow.opened
      done.push(`follow ${own}`)
    },
  })
  const first = settling.start()
  await turn()
  await settling.start()
  expect(done).toStrictEqual(['swap 1', 'swap 2', 'follow 2'])
  let ended = false
  const all = settling.ended().then(() => (ended = true))
  await turn()
  expect(ended).toBe(false)
  slow.open()
  await Promise.all([first, all])
  expect(done.at(-1)).toBe('follow 1')
})

test('a half that fails is told to all who asked for it; the next one is tried all the same', async () => {
  let swaps = 0
  let follows = 0
  const settling = new Settling({
    swap: async () => {
      if (++swaps === 1) throw new Error('swap')
    },
    follow: async () => {
      if (++follows === 1) throw new Error('follow')
    },
  })
  const asked = [settling.start(), settling.start()]
  for (const each of asked) await expect(each).rejects.toThrow('swap')
  await expect(settling.start()).rejects.toThrow('follow')
  await settling.ended()
  await settling.start()
  expect([swaps, follows]).toStrictEqual([3, 2])
})
