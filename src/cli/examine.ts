import { messageOf, PlugboardError, RegistrationError } from '../errors/index.ts'
import type { Board, ProcessRow } from '../index.ts'
import { release } from '../release.ts'
import { checkInstances, type CheckedInstance } from './check-instances.ts'
import { inCliWords } from './cli-words.ts'
import { driftOf, noDrift, type Drift } from './drift.ts'
import { count } from './show.ts'

/** One thing that was looked at. A note is worth knowing, and no problem. */
export interface Finding {
  readonly area: 'code' | 'database' | 'keys' | 'processes' | 'sync' | 'instances'
  readonly level: 'fine' | 'note' | 'problem'
  readonly text: string
}

/** Keys of the keyring and of the rows, each with how many live instances it seals. */
export interface ExaminedKey {
  readonly keyId: string
  readonly inKeyring: boolean
  readonly instances: number
}

/** A process that said lately that it lives. */
export interface ExaminedProcess extends Omit<ProcessRow, 'registered' | 'configVersions'> {
  /** Whether it serves the newest revision, as far as its last sign of life tells. */
  readonly current: boolean
}

/** All that a look at an installation found. It holds no secret. */
export interface Examination {
  readonly node: string
  readonly plugboard: string
  readonly store: {
    readonly description: string | null
    readonly reachable: boolean
    readonly driver: string | null
    readonly server: string | null
    readonly schemaVersion: number | null
    readonly revision: number | null
  }
  readonly keys: readonly ExaminedKey[]
  readonly processes: readonly ExaminedProcess[]
  readonly drift: Drift
  /** Those that can't be used. */
  readonly instances: readonly CheckedInstance[]
  readonly findings: readonly Finding[]
}

/** Milliseconds within which a process that serves another revision says so, with some to spare. */
const signEvery = 15_000

const nothing: Omit<Examination, 'findings'> = {
  node: process.versions.node,
  plugboard: release,
  store: { description: null, reachable: false, driver: null, server: null, schemaVersion: null, revision: null },
  keys: [],
  processes: [],
  drift: noDrift,
  instances: [],
}

/** Looks at one part after the other; what one lacks ends the look at those that need it. */
export async function examine(open: () => Promise<Board>): Promise<Examination> {
  const findings: Finding[] = []
  const say = (area: Finding['area'], level: Finding['level'], text: string): void => void findings.push({ area, level, text })
  const told = { ...nothing, findings }

  let board: Board
  try {
    board = await open()
  } catch (error) {
    if (!(error instanceof RegistrationError)) throw error
    for (const { subject, message } of error.problems) say('code', 'problem', `${subject}: ${message}`)
    return told
  }
  const { store, registry } = board.internals
  const plugins = [...registry.types.values()].reduce((sum, type) => sum + type.plugins.size, 0)
  say('code', 'fine', `${count(registry.types.size, 'type')}, ${count(plugins, 'plugin')} registered`)

  const { description } = store
  try {
    await store.checkSchema()
  } catch (error) {
    if (!(error instanceof PlugboardError)) throw error
    say('database', 'problem', `${description}: ${inCliWords(error.message)}`)
    // It answered, where what it lacks is tables.
    return { ...told, store: { ...told.store, description, reachable: error.code.startsWith('schema_') } }
  }
  const about = await store.about?.()
  const { meta, last } = await store.read(async (reader) => ({
    meta: await reader.meta(),
    last: (await reader.history({ limit: 1 }))[0]?.at ?? 0,
  }))
  const where = about === undefined ? description : `${description}, ${about.server}, by ${about.driver}`
  say('database', 'fine', `${where}; schema version ${meta.schemaVersion}, revision ${meta.revision}`)

  // Before the rows are loaded: a board that syncs on start does it then.
  const report = await board.sync({ mode: 'update', dryRun: true })
  const drift = driftOf(report)
  const due = Object.values(drift).flat()
  if (due.length > 0) say('sync', 'problem', `not in the database yet: ${due.join(', ')}. Run plugboard sync`)
  else say('sync', 'fine', 'types and plugins are in the database')
  if (report.changes.length > 0)
    say('sync', 'note', `${count(report.changes.length, 'description')} differ from the code. plugboard sync --mode update refreshes them`)
  for (const { type, plugin, instances } of report.missing)
    say(
      'sync',
      'note',
      `${plugin === undefined ? type : `${type}/${plugin}`} is stored with ${count(instances, 'instance')}, and this code does not register it`,
    )

  const keys = await examineKeys(board, meta.keyCheck, say)
  const { processes: living } = await board.status()
  const examined = living.map((row): ExaminedProcess => {
    const { id, host, pid, release: its, keyIds, revision, startedAt, seenAt } = row
    const current = revision >= meta.revision || seenAt < last + signEvery
    return { id, host, pid, release: its, keyIds, revision, startedAt, seenAt, current }
  })
  examineProcesses(examined, { revision: meta.revision, keys }, say)

  const instances = await checkInstances(board)
  const broken = instances.filter(({ ok }) => !ok)
  for (const each of broken)
    say('instances', 'problem', `'${each.name}' (${each.type}/${each.plugin}), ${each.status}: ${each.reason}. ${each.text}`)
  if (broken.length === 0) say('instances', 'fine', `${count(instances.length, 'instance')}, every one opens and fits its schema`)
  return {
    ...told,
    store: {
      description,
      reachable: true,
      driver: about?.driver ?? null,
      server: about?.server ?? null,
      schemaVersion: meta.schemaVersion,
      revision: meta.revision,
    },
    keys,
    processes: examined,
    drift,
    instances: broken,
  }
}

