import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CliRoom, Outcome } from '../../test/cli/cli-room.ts'
import { fine, sampleHouse, show } from '../../test/cli/sample-board.ts'

const opened = sampleHouse()

/** A room whose board allows references to `REF_*` and to the files of the room's folder. */
function roomWith(env: Readonly<Record<string, string>>): {
  readonly room: CliRoom
  readonly run: (...args: string[]) => Promise<Outcome>
} {
  const room = opened.house.room(opened.template)
  return { room, run: (...args) => room.plugboard(args, { env: { SECRETS: room.path, ...env } }) }
}
interface Shown {
  readonly instance: { readonly secrets: readonly object[]; readonly state: object; readonly revision: number }
}

test('--set-ref has a secret read from elsewhere; show, history, check and test tell of it, and none shows the secret', async () => {
  const { room, run } = roomWith({ REF_ONE: 'secret-one', REF_TWO: 'secret-two' })
  const said: Outcome[] = []
  const told = async (...args: string[]): Promise<string> => {
    const outcome = await run(...args)
    said.push(outcome)
    return fine(outcome).stdout
  }
  await told('instance', 'set', 'Main', '--set-ref', 'apiKey=env:REF_ONE')
  expect(await told('instance', 'show', 'Main')).toContain('apiKey = env:REF_ONE (resolves)')
  await told('instance', 'set', 'Main', '--set-ref', 'apiKey=env:REF_TWO')
  expect(await told('history', 'Main', '--diff')).toMatch(
    /apiKey: env:REF_ONE → env:REF_TWO[^]*apiKey: \(a secret, or none\) → env:REF_ONE/,
  )
  expect(await told('test', 'Main')).toContain('1 passed')
  expect(await told('check')).toContain('No problem found')
  expect(JSON.parse(await told('instance', 'show', 'Main', '--json'))).toMatchObject({
    instance: {
      secrets: [
        { path: 'apiKey', set: true, reference: 'env:REF_TWO', resolves: true },
        { path: 'login.password', set: false },
      ],
    },
  })
  // From a process that lacks the variable.
  const { code, stdout } = await room.plugboard(['instance', 'show', 'Main'])
  expect([code, stdout]).toEqual([0, expect.stringContaining('apiKey = env:REF_TWO (does not resolve)')])
  expect(stdout).toContain('the environment variable REF_TWO')
  expect((await room.plugboard(['check'])).code).toBe(2)
  for (const each of said) expect(each.stdout + each.stderr).not.toMatch(/secret-(?:one|two)/)
})

test('a reference goes through --from, and what is not named keeps it', async () => {
  const { room, run } = roomWith({ REF_ONE: 'secret-one' })
  writeFileSync(join(room.path, 'config.json'), '{"apiKey": {"$ref": "env:REF_ONE"}, "login": {"password": {"$ref": "env:REF_ONE"}}}')
  fine(await run('instance', 'create', 'mailer', 'api', '--name', 'From', '--from', join(room.path, 'config.json')))
  fine(await run('instance', 'set', 'From', '--set', 'port=26'))
  const { instance } = fine(await run('instance', 'show', 'From', '--json')).json<Shown>()
  expect(instance).toMatchObject({
    config: { port: 26 },
    secrets: [
      { path: 'apiKey', reference: 'env:REF_ONE', resolves: true },
      { path: 'login.password', reference: 'env:REF_ONE', resolves: true },
    ],
  })
})

test('a reference that is typed wrongly is refused, and what was typed is not quoted: it may be the secret', async () => {
  const { room, run } = roomWith({ REF_ONE: 'secret-one' })
  const canary = 'c4n4ry-typed-by-mistake'
  const refused = async (code: string, said: string, ...args: string[]): Promise<void> => {
    for (const more of [[], ['--force']]) {
      const outcome = await run('instance', 'set', 'Main', ...args, ...more, '--json')
      expect(outcome.stdout + outcome.stderr).not.toContain(canary)
      expect(outcome.json(), args.join(' ')).toMatchObject({ error: { code, message: expect.stringContaining(said) } })
    }
  }
  await refused('secret_reference', 'such as env:STRIPE_KEY', '--set-ref', `apiKey=${canary}`)
  await refused('secret_reference', 'allows: REF_*', '--set-ref', `apiKey=env:${canary}`)
  await refused('secret_reference', 'These are: env, file', '--set-ref', `apiKey=user:${canary}`)
  await refused('secret_reference', 'not absolute', '--set-ref', `apiKey=file:${canary}`)
  await refused('secret_reference', 'where url leads', '--set-ref', 'apiKey=env:REF_ONE', '--set', 'url=https://rogue.example')
  await refused('config_option', 'Secrets: apiKey, login.password', '--set-ref', `marker=env:${canary}`)
  await refused('config_option', 'names no field', '--set-ref', `apKey=env:${canary}`)
  const misplaced = join(room.path, 'misplaced.json')
  writeFileSync(misplaced, JSON.stringify({ marker: { $ref: `env:${canary}` } }))
  await refused('config_invalid', '/marker: is a reference', '--from', misplaced)
  expect(await run('instance', 'set', 'Main', '--set-ref', canary)).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('--set-ref takes path=SCHEME:NAME.'),
  })
})

test('instance reload tells what a rotated file gives, and ends with 2 where it gives nothing', async () => {
  const { room, run } = roomWith({})
  const file = join(room.path, 'key')
  writeFileSync(file, 'first-secret\n')
  fine(await run('instance', 'set', 'Main', '--set-ref', `apiKey=file:${file}`))
  const { revision } = await show(room, 'Main')
  writeFileSync(file, 'second-secret\n')
  expect(fine(await run('instance', 'reload', 'Main', 'Spare')).stdout).toContain("'Main' (mailer/api) is built anew by every process.")
  rmSync(file)
  const gone = await run('instance', 'reload', 'Main', '--json')
  expect(gone.code).toBe(2)
  expect(gone.json<{ instances: object[] }>().instances).toMatchObject([{ revision, state: { ok: false, reason: 'reference_unresolved' } }])
})
