import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliHouse, type CliRoom } from '../../test/cli/cli-room.ts'
import { fine, sampleRoom, show } from '../../test/cli/sample-board.ts'

let house: CliHouse
let template: CliRoom
const later = { env: { API_VERSION: '2' } }

beforeAll(async () => {
  house = new CliHouse()
  template = await sampleRoom(house)
  fine(await template.plugboard(['instance', 'set', 'Main', '--set', 'note=one']))
})
afterAll(() => house[Symbol.asyncDispose]())

test('migrate-configs tells with --plan what it would do, does it, and has nothing to do afterwards', async () => {
  const room = house.room(template)
  const plan = fine(await room.plugboard(['migrate-configs', '--plan'], later))
  expect(plan.stdout).toContain('Would be brought to the version of the code: 2 configs.')
  expect(plan.stdout).toContain("'Main' (mailer/api), version 1 → 2: config.note")
  expect(await show(room, 'Main')).toMatchObject({ configVersion: { stored: 1, code: 1 }, config: { note: 'one' } })
  const done = fine(await room.plugboard(['migrate-configs', '--json'], later))
  expect(done.json()).toMatchObject({ plan: false, migrated: 2, failed: 0, contested: 0, waitingFor: [] })
  expect(fine(await room.plugboard(['migrate-configs'], later)).stdout).toBe('✓ Every config is of the version of the code.\n')
  const shown = fine(await room.plugboard(['instance', 'show', 'Main', '--json'], later)).json()
  expect(shown).toMatchObject({ instance: { configVersion: { stored: 2, code: 2 }, config: { note: '"one" of an older release' } } })
  const told = fine(await room.plugboard(['history', 'Main', '--diff', '--limit', '1'], later)).stdout
  expect(told).toMatch(/migrate .*Main/)
  expect(told).toContain('config version: 1 → 2')
})

test('list, instance show and check tell an older version, and are content with it', async () => {
  const room = house.room(template)
  const listed = fine(await room.plugboard(['list'], later)).stdout
  expect(listed).toContain('config version 1 of 2')
  expect(fine(await room.plugboard(['list'])).stdout).not.toContain('config version')
  const shown = fine(await room.plugboard(['instance', 'show', 'Main'], later)).stdout
  expect(shown).toMatch(/config version +1; the code here has 2: the next save, or plugboard migrate-configs, brings it there/)
  expect(shown).toContain('"\\"one\\" of an older release"')
  const checked = fine(await room.plugboard(['check'], later)).stdout
  expect(checked).toContain("~ the config of 'Main' (mailer/api) is of version 1, the code of 2")
  expect(checked).toContain('No problem found')
})

test('a newer version is told everywhere and refused, until its config is replaced on purpose', async () => {
  const room = house.room(template)
  fine(await room.plugboard(['migrate-configs'], later))
  const checked = await room.plugboard(['check', '--json'])
  expect([checked.code, checked.json()]).toMatchObject([
    2,
    {
      ok: false,
      instances: expect.arrayContaining([
        expect.objectContaining({ name: 'Main', ok: false, reason: 'config_newer', configVersion: { stored: 2, code: 1 } }),
      ]),
    },
  ])
  expect(fine(await room.plugboard(['list'])).stdout).toContain('config version 2, code 1')
  expect(fine(await room.plugboard(['explain', 'mailer'])).stdout).toMatch(/Main .*its config is of a newer release\. .*version 2 of 'api'/)
  expect(fine(await room.plugboard(['instance', 'show', 'Main'])).stdout).toMatch(/config_newer: The config was written with version 2/)
  const set = await room.plugboard(['instance', 'set', 'Main', '--set', 'note=two'])
  expect([set.code, set.stderr]).toEqual([
    1,
    expect.stringMatching(/error\[unloadable\].*version 2 of 'api'; the code here reads up to version 1/),
  ])
  const refused = await room.plugboard(['migrate-configs'])
  expect([refused.code, refused.stdout]).toEqual([2, expect.stringMatching(/✗ 'Main' \(mailer\/api\), version 2 → 1: config_newer/)])
  fine(await room.plugboard(['instance', 'set', 'Main', '--replace-config', '--set', 'note=three']))
  expect(await show(room, 'Main')).toMatchObject({ configVersion: { stored: 1, code: 1 }, config: { note: 'three' } })
})

test('[24] a step that throws ends it with 2, names the step, leaves the row, and shows no value of the config', async () => {
  const room = house.room(template)
  fine(await room.plugboard(['instance', 'set', 'Main', '--set', 'note=poison']))
  const outcomes = []
  for (const args of [
    ['migrate-configs', '--plan'],
    ['migrate-configs'],
    ['migrate-configs', '--json'],
    ['check'],
    ['instance', 'show', 'Main'],
  ]) {
    outcomes.push(await room.plugboard(args, later))
  }
  expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2, 2, 0])
  expect(outcomes[0]?.stdout).toMatch(
    /✗ 'Main' \(mailer\/api\), version 1 → 2: migration_failed, at the step from 1 to 2\n {4}.*can't read the note/,
  )
  expect(outcomes[2]?.json()).toMatchObject({ migrated: 0, failed: 1, failures: [{ name: 'Main', reason: 'migration_failed', step: 1 }] })
  for (const { stdout, stderr } of outcomes) expect(stdout + stderr).not.toMatch(/secret-of-main/)
  expect(await show(room, 'Main')).toMatchObject({ configVersion: { stored: 1, code: 1 }, config: { note: 'poison' } })
  expect(await show(room, 'Spare')).not.toMatchObject({ configVersion: { stored: 1 } })
})
