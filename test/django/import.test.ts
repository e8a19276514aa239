import { describe, expect, test as plainTest } from 'vitest'
import { z } from 'zod'
import { connect } from '../../src/django/connect.ts'
import { planDjango, applyDjango, reportPlan, type ImportReport } from '../../src/django/index.ts'
import {
  ConflictError,
  DjangoKeysError,
  DjangoTablesError,
  InvalidInputError,
  Plugin,
  PluginType,
  UnknownPluginError,
  type Methods,
} from '../../src/index.ts'
import { describeEachDatabase, type DatabaseKind, type TestDatabase } from '../support/databases.ts'
import { actor } from '../support/gateways.ts'
import { openBoard, TempFolder } from '../support/open-board.ts'
import { sqliteDatabase } from '../support/sqlite-test-database.ts'
import { contents, fill, placeOf, rows, sealed, type SeedInstance, type SeedRows } from './tables.ts'

abstract class PaymentGateway extends PluginType('payment-gateway') {
  static readonly methods: Methods<PaymentGateway> = { seen: 'repeatable' }
  abstract seen(): unknown
}
class Zarinpal extends Plugin(PaymentGateway, {
  key: 'zarinpal',
  priority: 5,
  config: z.object({
    merchantId: z.string(),
    api_key: z.string(),
    baseUrl: z.url(),
    sandbox: z.boolean().optional(),
    strict: z.boolean().optional(),
    timeout: z.int().optional(),
    big: z.int().optional(),
    ratio: z.number().optional(),
    tiny: z.number().optional(),
    fee: z.number().optional(),
    zero: z.int().optional(),
    pin: z.string().optional(),
    word: z.string().optional(),
    empty: z.string().optional(),
    nothing: z.string().nullable().optional(),
    missing: z.string().optional(),
    opened: z.iso.date().optional(),
    seenAt: z.iso.datetime().optional(),
    mode: z.enum(['live', 'test']).optional(),
    port: z.union([z.literal(25), z.literal(587)]).optional(),
    regions: z.array(z.string()).optional(),
    ports: z.array(z.int()).optional(),
    flags: z.array(z.boolean().nullable()).optional(),
    limits: z
      .object({ perDay: z.int(), burst: z.int().nullable(), deep: z.object({ on: z.boolean(), names: z.array(z.string()) }) })
      .optional(),
    pairs: z.array(z.tuple([z.int(), z.string()])).optional(),
    any: z.record(z.string(), z.unknown()).optional(),
  }),
  secrets: { api_key: { boundTo: ['baseUrl'] } },
}) {
  seen(): unknown {
    return this.config
  }
}
class Cash extends Plugin(PaymentGateway, { key: 'cash', label: 'cash', priority: 50 }) {
  seen(): unknown {
    return null
  }
}
abstract class Otp extends PluginType('otp') {
  static readonly methods: Methods<Otp> = { seen: 'repeatable' }
  abstract seen(): unknown
}
class SmsIr extends Plugin(Otp, { key: 'sms-ir', config: z.object({ apiKey: z.string() }), secrets: { apiKey: {} } }) {
  seen(): unknown {
    return this.config
  }
}
const plugins = [Zarinpal, Cash, SmsIr]

const keys = { secrets: [rows.keys.secret, rows.keys.older], salts: [rows.keys.salt] }
const full = {
  merchantId: 'abc123',
  api_key: 'canary-"quoted" \\ سلام 🔑',
  baseUrl: 'https://api.example.com/v1',
  sandbox: true,
  strict: false,
  timeout: 30,
  big: 9_007_199_254_740_991,
  ratio: 1.5,
  tiny: 1e-7,
  fee: 2.5,
  zero: 0,
  pin: '0042',
  word: 'True',
  empty: '',
  nothing: null,
  opened: '2026-01-02',
  seenAt: '2026-01-02T03:04:05Z',
  mode: 'live',
  port: 587,
  regions: ['nl', 'de'],
  ports: [25, 587],
  flags: [true, false, null],
  limits: { perDay: 100, burst: null, deep: { on: false, names: ['a', 'b'] } },
  pairs: [
    [1, 'a'],
    [2, "it's"],
  ],
  any: { free: 'text', count: 3, yes: true },
}

