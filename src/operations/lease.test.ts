import { expect, test } from 'vitest'
import { temporaryFolder } from '../store/sqlite/temporary-folder.ts'
import { sqlite } from '../sqlite.ts'
import { Lease } from './lease.ts'

async function bench() {
  const folder = await temporaryFolder()
  // The database's and the machine's clock plays no part, whatever it says.
  const clock = { wall: 0, elapsed: 0 }
  const stores = ['a', 'b'].map(() => sqlite(folder.file('board.db')).open({ now: () => clock.wall }))
  await stores[0]?.migrate()
  const leases = stores.map((store, n) => new Lease({ store, name: 'checks', holder: `p${n}`, ttl: 1_000, elapsed: () => clock.elapsed }))
  const [one, other] = leases
  if (one === undefined || other === undefined) throw new Error('two were made')
  const close = async (): Promise<void> => {
    for (const store of stores) await store.close()
    await folder[Symbol.asyncDispose]()
  }
  return { one, other, clock, [Symbol.asyncDispose]: close }
}

test('one of two holds a lease, for as long as it says so', async () => {
  await using room = await bench()
  const { one, other, clock } = room
  expect([await one.hold(), await other.hold()]).toEqual([true, false])
  for (let n = 0; n < 10; n++) {
    clock.elapsed += 500
    expect([await one.hold(), await other.hold()]).toEqual([true, false])
  }
  expect([one.isHeld, other.isHeld]).toEqual([true, false])
})

test('fault 1: a process that is killed loses its lease to another one, once that has seen it stand still', async () => {
  await using room = await bench()
  const { one, other, clock } = room
  await one.hold()
  expect(await other.hold()).toBe(false)
  clock.elapsed += 999
  expect(await other.hold()).toBe(false)
  // The holder, were it alive, would have stopped by itself by now.
  expect(one.isHeld).toBe(false)
  clock.elapsed += 1
  expect(await other.hold()).toBe(true)
  // Back from wherever it was, it finds that it lost it.
  expect(await one.hold()).toBe(false)
})

test('of two who find it free at once, one takes it', async () => {
  await using room = await bench()
  const both = await Promise.all([room.one.hold(), room.other.hold()])
  expect(both.filter(Boolean)).toHaveLength(1)
})

test('fault 12: a clock that jumps an hour, either way, moves no lease', async () => {
  await using room = await bench()
  const { one, other, clock } = room
  await one.hold()
  await other.hold()
  for (const jump of [3_600_000, -7_200_000, 3_600_000]) {
    clock.wall += jump
    clock.elapsed += 300
    expect([await other.hold(), await one.hold()]).toEqual([false, true])
  }
})

test('a lease that is given back is free at once', async () => {
  await using room = await bench()
  const { one, other } = room
  await one.hold()
  await other.hold()
  await other.release()
  expect(await one.hold()).toBe(true)
  await one.release()
  expect([one.isHeld, await other.hold()]).toEqual([false, true])
})
