import { expect, test } from 'vitest'
import { plant } from '../../testing/store-contract/sample-rows.ts'
import { migrations, schemaVersion } from '../migrations/index.ts'
import { loadSqlite } from './load-sqlite.ts'
import { sqlite } from './sqlite.ts'
import { temporaryFolder } from './temporary-folder.ts'

const process1 = { host: 'web', pid: 1, release: '1', keyIds: [], revision: 1, startedAt: 1, seenAt: 1 }

test('a database of the first schema goes on: what is in it stays, and what an older release writes beside is read', async () => {
  await using folder = await temporaryFolder()
  const file = folder.file('plugboard.db')
  const store = sqlite(file).open({ now: () => 2 })
  await store.migrate()
  await plant(store)
  await store.close()
  const database = (await loadSqlite())(file)
  for (const column of ['registered', 'config_versions']) database.exec(`alter table plugboard_processes drop column ${column}`)
  database.exec('alter table plugboard_history drop column note')
  for (const table of ['leases', 'requests']) database.exec(`drop table plugboard_${table}`)
  for (const index of ['order', 'removed']) database.exec(`drop index plugboard_instances_by_${index}`)
  database.exec('update plugboard_meta set schema_version = 1')

  const next = sqlite(file).open({ now: () => 2 })
  await expect(next.checkSchema()).rejects.toMatchObject({ code: 'schema_missing' })
  expect(await next.migrate()).toMatchObject({ from: 1, to: schemaVersion, applied: migrations.slice(1).map(({ name }) => name) })
  await next.heartbeat({ ...process1, id: 'new', registered: { mail: ['smtp'] }, configVersions: { mail: { smtp: 2 } } }, 1_000)
  // As the release before does it.
  database.exec(
    `insert into plugboard_processes (id, host, pid, release, key_ids, revision, started_at, seen_at) values ('old', 'web', 1, '1', '[]', 1, 1, 1)`,
  )
  expect(await next.read(async (reader) => [await reader.types(), await reader.processes()])).toMatchObject([
    [{ key: 'payment' }],
    [
      { id: 'new', registered: { mail: ['smtp'] }, configVersions: { mail: { smtp: 2 } } },
      { id: 'old', registered: null, configVersions: null },
    ],
  ])
  expect(await next.read((reader) => reader.meta())).toMatchObject({ revision: 1, oldestReader: 1 })
  database.close()
  await next.close()
})
