import fc from 'fast-check'
import { expect, test } from 'vitest'
import { often } from '../../test/support/runs.ts'
import { expectSame } from '../../test/support/same.ts'
import { anyFields, canary, configOf, marker, schemaOf, type Fields } from '../../test/support/shapes.ts'
import {
  changedInConfig,
  describeConfig,
  mask,
  mergeSecrets,
  sameJson,
  secretValues,
  valueAt,
  withValueAt,
  type ConfigModel,
  type ConfigProblem,
  type Json,
} from './index.ts'

function modelOf(fields: Fields): ConfigModel {
  const problems: ConfigProblem[] = []
  const model = describeConfig('p', schemaOf(fields), {}, problems)
  if (model === undefined || problems.length > 0) throw new Error(JSON.stringify(problems))
  return model
}

const sample = fc.record({ fields: anyFields, seeds: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }) }).map(({ fields, seeds }) => {
  const configs = seeds.map((seed) => configOf(fields, picker(seed)))
  return { model: modelOf(fields), before: configs[0] ?? {}, after: configs[1] ?? {}, pick: picker(seeds[2] ?? 0) }
})

/** Numbers below a limit, the same ones for the same seed. */
function picker(seed: number): (below: number) => number {
  let state = seed % 2_147_483_647
  return (below) => {
    state = (state * 48_271 + 11) % 2_147_483_647
    return Math.floor((state / 2_147_483_647) * below)
  }
}

const markersOf = (value: unknown): string[] => [...(JSON.stringify(value) ?? '').matchAll(marker)].map(([text]) => text).toSorted()

test('[24] whatever the shape, a masked config holds no secret and everything else, and says which secrets are set', () => {
  let secrets = 0
  fc.assert(
    fc.property(sample, ({ model, before }) => {
      const masked = mask(model, before)
      expect(JSON.stringify(masked)).not.toMatch(canary)
      // A path that is secret in one variant is so in all of them.
      const rest = model.secrets.reduce<Json>((config, { path }) => withValueAt(config, path, undefined), before)
      expect(markersOf(masked.config)).toStrictEqual(markersOf(rest))
      expect(JSON.stringify(rest)).not.toMatch(canary)
      expect(masked.secrets.map(({ set }) => set)).toStrictEqual(model.secrets.map(({ path }) => valueAt(before, path) !== undefined))
      // What is to be scrubbed from messages is exactly what is hidden.
      const all = (JSON.stringify(before).match(new RegExp(canary, 'g')) ?? []).length
      const found = secretValues(model.secrets, before).filter((value) => canary.test(value))
      if (all > 0) expect(found.length).toBeGreaterThan(0)
      secrets += found.length
    }),
    often(150),
  )
  expect(secrets).toBeGreaterThan(often(100).numRuns)
})

test('[24] whatever the shape, the changed fields told in clear hold no value, and no name that somebody typed', () => {
  let told = 0
  fc.assert(
    fc.property(sample, ({ model, before, after }) => {
      for (const [from, to] of [
        [before, after],
        [undefined, after],
        [before, undefined],
      ] as const) {
        const changed = changedInConfig(model, from, to)
        expect(changed.join(' ')).not.toMatch(/canary|marker|777\d|111\d/)
        expect(changed.length > 0).toBe(!sameJson(from, to))
        told += changed.length
      }
    }),
    often(150),
  )
  expect(told).toBeGreaterThan(often(100).numRuns)
})

test('[24][44] whatever the shape, each secret that is left blank is kept, each typed one replaces, each cleared one is gone, and nothing else changes', () => {
  const seen = { kept: 0, replaced: 0, cleared: 0 }
  fc.assert(
    fc.property(sample, ({ model, before, pick }) => {
      const shown = mask(model, before).config
      const clear: string[] = []
      const expected = new Map<string, Json | undefined>()
      const typed = model.secrets.reduce<Json>((config, { name, path }) => {
        const stored = valueAt(before, path)
        const choice = pick(4)
        // A secret of a variant that does not hold has no group to stand in.
        const isPossible = !sameJson(withValueAt(config, path, 'typed'), config)
        if (choice === 0) {
          clear.push(name)
          expected.set(name, undefined)
          seen.cleared++
          return config
        }
        if (choice === 1 && isPossible) {
          expected.set(name, 'typed')
          seen.replaced++
          return withValueAt(config, path, 'typed')
        }
        if (stored !== undefined) seen.kept++
        expected.set(name, stored)
        return choice === 2 ? withValueAt(config, path, '') : config
      }, shown)
      const merged = mergeSecrets(model, before, typed, clear)
      for (const { name, path } of model.secrets) expectSame(valueAt(merged.config, path), expected.get(name), name)
      expectSame(mask(model, merged.config).config, shown, 'the rest')
      expect([...merged.kept].toSorted()).toStrictEqual(
        model.secrets
          .filter(({ name, path }) => valueAt(before, path) !== undefined && !clear.includes(name) && expected.get(name) !== 'typed')
          .map(({ name }) => name)
          .toSorted(),
      )
    }),
    often(150),
  )
  expect(Math.min(seen.kept, seen.replaced, seen.cleared)).toBeGreaterThan(often(20).numRuns)
})
