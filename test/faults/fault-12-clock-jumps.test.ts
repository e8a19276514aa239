import { afterEach, beforeEach, expect, test as plainTest, vi } from 'vitest'
import { generateKey } from '../../src/index.ts'
import { livingProcesses, type ProcessRow } from '../../src/store/index.ts'
import { describeEachDatabase } from '../support/databases.ts'
import { actor, Gateway, log, type Bank } from '../support/gateways.ts'
import { openBoard } from '../support/open-board.ts'

const hour = 3_600_000
const [k1, k2] = [generateKey('k1'), generateKey('k2')]

// The time of day alone; timers and the monotonic clock go on as they are.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())
const jump = (by: number): void => void vi.setSystemTime(Date.now() + by)
const bank = (name: string) =>
  ({ type: Gateway, plugin: 'bank', name, config: { apiKey: 'key-0', note: name }, status: 'active', priority: 1 }) as const

describeEachDatabase((kind, test) => {
  test('[35] fault 12: whatever the clock does, ties are in the order of creation, and the history in that of the writes', async () => {
    await using opened = await openBoard({}, kind)
    const { board } = opened
    const ids: string[] = []
    for (const [name, by] of [
      ['A', 0],
      ['B', hour],
      ['C', -2 * hour],
      ['D', hour],
    ] as const) {
      jump(by)
      ids.push((await board.admin.create(bank(name), { actor })).id)
    }
    expect(board.instances(Gateway).map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D', 'Cash'])
    expect(await board.get(Gateway).charge('o')).toBe('A: o')
    const other = await opened.another()
    expect(other.instances(Gateway).map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D', 'Cash'])
    const history = (await board.admin.history()).filter(({ action }) => action === 'create')
    expect(history.map(({ instance }) => instance?.name)).toEqual(['D', 'C', 'B', 'A', 'Cash'])
    // An edit an hour back is the newest one still, and other processes see it.
    jump(-hour)
    await board.admin.update(ids[0] ?? '', { config: { note: 'newest' } }, { actor })
    await other.refresh()
    expect((other.get(Gateway) as Bank).note).toBe('newest')
    expect((await board.admin.history({ limit: 1 }))[0]).toMatchObject({ action: 'update', instance: { name: 'A' } })
  })

  test('fault 12: a lent object lives as long as it was lent for, though the clock jumps', async () => {
    await using opened = await openBoard({ disposeAfter: 60_000 }, kind)
    const { id } = await opened.board.admin.create(bank('A'), { actor })
    const object = opened.board.get(Gateway) as Bank
    log.length = 0
    for (const by of [hour, -2 * hour]) {
      jump(by)
      await opened.board.admin.update(id, { config: { note: String(by) } }, { actor, force: true })
      expect(await opened.board.get(Gateway).charge('o')).toBe('A: o')
    }
    expect(log).not.toContain(`disposed ${object.serial}`)
  })

  test('[20] fault 12: a living process that lacks the key stops a rotation, though the clock has jumped an hour since it said that it lives', async () => {
    for (const by of [hour, -hour]) {
      await using opened = await openBoard({ keys: k1, refreshEvery: 60_000 }, kind)
      await opened.board.admin.create(bank('A'), { actor })
      const rotating = await opened.another({ keys: `${k2},${k1}`, refreshEvery: 60_000 })
      jump(by)
      expect((await rotating.status()).processes).toHaveLength(2)
      await expect(rotating.admin.rotateKeys({}, { actor })).rejects.toMatchObject({ code: 'key_not_everywhere' })
      await opened.board.close()
      expect(await rotating.admin.rotateKeys({}, { actor })).toMatchObject({ failed: 0, resealed: { live: 1 } })
    }
  })

  test('fault 12: a sign of life written after a jump does not take away that of another process', async () => {
    await using opened = await openBoard({ refreshEvery: 60_000 }, kind)
    jump(hour)
    const later = await opened.another({ refreshEvery: 60_000 })
    expect((await later.status()).processes).toHaveLength(2)
    expect((await later.sync({ prune: true })).changed).toBe(false)
  })

  test('fault 12: a purge after jumps takes nothing that a rollback to what stays needs, and no fresh tombstone', async () => {
    await using opened = await openBoard({}, kind)
    const { board } = opened
    const { id } = await board.admin.create(bank('A'), { actor })
    for (const by of [hour, -2 * hour, hour]) {
      jump(by)
      await board.admin.update(id, { config: { note: `after ${by}` } }, { actor })
    }
    const gone = await board.admin.create(bank('Gone'), { actor })
    await board.admin.remove(gone.id, { actor })
    jump(hour)
    await board.admin.purgeHistory({ olderThan: Date.now(), tombstones: true }, { actor })
    expect(await board.admin.verifyKeys()).toMatchObject({ ok: true })
    for (const entry of await board.admin.history({ instance: id })) {
      if (entry.action === 'update' || entry.action === 'create') await board.admin.rollback(id, entry.id, { actor })
    }
    expect(await board.admin.restore(gone.id, { actor })).toMatchObject({ name: 'Gone' })
    expect((await board.admin.get(id)).state).toEqual({ ok: true })
    // A time in the future is none to purge by.
    await expect(board.admin.purgeHistory({ olderThan: Date.now() + hour }, { actor })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

const row = (seenAt: number): ProcessRow => ({
  id: 'a',
  host: 'h',
  pid: 1,
  release: '1',
  keyIds: [],
  revision: 1,
  startedAt: 0,
  seenAt,
  registered: null,
  configVersions: null,
})

plainTest(
  'fault 12: a process lives that was seen within 90 seconds, or that lies ahead; one that looks older only where it runs on this machine',
  () => {
    const now = 100 * hour
    const ages: readonly (readonly [ago: number, elsewhere: number, here: number])[] = [
      [0, 1, 1],
      [89_999, 1, 1],
      [90_000, 0, 1],
      [hour, 0, 1],
      [-hour, 1, 1],
      [2 * hour, 0, 0],
    ]
    for (const [ago, elsewhere, here] of ages) {
      expect(
        livingProcesses([row(now - ago)], now, () => false),
        String(ago),
      ).toHaveLength(elsewhere)
      expect(
        livingProcesses([row(now - ago)], now, () => true),
        String(ago),
      ).toHaveLength(here)
    }
  },
)
