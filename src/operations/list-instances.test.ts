import { expect, test } from 'vitest'
import { actor, Bank, Cash, Gateway } from '../../test/support/gateways.ts'
import { openBoard, type TestBoard } from '../../test/support/open-board.ts'
import type { ListQuery } from '../index.ts'

/** Writes many instances at once, past the operations: it is their list that is looked at. */
async function plant({ board }: Pick<TestBoard, 'board'>, count: number): Promise<void> {
  const { store, runtime } = board.internals
  const [typeRow] = [...runtime.index.typeRows()]
  const plugin = [...runtime.index.pluginRows()].find(({ key }) => key === 'cash')
  const rows = Array.from({ length: count }, (_, at) => ({
    id: store.newId(),
    typeId: typeRow?.id ?? '',
    pluginId: plugin?.id ?? '',
    name: `Till ${String((at * 7_919) % count).padStart(6, '0')}`,
    status: at % 3 === 0 ? ('active' as const) : at % 3 === 1 ? ('reserved' as const) : ('disabled' as const),
    priority: at % 11,
    weight: 1,
    tags: at % 1_000 === 0 ? ['rare'] : [],
    config: null,
    keyId: null,
    configVersion: 0,
    managedBy: null,
  }))
  for (let start = 0; start < count; start += 10_000)
    await store.write((writer) => writer.insertInstances(rows.slice(start, start + 10_000)))
  await board.refresh()
}

async function every({ board }: Pick<TestBoard, 'board'>, query: ListQuery): Promise<readonly string[]> {
  const names: string[] = []
  for (let after: string | undefined; ;) {
    const page = await board.admin.list({ ...query, ...(after === undefined ? {} : { after }) })
    names.push(...page.items.map(({ name }) => name))
    if (page.next === null) return names
    after = page.next
  }
}

test('[48] pages join to the whole, in every sort and direction, each row once', async () => {
  await using opened = await openBoard({ plugins: [Bank, Cash] })
  await plant(opened, 250)
  const whole = opened.board.instances(Gateway).map(({ name }) => name)
  const order = await every(opened, { type: 'gateway', limit: 7 })
  // What can be selected comes first, in the order of selection.
  expect(order.slice(0, whole.length)).toStrictEqual(whole)
  expect(new Set(order).size).toBe(251)
  for (const sort of ['order', 'name', 'plugin', 'created', 'updated'] as const) {
    const up = await every(opened, { type: 'gateway', limit: 9, sort })
    const down = await every(opened, { type: 'gateway', limit: 13, sort, descending: true })
    expect(up).toHaveLength(251)
    expect(down, sort).toStrictEqual(up.toReversed())
  }
  expect((await every(opened, { type: 'gateway', sort: 'name' })).slice(0, 2)).toStrictEqual(['Cash', 'Till 000000'])
  expect(await every(opened, { limit: 50 })).toStrictEqual(order)
})

test('[48] a row that comes, goes or moves between two pages moves no other one across them', async () => {
  await using opened = await openBoard({ plugins: [Bank, Cash] })
  await plant(opened, 30)
  const { board } = opened
  const first = await board.admin.list({ type: 'gateway', sort: 'name', limit: 10 })
  await board.admin.create({ type: 'gateway', plugin: 'cash', name: 'A new first one' }, { actor })
  await board.admin.remove(first.items[3]?.id ?? '', { actor })
  const rest = await every(opened, { type: 'gateway', sort: 'name', limit: 10, after: first.next ?? '' })
  expect(rest).toStrictEqual(Array.from({ length: 21 }, (_, at) => `Till ${String(at + 9).padStart(6, '0')}`))
})

test('[48] filters, search and counts', async () => {
  await using opened = await openBoard({ plugins: [Bank, Cash] })
  await plant(opened, 90)
  const { board } = opened
  await board.admin.create({ type: 'gateway', plugin: 'bank', name: 'بانک ÄRGER', config: { apiKey: 'long enough' } }, { actor })
  const list = (query: ListQuery) => board.admin.list({ type: 'gateway', ...query })
  expect((await list({})).counts).toStrictEqual({
    total: 92,
    status: { active: 31, reserved: 30, disabled: 31 },
    plugins: { bank: 1, cash: 91 },
    problems: 0,
  })
  expect((await list({ status: 'reserved' })).matching).toBe(30)
  expect((await list({ plugin: 'bank' })).items).toMatchObject([{ name: 'بانک ÄRGER' }])
  expect((await list({ tag: 'rare' })).matching).toBe(1)
  for (const search of ['ärger', 'بانک', 'rger ÄR bank', '  bank ']) expect((await list({ search })).matching, search).toBe(1)
  expect((await list({ search: 'bank till' })).matching).toBe(0)
  expect((await list({ search: 'till 00002' })).matching).toBe(11)
  expect((await list({ search: '%' })).matching).toBe(0)
  expect((await list({ state: 'problem' })).matching).toBe(0)
  await expect(list({ after: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_input', issues: [{ pointer: '/after' }] })
  const page = await list({ limit: 1, sort: 'name' })
  await expect(list({ sort: 'updated', after: page.next ?? '' })).rejects.toMatchObject({ issues: [{ pointer: '/after' }] })
  await expect(board.admin.list({ type: 'nothing' })).rejects.toMatchObject({ code: 'unknown_type' })
})

test('[41] what has no code here, or a config of a key that is not here, says so and is listed all the same', async () => {
  await using opened = await openBoard()
  await opened.board.admin.create({ type: 'gateway', plugin: 'bank', name: 'Main', config: { apiKey: 'long enough' } }, { actor })
  const other = opened.idle({ plugins: [Cash], types: [], keys: undefined, migrate: undefined as never, sync: undefined as never })
  const page = await other.admin.list({ state: 'problem' })
  expect(page).toMatchObject({ matching: 1, counts: { total: 2, problems: 1 } })
  expect(page.items).toMatchObject([{ name: 'Main', plugin: 'bank', state: { ok: false, reason: 'code_missing' } }])
})

test('[48] a list of 100,000 takes two statements a page, wherever it stands and whatever is asked', { timeout: 180_000 }, async () => {
  await using opened = await openBoard({ plugins: [Bank, Cash] })
  await plant(opened, 100_000)
  const board = opened.idle({ migrate: undefined as never, sync: undefined as never })
  // Its looks at the database would be counted too.
  await opened.board.close()
  const asked: ListQuery[] = [
    {},
    { sort: 'name' },
    { sort: 'updated', descending: true },
    { search: 'till 0999' },
    { status: 'active', search: '00' },
    { tag: 'rare' },
  ]
  for (const query of asked) {
    let after: string | undefined
    for (let page = 0; page < 3; page++) {
      await board.admin.list({ type: 'gateway', limit: 1 })
      opened.statements.length = 0
      const { next } = await board.admin.list({ type: 'gateway', ...query, ...(after === undefined ? {} : { after }) })
      expect(opened.statements.length, JSON.stringify(query)).toBeLessThanOrEqual(2)
      if (next === null) break
      after = next
    }
  }
})
