import { expect } from 'vitest'
import { z } from 'zod'
import { generateKey, Plugin, type Board } from '../../src/index.ts'
import { describeEachDatabase, type DatabaseKind } from '../support/databases.ts'
import { actor, Cash, Gateway, type Bank } from '../support/gateways.ts'
import { openBoard, type TestBoard } from '../support/open-board.ts'

const [k1, k2] = [generateKey('k1'), generateKey('k2')]

/** The same plugin of a later release, whose config wants one more field. */
class StricterBank extends Plugin(Gateway, {
  key: 'bank',
  label: 'Bank',
  priority: 10,
  config: z.object({
    apiKey: z.string(),
    baseUrl: z.url().default('https://bank.example'),
    note: z.string().default(''),
    region: z.string(),
  }),
  secrets: { apiKey: {} },
}) {
  async charge(order: string): Promise<string> {
    return `${this.instance.name}: ${order}`
  }
  async quote(order: string): Promise<string> {
    return order
  }
}

/** 'Sick', whom something befalls, and 'Well', whom nothing does; Sick comes first. */
interface Ward extends TestBoard {
  readonly sick: string
  readonly well: string
  readonly token: (id: string) => Promise<string>
  /** Everything that is stored of it, as it lies there. */
  readonly rowOf: (id: string) => Promise<unknown>
}