/** A database of the seed, and what nobody may read in an output. */
async function seedOn(kind: DatabaseKind, seed: SeedRows = rows): Promise<TestDatabase> {
  const database = await kind.open()
  await fill(kind, database, seed)
  return database
}

const outcomes = ({ instances }: ImportReport): Readonly<Record<string, string>> =>
  Object.fromEntries(instances.map(({ name, outcome }) => [name, outcome]))

describeEachDatabase((kind, test) => {
  test('[51] import django: a database of the seed, each value back as its type, ids, statuses and order kept, its tables untouched; a second run finds all here', async () => {
    await using seed = await seedOn(kind)
    const before = await contents(seed)
    await using opened = await openBoard({ plugins }, kind)
    const { board } = opened

    const plan = await planDjango(board, placeOf(seed), keys)
    expect(outcomes(reportPlan(plan))).toEqual({
      'Zarinpal Production': 'create',
      'Zarinpal Backup': 'create',
      'Zarinpal Sandbox': 'create',
      cash: 'present',
      'Sms.ir': 'create',
    })
    expect(JSON.stringify(reportPlan(plan))).not.toMatch(/canary|abc123/)
    expect(
      board.instances(PaymentGateway).map(({ name }) => name),
      'a plan writes nothing',
    ).toEqual(['cash'])

    const report = await applyDjango(board, plan, { actor })
    expect(report).toMatchObject({ applied: true, refused: null, created: 4, present: 1, left: 0 })
    expect(board.instances(PaymentGateway).map(({ name, status, priority }) => [name, status, priority])).toEqual([
      ['Zarinpal Production', 'active', 10],
      ['cash', 'active', 50],
      ['Zarinpal Backup', 'reserved', -3],
      ['Zarinpal Sandbox', 'disabled', 20],
    ])
    const [production] = rows.instances
    const main = await board.getById(PaymentGateway, production?.id ?? '')
    expect(main).toBeInstanceOf(Zarinpal)
    expect(main.seen()).toStrictEqual(full)
    const backup = board.instances(PaymentGateway, { status: 'reserved' })[0]
    expect((await backup?.load())?.seen()).toMatchObject({ merchantId: 'm-2', api_key: 'canary-backup' })
    expect((board.get(Otp) as SmsIr).seen()).toEqual({ apiKey: 'canary-sms' })

    const [entry] = await board.admin.history({ instance: production?.id ?? '' })
    expect(entry).toMatchObject({ action: 'create', actor })
    expect(report.instances.find(({ name }) => name === 'Zarinpal Production')?.notes.join('\n')).toContain(
      'missing is None, and is left out',
    )
    expect((await opened.database.dump()).includes('canary-backup'), 'sealed').toBe(false)

    const again = await planDjango(board, placeOf(seed), keys)
    expect(new Set(Object.values(outcomes(reportPlan(again))))).toEqual(new Set(['present']))
    expect(await applyDjango(board, again, { actor })).toMatchObject({ created: 0, present: 5, left: 0 })
    expect(await contents(seed), 'the old tables').toBe(before)
  })

  test('[51] import django: what can not be taken is told by name, and nothing of it', async () => {
    await using seed = await seedOn(kind, { ...rows, instances: [...rows.instances, ...rows.damaged] })
    const before = await contents(seed)
    await using opened = await openBoard({ plugins: [Zarinpal, Cash] }, kind)
    const { board } = opened
    const plan = await planDjango(board, placeOf(seed), keys)
    const told = reportPlan(plan)
    expect(outcomes(told)).toMatchObject({
      'Changed by a bit': 'damaged',
      'Of another installation': 'damaged',
      'In clear': 'damaged',
      'A list': 'damaged',
      'Does not fit': 'invalid',
      'Sms.ir': 'unknown_plugin',
    })
    const reasons = Object.fromEntries(told.instances.map(({ name, reasons: all }) => [name, all.join('; ')]))
    expect(reasons['Changed by a bit']).toMatch(/^'api_key' can't be opened/)
    expect(reasons['Of another installation']).toMatch(/^'api_key', 'base_url', 'merchant_id' can't be opened/)
    expect(reasons['In clear']).toMatch(/^'merchant_id' can't be opened/)
    expect(reasons['A list']).toBe('its config is not a dictionary')
    expect(reasons['Does not fit']).toBe('timeout takes a whole number, and what is stored is none')
    expect(reasons['Sms.ir']).toBe("no type is named 'otp'")

    for (const [options, refused] of [
      [{}, 'the configs of some can not be opened'],
      [{ skipDamaged: true, strict: true }, 'the plugin of some is not known'],
    ] as const) {
      expect(await applyDjango(board, plan, { actor, ...options })).toMatchObject({ applied: false, refused, created: 0 })
      expect(board.instances(PaymentGateway)).toHaveLength(1)
    }
    const report = await applyDjango(board, plan, { actor, skipDamaged: true })
    expect(report).toMatchObject({ applied: true, created: 3, present: 1, left: 6 })
    expect(JSON.stringify([told, report])).not.toContain('canary')
    expect(await contents(seed)).toBe(before)
  })

  test('[51] import django: the transaction that reads the old tables can not write', async () => {
    await using seed = await seedOn(kind)
    const before = await contents(seed)
    const connection = await connect(placeOf(seed))
    try {
      expect(await connection.rows('select name from django_plugin_system_plugintype')).toHaveLength(2)
      await expect(connection.rows("update django_plugin_system_plugintype set description = 'changed'")).rejects.toThrow(/read.?only/i)
    } finally {
      await connection.close()
    }
    expect(await contents(seed)).toBe(before)
  })

  test('[51] import django: wrong keys and none, and a place without the tables, end with what to do; nothing is written', async () => {
    await using seed = await seedOn(kind)
    await using empty = await kind.open()
    await empty.sql('create table other (id integer)')
    await using opened = await openBoard({ plugins }, kind)
    const { board } = opened
    const tokens = rows.instances.flatMap(({ config }) => config?.match(/gAAAA/g) ?? []).length
    for (const wrong of [
      { secrets: ['another'], salts: [rows.keys.salt] },
      { secrets: [rows.keys.secret], salts: ['another'] },
    ]) {
      const error: unknown = await planDjango(board, placeOf(seed), wrong).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(DjangoKeysError)
      expect(error).toMatchObject({ tokens, message: expect.stringContaining('SECRET_KEY and SALT_KEY') as string })
      expect(String(error)).not.toContain('another')
    }
    await expect(planDjango(board, placeOf(seed), { secrets: [], salts: [] })).rejects.toMatchObject({ code: 'django_keys', tokens: 0 })
    await expect(planDjango(board, placeOf(empty), keys)).rejects.toThrow(DjangoTablesError)
    await expect(planDjango(board, placeOf(empty), keys)).rejects.toThrow('django-plugin-system 2')
    expect(board.instances(PaymentGateway)).toHaveLength(1)
  })
})

describe('on SQLite', () => {
  const instance = (over: Partial<SeedInstance>): SeedInstance => ({ ...(rows.instances[1] as SeedInstance), ...over })
  const id = (number: number): string => `0000000${String(number)}-0000-4000-8000-000000000000`
  const config = JSON.stringify(sealed({ merchant_id: 'a', api_key: 'canary-b', base_url: 'https://c.example' }))

  plainTest('[51] import django: a map says what an item is, by name or with its module; what fits nothing is refused', async () => {
    await using seed = await seedOn(sqliteDatabase)
    class Other extends Zarinpal {
      static override readonly plugin = { ...Zarinpal.plugin, key: 'zarinpal-v2' }
    }
    Object.defineProperty(Other, Symbol.for('plugboard.plugin'), { value: Other.plugin })
    await using opened = await openBoard({ plugins: [...plugins, Other] })
    const { board } = opened
    const plan = (map: Readonly<Record<string, string>>): ReturnType<typeof planDjango> =>
      planDjango(board, placeOf(seed), { ...keys, map: new Map(Object.entries(map)) })
    for (const map of [{ zarinpal: 'zarinpal-v2' }, { 'apps.payments.plugins:zarinpal': 'payment-gateway/zarinpal-v2' }]) {
      const { instances } = await plan(map)
      expect(instances.filter(({ item }) => item.name === 'zarinpal').map(({ plugin }) => plugin?.key)).toEqual([
        'zarinpal-v2',
        'zarinpal-v2',
        'zarinpal-v2',
      ])
    }
    await expect(plan({ zarinpal: 'unheard-of' })).rejects.toThrow(UnknownPluginError)
    await expect(plan({ stripe: 'zarinpal' })).rejects.toThrow(InvalidInputError)
    await expect(plan({ stripe: 'zarinpal' })).rejects.toThrow("'stripe'")
  })

  plainTest(
    '[51] import django: a removed one is not brought back, a taken name is told, an unknown status is disabled, spaces and case of a name do not make another',
    async () => {
      await using seed = await seedOn(sqliteDatabase, {
        ...rows,
        instances: [
          instance({ id: id(1), name: 'Removed', config }),
          instance({ id: id(2), name: 'Taken', config }),
          instance({ id: id(3), name: ' Padded ', config, status: 'strange', description: 'text' }),
          instance({ id: id(4), name: 'Bare', config: null }),
        ],
      })
      await using opened = await openBoard({ plugins })
      const { board } = opened
      const made = { type: Otp, plugin: 'sms-ir', config: { apiKey: 'x' } }
      await board.admin.create({ ...made, id: id(1), name: 'Removed' }, { actor })
      await board.admin.remove(id(1), { actor })
      await board.admin.create(
        {
          type: PaymentGateway,
          plugin: 'zarinpal',
          name: 'TAKEN',
          config: { merchantId: 'a', api_key: 'b', baseUrl: 'https://c.example' },
        },
        { actor },
      )
      const plan = await planDjango(board, placeOf(seed), keys)
      expect(outcomes(reportPlan(plan))).toEqual({ Removed: 'removed', Taken: 'name_taken', Padded: 'create', Bare: 'invalid' })
      const report = await applyDjango(board, plan, { actor })
      expect(report).toMatchObject({ created: 1, left: 3 })
      expect(report.instances.find(({ name }) => name === 'Padded')?.notes).toEqual([
        'its status is none that is known: it becomes disabled',
        'its description is left out: instances have none',
      ])
      expect(board.instances(PaymentGateway).find(({ name }) => name === 'Padded')).toMatchObject({ id: id(3), status: 'disabled' })
      await expect(board.admin.create({ ...made, id: id(3), name: 'Twice' }, { actor })).rejects.toThrow(ConflictError)
      await expect(board.admin.create({ ...made, id: id(1), name: 'Twice' }, { actor })).rejects.toThrow(ConflictError)
      await expect(board.admin.create({ ...made, id: 'no-uuid', name: 'Twice' }, { actor })).rejects.toThrow("/id: 'no-uuid' is no UUID")
    },
  )

  plainTest('[51] import django: one that fails on its trial build is told, and the others are created; forced, it is too', async () => {
    await using seed = await seedOn(sqliteDatabase)
    let fails = true
    class Failing extends SmsIr {
      onStart(): void {
        if (fails) throw new Error('can not start')
      }
    }
    await using opened = await openBoard({ plugins: [Zarinpal, Cash, Failing] })
    const { board } = opened
    const plan = await planDjango(board, placeOf(seed), keys)
    const report = await applyDjango(board, plan, { actor })
    expect(outcomes(report)).toMatchObject({ 'Sms.ir': 'failed', 'Zarinpal Backup': 'created' })
    expect(report).toMatchObject({ created: 3, left: 1 })
    fails = false
    const again = await applyDjango(board, await planDjango(board, placeOf(seed), keys), { actor, force: true })
    expect(outcomes(again)).toMatchObject({ 'Sms.ir': 'created', 'Zarinpal Backup': 'present' })
  })

  plainTest('[51] import django: a place that is none says so, and shows no password', async () => {
    using folder = new TempFolder()
    await using opened = await openBoard({ plugins })
    const read = (place: string): Promise<unknown> => planDjango(opened.board, place, keys).catch((error: unknown) => error)
    expect(await read(`${folder.path}/none.db`)).toMatchObject({
      code: 'django_tables',
      message: expect.stringContaining('There is no file') as string,
    })
    for (const place of [
      'postgres://user:canary-pass@127.0.0.1:1/none',
      'mysql://user:canary-pass@127.0.0.1:1/none',
      'oracle://user:canary-pass@host/none',
      'postgres://user:canary-pass@:bad:/none',
    ]) {
      const error = await read(place)
      expect(error, place).toBeInstanceOf(DjangoTablesError)
      expect((error as Error).message).not.toContain('canary-pass')
    }
  })
})
