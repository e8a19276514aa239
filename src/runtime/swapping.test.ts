import { afterEach, expect, test } from 'vitest'
import { actor, Bank, Gateway } from '../../test/support/gateways.ts'
import { openBoard, until } from '../../test/support/open-board.ts'
import { Unavailable, type CreateInput } from '../index.ts'

const bank = (name: string, priority: number): CreateInput => ({
  type: Gateway,
  plugin: 'bank',
  name,
  config: { apiKey: `key-of-${name}` },
  status: 'active',
  priority,
})

afterEach(() => {
  Bank.act = () => {}
})

/** Makes an instance's `onStart` hang until told. */
function hang(name: string): { readonly hasBegun: () => boolean; readonly go: () => void } {
  let go = (): void => {}
  let begun = false
  const gone = new Promise<void>((resolve) => (go = resolve))
  Bank.act = async (self, call) => {
    if (call !== 'onStart' || self.instanceName !== name) return
    begun = true
    await gone
  }
  return { hasBegun: () => begun, go }
}

/** Main and Spare, both at hand. */
async function openBoth(opened: Awaited<ReturnType<typeof openBoard>>) {
  const { board } = opened
  const main = await board.admin.create(bank('Main', 10), { actor })
  const spare = await board.admin.create(bank('Spare', 20), { actor })
  Bank.act = (self) => {
    if (self.instanceName === 'Main') throw new Unavailable('down')
  }
  expect(await board.use(Gateway).charge('o')).toBe('Spare: o')
  Bank.act = () => {}
  expect(await board.use(Gateway).charge('o')).toBe('Main: o')
  const note = (): string => {
    const object = board.get(Gateway)
    return object instanceof Bank ? `${object.instanceName} ${object.note}` : ''
  }
  return { board, main, spare, note }
}

test('a stand-by that takes its time to start with its new config holds up no other change', async () => {
  await using opened = await openBoard({ plugins: [Bank], buildDeadline: 600_000 })
  const { board, main, spare, note } = await openBoth(opened)
  const { hasBegun, go } = hang('Spare')
  const edits = [board.admin.update(spare.id, { config: { note: 'new' } }, { actor, force: true })]
  await until(hasBegun)
  edits.push(board.admin.update(main.id, { config: { note: 'at once' } }, { actor }))
  await until(() => note() === 'Main at once')
  go()
  await Promise.all(edits)
})

test('one that is moved to the front and takes its time to start is not waited for once another stands before it', async () => {
  await using opened = await openBoard({ plugins: [Bank], buildDeadline: 600_000 })
  const { board, spare, note } = await openBoth(opened)
  const { hasBegun, go } = hang('Slow')
  const created = board.admin.create(bank('Slow', 1), { actor, force: true })
  await until(hasBegun)
  expect(note()).toBe('Main ')
  const moved = board.admin.move(spare.id, { to: 'first' }, { actor })
  await until(() => note() === 'Spare ')
  go()
  await Promise.all([created, moved])
  expect(note()).toBe('Spare ')
})

test('however fast changes come, each is served, and many are taken in at once', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board, main, note } = await openBoth(opened)
  const built = Bank.built
  await Promise.all(Array.from({ length: 50 }, (_, n) => board.admin.update(main.id, { tags: [`${n}`] }, { actor })))
  expect(Bank.built).toBe(built)
  for (let n = 0; n < 20; n++) await board.admin.update(main.id, { config: { note: `${n}` } }, { actor })
  expect(note()).toBe('Main 19')
})
