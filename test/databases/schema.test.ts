import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'
import { migrationScript } from '../../src/cli/migration-script.ts'
import { plant } from '../../src/testing/store-contract/sample-rows.ts'
import type { Store } from '../../src/store/index.ts'
import { skipAsNotApplicable } from '../skip.ts'
import { describeEachDatabase, type TestDatabase } from '../support/databases.ts'

describeEachDatabase((kind, test) => {
  test('[57] the planned statements, run one by one by somebody else, make a database that works', async () => {
    await using database = await kind.open()
    await using store = opened(database)
    const { statements } = await store.planMigration()
    for (const statement of statements) await database.sql(statement)
    await store.checkSchema()
    expect(await store.findDrift()).toEqual([])
    expect((await store.migrate()).applied).toEqual([])
    await plant(store)
  })

  const client = clients[kind.name]
  const withClient = client === undefined ? skipAsNotApplicable('its client takes no place of ours') : test

  withClient(`[57] migrate --sql is what ${client?.command ?? 'a client'} takes`, async () => {
    await using database = await kind.open()
    await using store = opened(database)
    await client?.run(database.place, migrationScript(store.description, await store.planMigration()))
    await store.checkSchema()
    expect(await store.findDrift()).toEqual([])
    await plant(store)
  })

  test('[57] what was changed by hand is told: a column, its type, an index, a table', async () => {
    await using database = await kind.open()
    await using store = opened(database)
    await store.migrate()
    await database.sql('alter table plugboard_instances drop column managed_by')
    await database.sql('alter table plugboard_plugins add column theirs integer not null default 0')
    await database.sql('alter table plugboard_types add column note integer')
    await database.sql(
      `drop index plugboard_history_by_type${kind.name === 'mariadb' || kind.name === 'mysql' ? ' on plugboard_history' : ''}`,
    )
    await database.sql('create unique index theirs on plugboard_types (stamp)')
    await database.sql('drop table plugboard_health')
    await database.sql(
      'create table plugboard_health (instance_id integer not null primary key, at integer, ok integer not null, latency_ms integer not null)',
    )
    const drift = await store.findDrift()
    const text = drift.join('\n')
    for (const told of [
      /column \S*plugboard_instances.managed_by is missing/,
      /column \S*plugboard_plugins.theirs is not ours, and can't be null/,
      /index plugboard_history_by_type is missing/,
      /index theirs is not ours, and unique/,
      /column \S*plugboard_health.message is missing/,
    ]) {
      expect(text).toMatch(told)
    }
    expect(text).toMatch(/column \S*plugboard_health\.instance_id is int\w*, not /)
    expect(text).toMatch(/column \S*plugboard_health\.at (?:is int|may be null)/)
    // A column that may be empty hurts nobody: a newer release may have added it.
    expect(text).not.toContain('note')
    await database.sql('drop table plugboard_health')
    expect((await store.findDrift()).join()).toMatch(/table \S*plugboard_health is missing/)
  })
})

interface Client {
  readonly command: string
  readonly run: (place: string, script: string) => Promise<void>
}

/** The databases' own clients, fed with a script. */
const clients: Readonly<Record<string, Client>> = {
  postgres: {
    command: 'psql',
    run: (place, script) => feed('psql', ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', place.split('#')[0] ?? ''], script),
  },
  mariadb: {
    command: 'mariadb',
    run: (place, script) => {
      const { hostname, port, username, password, pathname } = new URL(place)
      const login = ['-h', hostname, '-P', port || '3306', '-u', username, ...(password === '' ? [] : [`-p${password}`])]
      return feed('mariadb', ['--no-defaults', '--protocol=tcp', ...login, pathname.slice(1)], script)
    },
  },
}

async function feed(command: string, args: readonly string[], script: string): Promise<void> {
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (part: Buffer) => {
    said += part.toString()
  })
  child.stdin.end(script)
  const [code] = (await once(child, 'close')) as [number | null]
  expect(`${said}${String(code)}`).toBe('0')
}

function opened({ factory }: TestDatabase): Store & AsyncDisposable {
  const store = factory.open({ now: Date.now })
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() })
}