async function ward(kind: DatabaseKind, keys = k1): Promise<Ward> {
  const opened = await openBoard({ keys }, kind)
  const create = (name: string, priority: number) =>
    opened.board.admin.create(
      { type: Gateway, plugin: 'bank', name, config: { apiKey: `key-of-${name}`, note: name }, status: 'active', priority },
      { actor },
    )
  const [{ id: sick }, { id: well }] = [await create('Sick', 1), await create('Well', 2)]
  const rowOf = async (id: string): Promise<Readonly<Record<string, unknown>> | undefined> =>
    (await opened.database.sql(`select config, key_id, config_revision from plugboard_instances where id = '${id}'`))[0]
  return {
    ...opened,
    sick,
    well,
    rowOf,
    token: async (id) => String((await rowOf(id))?.['config']),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

type Reason = 'cannot_decrypt' | 'config_invalid'

/** The row shows its state everywhere, and everything else works. */
async function expectSick(board: Board, { sick, well }: Ward, reason: Reason, wellIsSick = false): Promise<void> {
  expect(board.instances(Gateway).map(({ name }) => name)).toEqual(['Sick', 'Well', 'Cash'])
  const detail = await board.admin.get(sick)
  expect(detail).toMatchObject({ name: 'Sick', state: { ok: false, reason, text: expect.stringMatching(/\S/) } })
  const explained = await board.explain(Gateway)
  expect(explained.map((each) => [each.name, each.chosen, each.reason])).toEqual([
    ['Sick', false, reason],
    wellIsSick ? ['Well', false, reason] : ['Well', true, 'selected'],
    wellIsSick ? ['Cash', true, 'selected'] : ['Cash', false, 'after'],
  ])
  expect((await board.status()).unloadable.map(({ name, reason: why }) => [name, why])).toEqual(
    wellIsSick
      ? [
          ['Sick', reason],
          ['Well', reason],
        ]
      : [['Sick', reason]],
  )
  expect(await board.admin.test(sick, { actor })).toMatchObject({
    ok: false,
    failed: reason === 'config_invalid' ? 'validates' : 'decrypts',
  })
  await expect(board.getById(Gateway, sick)).rejects.toMatchObject({ code: 'unloadable', reason })
  expect(await board.get(Gateway).charge('o')).toBe(wellIsSick ? 'cash: o' : 'Well: o')
  expect(await board.use(Gateway).charge('o')).toBe(wellIsSick ? 'cash: o' : 'Well: o')
  if (!wellIsSick) expect((await board.admin.get(well)).state).toEqual({ ok: true })
}

/** All that an operator may do to an instance whose config is not at hand leaves that config byte for byte as it was. */
async function expectUntouched(board: Board, room: Ward, reason: Reason): Promise<void> {
  const { sick } = room
  const before = await room.rowOf(sick)
  await board.admin.update(sick, { name: 'Renamed', priority: 3, tags: ['a'] }, { actor })
  await board.admin.setStatus(sick, 'reserved', { actor })
  await board.admin.move(sick, { to: 'first' }, { actor })
  await board.admin.remove(sick, { actor })
  await board.admin.restore(sick, { actor })
  await board.admin.update(sick, { name: 'Sick' }, { actor })
  await board.admin.setStatus(sick, 'active', { actor })
  await board.sync({ mode: 'update' })
  await expect(board.admin.update(sick, { config: { note: 'typed' } }, { actor, force: true })).rejects.toMatchObject({
    code: reason === 'cannot_decrypt' ? 'unloadable' : 'config_invalid',
  })
  await board.admin.verifyKeys()
  await board.admin.history({ instance: sick, diff: true })
  expect(await room.rowOf(sick)).toEqual(before)
}

describeEachDatabase((kind, test) => {
  test('[19] fault 9: with a wrong key, or none, the board does not start, names the key it wants, and what needs no key tells each row', async () => {
    await using room = await ward(kind)
    const before = [await room.rowOf(room.sick), await room.rowOf(room.well)]
    await room.board.close()
    for (const keys of [k2, generateKey('k1'), undefined]) {
      const board = await room.another({ keys }).then(
        () => expect.fail('it has started'),
        (error: unknown) => error,
      )
      expect(board).toMatchObject({
        code: keys === undefined ? 'keys_missing' : 'wrong_key',
        keyId: 'k1',
        message: expect.stringMatching(/PLUGBOARD_KEYS.*'k1'|'k1'.*PLUGBOARD_KEYS/),
      })
    }
    // A process without configurable plugins needs none, and lists the rows.
    const without = await room.another({ keys: undefined, plugins: [Cash] })
    expect(without.instances(Gateway).map(({ name }) => name)).toEqual(['Sick', 'Well', 'Cash'])
    expect(await without.get(Gateway).charge('o')).toBe('cash: o')
    expect([await room.rowOf(room.sick), await room.rowOf(room.well)]).toEqual(before)
    const again = await room.another()
    expect(await again.get(Gateway).charge('o')).toBe('Sick: o')
  })

  test('[21] fault 9: a database that is rotated by half: a process with one of the keys opens its rows, and tells the others apart', async () => {
    await using room = await ward(kind)
    await room.board.close()
    const both = await room.another({ keys: `${k2},${k1}` })
    // Sick is sealed anew, with k2; Well and the key check are k1's still.
    await both.admin.update(room.sick, { config: { note: 'sealed anew' } }, { actor })
    await both.close()
    const old = await room.another({ keys: k1 })
    await expectSick(old, room, 'cannot_decrypt')
    expect((await old.admin.get(room.sick)).state).toMatchObject({ text: expect.stringContaining("'k2', which is not in PLUGBOARD_KEYS") })
    await expectUntouched(old, room, 'cannot_decrypt')
    expect(await old.admin.verifyKeys()).toMatchObject({ ok: false, keys: [{ keyId: 'k1' }, { keyId: 'k2', inKeyring: false, live: 1 }] })
    await old.close()
    const whole = await room.another({ keys: `${k2},${k1}` })
    expect(await whole.get(Gateway).charge('o')).toBe('Sick: o')
    expect(await whole.admin.get(room.sick)).toMatchObject({ config: { note: 'sealed anew' }, secrets: [{ path: 'apiKey', set: true }] })
  })

  const damages: readonly (readonly [name: string, damage: (room: Ward) => Promise<string>])[] = [
    ['one letter of it changed', async (room) => changed(await room.token(room.sick))],
    ['cut in half', async (room) => (await room.token(room.sick)).slice(0, 60)],
    ['cut by one letter', async (room) => (await room.token(room.sick)).slice(0, -1)],
    ['of another row', (room) => room.token(room.well)],
    ['of another database', (room) => foreignToken(kind, room)],
    ['empty', async () => ''],
    ['no token at all', async () => 'no token at all'],
    ['JSON in clear', async () => '{"apiKey":"typed-by-hand"}'],
  ]
  for (const [name, damage] of damages) {
    test(`[21][22][23] fault 9: a token that is ${name} is that row's error alone, and nothing writes over it`, async () => {
      await using room = await ward(kind)
      await room.board.close()
      const token = await damage(room)
      await room.database.sql(`update plugboard_instances set config = '${token}' where id = '${room.sick}'`)
      const board = await room.another()
      await expectSick(board, room, 'cannot_decrypt')
      await expectUntouched(board, room, 'cannot_decrypt')
      const next = await room.another({ keys: `${k2},${k1}` })
      await board.close()
      expect(await next.admin.rotateKeys({}, { actor })).toMatchObject({ failed: 1, resealed: { live: 1 } })
      expect(await room.token(room.sick)).toBe(token)
      // Only somebody who says so enters it anew.
      const mended = await next.admin.update(room.sick, { config: { apiKey: 'entered-anew' } }, { actor, replaceConfig: true })
      expect(mended.state).toEqual({ ok: true })
      expect(((await next.getById(Gateway, room.sick)) as Bank).key).toBe('entered-anew')
    })
  }

  test("[22] fault 9: a config that no longer fits its schema is that row's error, is shown, and fits again when the code does", async () => {
    await using room = await ward(kind)
    await room.board.close()
    const strict = await room.another({ plugins: [StricterBank, Cash] })
    await expectSick(strict, room, 'config_invalid', true)
    expect(await strict.admin.get(room.sick)).toMatchObject({
      state: { text: expect.stringContaining('/region') },
      config: { note: 'Sick' },
      secrets: [{ path: 'apiKey', set: true }],
    })
    await expectUntouched(strict, room, 'config_invalid')
    // What it lacks is filled in; the secret is kept.
    await strict.admin.update(room.well, { config: { note: 'Well', region: 'eu' } }, { actor })
    expect(await strict.get(Gateway).charge('o')).toBe('Well: o')
    const back = await room.another()
    expect(((await back.getById(Gateway, room.sick)) as Bank).key).toBe('key-of-Sick')
  })

  test('[57] fault 9: a schema of the future is refused by every call, clearly, and nothing of it is changed', async () => {
    await using room = await ward(kind)
    const { board } = room
    expect(await board.get(Gateway).charge('o')).toBe('Sick: o')
    await room.database.sql('update plugboard_meta set schema_version = 99, oldest_reader = 99')
    const rows = async () => [
      await room.database.sql('select * from plugboard_meta'),
      await room.database.sql('select * from plugboard_instances order by id'),
      await room.database.sql('select * from plugboard_history order by id'),
    ]
    const before = await rows()
    const newer = { code: 'schema_too_new', message: expect.stringMatching(/schema version 99.*Update plugboard/) }
    await expect(room.another()).rejects.toMatchObject(newer)
    await expect(board.admin.update(room.sick, { priority: 9 }, { actor })).rejects.toMatchObject(newer)
    await expect(board.admin.setStatus(room.sick, 'disabled', { actor })).rejects.toMatchObject(newer)
    await expect(board.sync()).rejects.toMatchObject(newer)
    await expect(board.migrate()).rejects.toMatchObject(newer)
    expect(await rows()).toEqual(before)
    // The process that runs serves on.
    expect(await board.use(Gateway).charge('o')).toBe('Sick: o')
    await room.database.sql('update plugboard_meta set schema_version = 99, oldest_reader = 1')
    await board.admin.update(room.sick, { priority: 9 }, { actor })
    expect(await board.get(Gateway).charge('o')).toBe('Well: o')
  })
})

/** One letter in the middle of the ciphertext. */
function changed(token: string): string {
  const at = token.length - 40
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}

async function foreignToken(kind: DatabaseKind, { sick }: Ward): Promise<string> {
  await using other = await ward(kind)
  const token = await other.token(other.sick)
  expect(other.sick).not.toBe(sick)
  return token
}
