import fc from 'fast-check'
import { expect } from 'vitest'
import { z } from 'zod'
import { generateKey, Plugin, type Board } from '../../src/index.ts'
import { keyIdOf, parseKeyring, seal, type Keyring } from '../../src/crypto/index.ts'
import { describeEachDatabase, type DatabaseKind } from '../support/databases.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { anyMangling, claiming } from '../support/mangle.ts'
import { openBoard, type TestBoard } from '../support/open-board.ts'
import { allowTimeForRuns, runs } from '../support/runs.ts'

/** Another plugin with a config, to take tokens from. */
class Vault extends Plugin(Gateway, {
  key: 'vault',
  config: z.object({ apiKey: z.string(), note: z.string().default('') }),
  secrets: { apiKey: {} },
}) {
  async charge(order: string): Promise<string> {
    return `${this.instance.name}: ${order}`
  }
  async quote(order: string): Promise<string> {
    return `${this.instance.name}? ${order}`
  }
}

const [k1, k2, k9] = ['k1', 'k2', 'k9'].map((id) => generateKey(id)) as [string, string, string]
const ring = (...keys: readonly string[]): Keyring => {
  const keyring = parseKeyring(keys.join())
  if (keyring === undefined) throw new Error('no keys')
  return keyring
}

interface Bench extends TestBoard {
  /** Another process, whose first key is another. */
  readonly rotator: Board
  /** The instance whose token is mangled, one beside it, one of the other plugin, one that is removed. */
  readonly ids: Readonly<Record<'victim' | 'beside' | 'other' | 'removed', string>>
}

async function bench(kind: DatabaseKind): Promise<Bench> {
  const opened = await openBoard({ plugins: [Bank, Vault, Cash], keys: `${k1},${k2}` }, kind)
  const create = async (name: string, plugin: string): Promise<string> => {
    const config = { apiKey: `key of ${name}`, note: 'first' }
    const { id } = await opened.board.admin.create({ type: Gateway, plugin, name, config, status: 'active', priority: 5 }, { actor })
    await opened.board.admin.update(id, { config: { note: 'second' } }, { actor })
    return id
  }
  const ids = {
    victim: await create('victim', 'bank'),
    beside: await create('beside', 'bank'),
    other: await create('other', 'vault'),
    removed: await create('removed', 'bank'),
  }
  await opened.board.admin.remove(ids.removed, { actor })
  const rotator = await opened.another({ keys: `${k2},${k1}` })
  return { ...opened, rotator, ids }
}

async function liveToken(board: Board, id: string): Promise<string> {
  const rows = await board.internals.store.read((reader) => reader.sealedInstances({ limit: 100 }))
  return rows.find((row) => row.id === id)?.config ?? ''
}

async function historicToken(board: Board, instanceId: string): Promise<string> {
  const rows = await board.internals.store.read((reader) => reader.history({ instanceId, limit: 100 }))
  return rows.find((row) => row.sealedAfter !== null)?.sealedAfter ?? ''
}

/** Puts a token into the victim's row, as a hand in the database does, and has every process look. */
async function plant({ board, rotator, ids }: Bench, token: string): Promise<void> {
  await board.internals.store.write((writer) => writer.updateInstances([{ id: ids.victim, config: token, rebuild: true }]))
  await board.refresh()
  await rotator.refresh()
}

