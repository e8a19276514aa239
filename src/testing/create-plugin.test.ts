import { expect, test } from 'vitest'
import { steps, Third } from '../../test/support/versions.ts'
import { createPlugin } from './create-plugin.ts'

test('a config of an older version goes through the steps of the plugin under test', async () => {
  steps.ran = []
  steps.before = () => {}
  const old = await createPlugin(Third, { config: { key: 'the-key', host: 'one.example' }, configVersion: 1 })
  expect(await old.tell()).toMatch(/^3 .* the-key https:\/\/one\.example$/)
  expect(steps.ran).toStrictEqual([1, 2])
  const second = await createPlugin(Third, { config: { apiKey: 'the-key', host: 'two.example' }, configVersion: 2 })
  expect(await second.tell()).toMatch(/the-key https:\/\/two\.example$/)
  const current = await createPlugin(Third, { config: { apiKey: 'the-key' } })
  expect(await current.tell()).toMatch(/the-key https:\/\/bank\.example$/)
  expect(steps.ran).toStrictEqual([1, 2, 2])
  await expect(createPlugin(Third, { config: { key: 'the-key' } })).rejects.toMatchObject({ code: 'config_invalid' })
  await expect(createPlugin(Third, { config: {}, configVersion: 4 })).rejects.toMatchObject({ code: 'config_newer' })
  steps.before = () => {
    throw new Error('no')
  }
  await expect(createPlugin(Third, { config: {}, configVersion: 2 })).rejects.toMatchObject({ code: 'config_migration', from: 2 })
})
