import type { StoreSuite } from './store-suite.ts'
import { rejection } from './store-suite.ts'

export function schemaTests(suite: StoreSuite): void {
  const { expect } = suite

  suite.testEmpty('an empty database is answered with what to run, whatever is asked', async ({ store }) => {
    const asked = [
      () => store.checkSchema(),
      () => store.head(),
      () => store.read((reader) => reader.meta()),
      () => store.read((reader) => reader.instances()),
      () => store.write((writer) => writer.meta()),
      () => store.initKeyCheck('token'),
    ]
    for (const ask of asked) {
      const { code, message } = await rejection(ask())
      expect(code).toBe('schema_missing')
      expect(message).toMatch(/plugboard migrate/)
    }
  })

  suite.testEmpty('migrate makes the schema and says what it did; a second time there is nothing to do', async ({ store }) => {
    const first = await store.migrate()
    expect(first).toMatchObject({ from: 0 })
    expect(first.applied[0]).toBe('0001-initial')
    expect(first.applied.length).toBe(first.to)
    await store.checkSchema()
    expect(await store.migrate()).toEqual({ from: first.to, to: first.to, applied: [] })
    expect(await store.read((reader) => reader.meta())).toMatchObject({ revision: 0, schemaVersion: first.to, keyCheck: null })
  })

  suite.testEmpty('[57] the plan is what migrate does, and applying it by hand does the same', async ({ store, statements }) => {
    const plan = await store.planMigration()
    expect(plan).toMatchObject({ from: 0 })
    expect(plan.migrations[0]).toBe('0001-initial')
    expect((await rejection(store.findDrift())).code).toBe('schema_missing')
    statements.length = 0
    const { applied } = await store.migrate()
    expect(applied).toEqual(plan.migrations)
    const made = statements.filter((statement) => /^(?:create|alter) /.test(statement))
    expect(plan.statements.filter((statement) => /^(?:create|alter) /.test(statement))).toEqual(made)
    expect(await store.planMigration()).toMatchObject({ from: plan.to, to: plan.to, migrations: [], statements: [] })
  })

  suite.test('[57] tables, columns and indexes are as the migrations make them', async ({ store }) => {
    expect(await store.findDrift()).toEqual([])
  })

  suite.testEmpty('four migrations at once make one schema', async ({ store }) => {
    const reports = await Promise.all([1, 2, 3, 4].map(() => store.migrate()))
    expect(reports.filter(({ applied }) => applied.length > 0).length).toBe(1)
    await store.checkSchema()
  })

  suite.testSideBySide('a second store migrates nothing and reads the same epoch', async ({ store, open }) => {
    const other = open()
    expect((await other.migrate()).applied).toEqual([])
    expect(await other.head()).toEqual(await store.head())
  })

  suite.test('ids are UUIDs, and later ones sort after earlier ones', async ({ store }) => {
    const ids = Array.from({ length: 1000 }, () => store.newId())
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(1000)
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
}