/** Every operation that is no explicit replacement. None of them may write over the token. */
async function everyOperation({ board, rotator, another, ids }: Bench): Promise<void> {
  const { victim, beside } = ids
  // What was built before serves on; this process comes to the row as it is.
  const fresh = await another()
  const detail = await board.admin.get(victim)
  expect(detail).toMatchObject({ config: null, state: { ok: false, reason: 'cannot_decrypt', text: expect.stringContaining('untouched') } })
  expect(detail.state).toMatchObject({ text: expect.stringContaining('victim') })
  expect(board.instances(Gateway).map(({ id }) => id)).toContain(victim)
  expect(await board.admin.test(victim, { actor })).toMatchObject({ ok: false, failed: 'decrypts' })
  const refused = { code: 'unloadable', reason: 'cannot_decrypt', cause: { code: 'cannot_decrypt', instance: 'victim' } }
  await expect(fresh.getById(Gateway, victim)).rejects.toMatchObject(refused)
  await expect(board.admin.update(victim, { config: { apiKey: 'new-key', note: 'x' } }, { actor })).rejects.toMatchObject(refused)
  await expect(board.admin.update(victim, { config: { note: 'x' } }, { actor, force: true })).rejects.toMatchObject(refused)
  await expect(board.admin.update(victim, { clearSecrets: ['apiKey'] }, { actor })).rejects.toMatchObject(refused)
  await expect(board.admin.testDraft({ instance: victim, config: { note: 'x' } }, { actor })).rejects.toMatchObject(refused)
  await board.admin.update(victim, { tags: [String(Math.random())], name: 'victim' }, { actor })
  await board.admin.move(victim, { to: 'first' }, { actor })
  await board.admin.setStatus(victim, 'reserved', { actor })
  await board.admin.setStatus(victim, 'active', { actor })
  await board.admin.remove(victim, { actor })
  await board.admin.restore(victim, { actor })
  await board.admin.setStatus(victim, 'active', { actor })
  await board.migrate()
  await board.sync({ mode: 'update' })
  const verified = await board.admin.verifyKeys()
  expect(verified).toMatchObject({ ok: false, failed: 1, failures: [{ kind: 'live', instance: { id: victim, name: 'victim' } }] })
  const rotated = await rotator.admin.rotateKeys({}, { actor })
  // One that claims to be sealed with the rotation's own key is left as it is; only a verification opens what needs no rotation.
  const isPassedBy = keyIdOf(await liveToken(board, victim)) === 'k2'
  expect(rotated).toMatchObject(isPassedBy ? { failed: 0 } : { failed: 1, failures: [{ instance: { id: victim } }] })
  await board.admin.rotateKeys({}, { actor })

  // The row alone is passed over; all others answer.
  await fresh.refresh()
  for (const each of [board, fresh]) {
    const explained = await each.explain(Gateway)
    expect(explained.find(({ id }) => id === victim)).toMatchObject({ chosen: false, reason: 'cannot_decrypt' })
    expect(await each.use(Gateway).charge('o')).toBe('beside: o')
    expect(((await each.getById(Gateway, beside)) as Bank).key).toBe('key of beside')
  }
  await fresh.close()
}

