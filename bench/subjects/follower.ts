// Another process that serves the same database: started by followers.ts, which tells it how. It says when it serves what was saved, and what it costs idle.
import pg from 'pg'
import { createBoard, type StoreFactory } from 'plugboard'
import { postgres } from 'plugboard/postgres'
import { sqlite } from 'plugboard/sqlite'
import { DatabaseSync } from '@photostructure/sqlite'
import { countedStore } from './counted-store.ts'
import { FollowedGateway, FollowedType, type FollowerOptions, type FromFollower, type ToFollower } from './followed.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as FollowerOptions
const tell = (message: FromFollower): void => void process.send?.(message)
const now = (): string => String(process.hrtime.bigint())

if (options.kind === 'poll') pollSqlite(options.file)
else {
  if (options.kind === 'postgres') await listenBare(options.url, options.channel)
  await serve(options)
}
tell({ kind: 'ready' })

/** The board, as an application has it. */
async function serve({ keys, refreshEvery, ...place }: Exclude<FollowerOptions, { kind: 'poll' }>): Promise<void> {
  const statements: string[] = []
  const bare: StoreFactory = place.kind === 'postgres' ? postgres(place.url, { schema: place.schema }) : sqlite(place.file)
  const store = countedStore(bare, statements)
  const board = createBoard({ plugins: [FollowedGateway], store, keys, ...(refreshEvery !== undefined && { refreshEvery }) })
  await board.ready()
  board.get(FollowedType).charge(1)
  // From the moment an object is built, it is asked for until it is what a call gets.
  FollowedGateway.built = (object) => {
    const ask = (): void => {
      if (board.get(FollowedType) === object)
        tell({ kind: 'served', at: now(), statements: statements.splice(0).filter(isOfChange).length })
      else setImmediate(ask)
    }
    setImmediate(ask)
  }
}

/** Not what comes by the clock: the poll's look at a number, and the word that this process lives. */
function isOfChange(sql: string): boolean {
  return !sql.includes('pragma') && !sql.includes('plugboard_processes') && !sql.startsWith('select "epoch", "revision" from')
}

/** Nothing but the word itself. */
async function listenBare(url: string, channel: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  client.on('notification', () => tell({ kind: 'heard', at: now() }))
  await client.query(`listen "${channel}"`)
}

/** What one does without a watch: a look at the revision, once a second. */
function pollSqlite(file: string): void {
  const database = new DatabaseSync(file)
  const statement = database.prepare('select config_revision from plugboard_instances')
  const look = (): string => JSON.stringify(statement.all())
  let last = look()
  setInterval(() => {
    // Named here, or the driver's collector closes what nobody holds.
    if (!database.isOpen) throw new Error('the database is closed')
    const next = look()
    if (next !== last) tell({ kind: 'served', at: now(), statements: 1 })
    last = next
  }, 1_000)
}

process.on('message', ({ idleFor }: ToFollower) => {
  const [before, started] = [process.cpuUsage(), performance.now()]
  setTimeout(() => {
    const { user, system } = process.cpuUsage(before)
    tell({ kind: 'idle', cpu: (user + system) / 1_000 / (performance.now() - started) })
  }, idleFor)
})
