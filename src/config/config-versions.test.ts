import { expect, test } from 'vitest'
import { describeVersions, versionOf } from './config-versions.ts'
import type { ConfigProblem } from './config-problem.ts'
import { runStep } from './migrate-step.ts'

function problemsOf(definition: object): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = []
  describeVersions({ config: {}, ...definition }, problems)
  return problems
}
const step = (config: object): object => config

test('a plugin has version 1 and no steps unless it says otherwise', () => {
  const problems: ConfigProblem[] = []
  expect(describeVersions({ config: {} }, problems)).toStrictEqual({ current: 1, steps: new Map() })
  expect(describeVersions({ config: {}, version: 3, migrate: { 1: step, 2: step } }, problems)).toStrictEqual({
    current: 3,
    steps: new Map([
      [1, step],
      [2, step],
    ]),
  })
  expect(problems).toStrictEqual([])
  // One without a config has nothing to bring forward; of what can't be, no step is taken.
  const none = { current: 1, steps: new Map() }
  expect(describeVersions({}, problems)).toStrictEqual(none)
  expect(problems).toStrictEqual([])
  expect(describeVersions({ version: 2, migrate: { 1: step } }, problems)).toStrictEqual(none)
  expect(describeVersions({ config: {}, version: 0 }, problems)).toStrictEqual(none)
  expect(describeVersions({ config: {}, version: 2, migrate: [] }, problems)).toStrictEqual({ ...none, current: 2 })
})

test('[50] every step that is missing is listed, in one problem', () => {
  expect(problemsOf({ version: 5, migrate: { 2: step } })).toStrictEqual([
    {
      code: 'migrate_missing',
      message:
        'its version is 5, and it has no step from the versions 1, 3, 4 to the next. Add migrate: { 1: (config) => …, 3: (config) => …, 4: (config) => … }',
    },
  ])
  expect(problemsOf({ version: 2 })[0]?.message).toBe(
    'its version is 2, and it has no step from version 1 to the next. Add migrate: { 1: (config) => … }',
  )
  expect(problemsOf({ version: 1_000 })[0]?.message).toMatch(/998, 999 to the next/)
  // Of more than five the first is enough of an example.
  expect(problemsOf({ version: 6 })[0]?.message).toMatch(/Add migrate: \{ 1: .* 5: \(config\) => … \}$/)
  expect(problemsOf({ version: 7 })[0]?.message).toMatch(/Add migrate: \{ 1: \(config\) => …, … \}$/)
})

test('[50] a version or steps that can not be are told, and what is told of one does not hide the others', () => {
  for (const version of [0, -1, 1.5, Number.NaN, Infinity, 1_001, '2', null, {}]) {
    expect(problemsOf({ version }), JSON.stringify(version)).toMatchObject([{ code: 'version_invalid' }])
  }
  for (const migrate of [null, [], 'x', step]) {
    expect(problemsOf({ version: 2, migrate })[0], String(migrate)).toMatchObject({ code: 'migrate_invalid' })
  }
  expect(problemsOf({ version: 3, migrate: { 0: step, 1: 'x', '02': step, 3: step, '-1': step } }).map(({ code }) => code)).toStrictEqual([
    'migrate_invalid',
    'migrate_invalid',
    'migrate_invalid',
    'migrate_invalid',
    'migrate_invalid',
    'migrate_missing',
  ])
  expect(problemsOf({ migrate: { 1: step } })[0]?.message).toBe("its migrate has a step from '1', but its version is 1, which needs none")
  expect(problemsOf({ version: 3, migrate: { 1: step, 2: step, 3: step } })[0]?.message).toBe(
    "its migrate has a step from '3', but its version is 3: steps start from 1 to 2",
  )
  expect(problemsOf({ config: undefined, version: 2 })).toMatchObject([{ code: 'version_without_config' }])
  expect(problemsOf({ config: undefined, migrate: {} })).toMatchObject([{ code: 'version_without_config' }])
  expect(problemsOf({ config: undefined })).toStrictEqual([])
})

test('what was stored before there were versions is of the first one', () => {
  expect([0, 1, 2].map(versionOf)).toStrictEqual([1, 1, 2])
})

test('a step gets a copy, and what it gives is looked at', async () => {
  const config = { a: { b: 1 }, list: [1] }
  const changed = await runStep('bank', 1, (given) => Object.assign(given, { a: 2, gone: undefined }), config)
  expect([config, changed]).toStrictEqual([
    { a: { b: 1 }, list: [1] },
    { a: 2, list: [1] },
  ])
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  for (const given of [
    undefined,
    null,
    'text',
    7,
    [],
    new Date(),
    { at: new Date() },
    { n: Number.NaN },
    { big: 1n },
    { f: step },
    cyclic,
  ]) {
    const error: unknown = await runStep('bank', 2, () => given as never, config).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'config_migration',
      plugin: 'bank',
      from: 2,
      message: expect.stringMatching(/version 2 to 3 of 'bank'/),
    })
  }
})

test('what a step gives instead of a config is told as what it is, and every place that can not be stored', async () => {
  const told = async (given: unknown): Promise<string> => {
    const error: unknown = await runStep('bank', 1, () => given as never, {}).catch((thrown: unknown) => thrown)
    return (error as Error).message.replace(/^.*It failed: /, '')
  }
  expect(await told(null)).toBe('it gave null, not the whole new config.')
  expect(await told([{ a: 1 }])).toBe('it gave a list, not the whole new config.')
  expect(await told('canary')).toBe('it gave a string, not the whole new config.')
  expect(await told(5)).toBe('it gave a number, not the whole new config.')
  expect(await told({ a: 1n, b: [Number.NaN] })).toBe(
    "it gave what can't be stored: /a is a bigint, which JSON can't carry; /b/0 is NaN, which JSON can't carry.",
  )
})

test('[24] a step that fails shows no value of the config, whatever it throws', async () => {
  const config = { key: 'sk-canary-1', nested: { list: ['pass-canary-2', { deep: 49_152_001 }] } }
  const canaries = /canary|49152001/
  const thrown = [
    new Error(`bad key sk-canary-1 in ${JSON.stringify(config)}`),
    Object.assign(new TypeError('x'), { config, request: { url: 'https://pass-canary-2@host' } }),
    new Error('x', { cause: config }),
    'sk-canary-1',
    Buffer.from('sk-canary-1').toString('base64'),
    null,
    config,
  ]
  for (const each of thrown) {
    const error: unknown = await runStep('bank', 1, () => Promise.reject(each as Error), config).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'config_migration' })
    const { inspect } = await import('node:util')
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(canaries)
    expect(inspect(error)).not.toMatch(new RegExp(Buffer.from('sk-canary-1').toString('base64')))
  }
  // What it gives is no more shown than what it got.
  const error: unknown = await runStep('bank', 1, ({ key }) => ({ [typeof key === 'string' ? key : '']: Number.NaN }), config).catch(
    (caught: unknown) => caught,
  )
  expect(String(error)).toMatch(/NaN/)
  expect(String(error)).not.toMatch(canaries)
})