type Say = (area: Finding['area'], level: Finding['level'], text: string) => void

async function examineKeys(board: Board, keyCheck: string | null, say: Say): Promise<readonly ExaminedKey[]> {
  const { runtime, keyring } = board.internals
  await runtime.loadRows()
  const ids = keyring?.ids ?? []
  const used = new Map<string, number>()
  for (const { row } of runtime.index.instances()) if (row.keyId !== null) used.set(row.keyId, (used.get(row.keyId) ?? 0) + 1)
  const all = [...ids, ...[...used.keys()].filter((id) => !ids.includes(id))]
  const keys = all.map((keyId) => ({ keyId, inKeyring: ids.includes(keyId), instances: used.get(keyId) ?? 0 }))
  try {
    // Without a check in the database the first one would be written, and there is nothing to compare with.
    if (keyCheck !== null || keyring === undefined) await runtime.load()
    say(
      'keys',
      'fine',
      ids.length === 0 ? 'none, and none is needed' : `PLUGBOARD_KEYS holds ${ids.join(', ')}; new configs are sealed with ${ids[0]}`,
    )
  } catch (error) {
    if (!(error instanceof PlugboardError)) throw error
    say('keys', 'problem', inCliWords(messageOf(error)))
  }
  for (const { keyId, inKeyring, instances } of keys)
    if (!inKeyring) say('keys', 'problem', `${count(instances, 'instance')} sealed with '${keyId}', which is not in PLUGBOARD_KEYS`)
  return keys
}

function examineProcesses(
  processes: readonly ExaminedProcess[],
  known: { readonly revision: number; readonly keys: readonly ExaminedKey[] },
  say: Say,
): void {
  const needed = known.keys.filter(({ instances }) => instances > 0).map(({ keyId }) => keyId)
  for (const { host, pid, revision, keyIds, release: its, current } of processes) {
    const name = `${host} pid ${pid}`
    const lacking = keyIds.length === 0 ? [] : needed.filter((id) => !keyIds.includes(id))
    if (lacking.length > 0) say('processes', 'problem', `${name} lacks the key ${lacking.join(', ')}, which rows are sealed with`)
    if (!current) say('processes', 'problem', `${name} serves revision ${revision}, and the database is at ${known.revision}`)
    else say('processes', 'fine', `${name}, release ${its}, serves revision ${revision}`)
  }
  if (processes.length === 0) say('processes', 'note', 'none was seen in the last minute')
  if (new Set(processes.map((each) => each.release)).size > 1) say('processes', 'note', 'they run different releases of plugboard')
}