allowTimeForRuns()
describeEachDatabase((kind, test) => {
  test('[21][22][23] a token that was damaged in any way never opens as anything else, is told, passed over, and never written over', async () => {
    await using opened = await bench(kind)
    const { board, ids } = opened
    const binding = { purpose: 'live', instanceId: ids.victim, pluginId: await pluginIdOf(board, ids.victim) } as const
    await fc.assert(
      fc.asyncProperty(anyMangling, async ({ mangle }) => {
        // Sealed anew each time: what was planted before is gone.
        const original = await seal(ring(k1), { apiKey: 'key of victim', note: 'second' }, binding)
        const mangled = mangle(original)
        await plant(opened, mangled)
        const detail = await board.admin.get(ids.victim)
        // Another spelling of the same token, by bits of base64 that say nothing.
        if (detail.state.ok) {
          expect(detail.config).toStrictEqual({ note: 'second' })
          return
        }
        await everyOperation(opened)
        expect(await liveToken(board, ids.victim)).toBe(mangled)
      }),
      { ...runs(6, kind), examples: [[claiming('k2')]] },
    )
  })

  test('[21][23] a token of another row, plugin, purpose or key is refused, told, and never written over', async () => {
    await using opened = await bench(kind)
    const { board, ids } = opened
    const pluginId = await pluginIdOf(board, ids.victim)
    const own = { purpose: 'live', instanceId: ids.victim, pluginId } as const
    const config = { apiKey: 'key of somebody', note: 'else' }
    const foreign: Readonly<Record<string, () => Promise<string>>> = {
      'of another row': () => liveToken(board, ids.beside),
      'of another plugin': () => liveToken(board, ids.other),
      'of a removed row': () => liveToken(board, ids.removed),
      'of its own history': () => historicToken(board, ids.victim),
      "of another's history": () => historicToken(board, ids.beside),
      'of the key check': async () => (await board.internals.store.read((reader) => reader.meta())).keyCheck ?? '',
      'of its plugin under another row id': () => seal(ring(k1), config, { ...own, pluginId: ids.other }),
      'of an unknown key': () => seal(ring(k9), config, own),
      'of a key with the same name and other bytes': () => seal(ring(generateKey('k1')), config, own),
    }
    for (const [name, token] of Object.entries(foreign)) {
      const planted = await token()
      expect(keyIdOf(planted), name).toBeDefined()
      await plant(opened, planted)
      await everyOperation(opened)
      expect(await liveToken(board, ids.victim), name).toBe(planted)
      const { state } = await board.admin.get(ids.victim)
      if (keyIdOf(planted) === 'k9') expect(state).toMatchObject({ text: expect.stringMatching(/'k9', which is not in PLUGBOARD_KEYS/) })
    }
    // Only what is explicitly replaced is written over, and what was there is kept in the history.
    const last = await liveToken(board, ids.victim)
    await board.admin.update(ids.victim, { config: { apiKey: 'key again' } }, { actor, replaceConfig: true })
    expect((await board.admin.get(ids.victim)).state).toStrictEqual({ ok: true })
    const [entry] = await board.internals.store.read((reader) => reader.history({ instanceId: ids.victim, limit: 1 }))
    expect(entry?.sealedBefore).toBe(last)
  })

  test('[21][22][23] a damaged or foreign token in the history is told there, refuses a rollback, and stays as it is', async () => {
    await using opened = await bench(kind)
    const { board, rotator, database, ids } = opened
    const entries = await board.admin.history({ instance: ids.victim })
    const [second, first] = entries
    if (second === undefined || first === undefined) throw new Error('no history')
    const original = await historicToken(board, ids.victim)
    const others = await Promise.all([historicToken(board, ids.beside), liveToken(board, ids.beside), liveToken(board, ids.other)])
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          anyMangling,
          fc.constantFrom(...others).map((token) => ({ name: 'foreign', mangle: () => token })),
        ),
        async ({ mangle }) => {
          const mangled = mangle(original)
          await database.sql(`update plugboard_history set sealed_after = '${mangled.replaceAll("'", "''")}' where id = '${second.id}'`)
          const [shown] = await board.admin.history({ instance: ids.victim, limit: 1, diff: true })
          if (shown?.config?.readable === true) {
            expect(shown.config.fields).toMatchObject([{ path: 'note', before: 'first', after: 'second' }])
            return
          }
          expect(shown?.config).toMatchObject({ readable: false })
          const live = await liveToken(board, ids.victim)
          await expect(board.admin.rollback(ids.victim, second.id, { actor })).rejects.toMatchObject({ code: 'cannot_decrypt' })
          expect(await liveToken(board, ids.victim)).toBe(live)
          // As with the live token: what claims to be sealed with the rotation's own key needs no rotation.
          expect(await rotator.admin.rotateKeys({}, { actor })).toMatchObject(
            keyIdOf(mangled) === 'k2' ? { failed: 0 } : { failed: 1, failures: [{ kind: 'history', entry: second.id }] },
          )
          await board.admin.rotateKeys({}, { actor })
          expect(await board.admin.verifyKeys()).toMatchObject({ failed: 1 })
          const rows = await database.sql(`select sealed_after from plugboard_history where id = '${second.id}'`)
          expect(rows[0]?.['sealed_after']).toBe(mangled)
          // The entries beside it, and the instance itself, are as they were.
          const [, before] = await board.admin.history({ instance: ids.victim, diff: true })
          expect(before?.config).toMatchObject({ readable: true })
          expect((await board.admin.get(ids.victim)).state).toStrictEqual({ ok: true })
        },
      ),
      { ...runs(8, kind), examples: [[claiming('k2')]] },
    )
  })
})

async function pluginIdOf(board: Board, id: string): Promise<string> {
  const [row] = await board.internals.store.read((reader) => reader.instances({ ids: [id] }))
  return row?.pluginId ?? ''
}
