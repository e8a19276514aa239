import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, type Board, type InstanceStatus } from 'plugboard'
import { fakeClock, testPlugin } from 'plugboard/testing'
import { expect, test } from 'vitest'
import { runExample } from '../../test/support/run-example.ts'
import { openBoard } from './board.ts'
import { Channel, type Person } from './channel.ts'
import { Chat } from './chat.ts'
import { Favourites } from './favourites.ts'
import { Mail } from './mail.ts'
import { startChat, startMailServer, type StandIn } from './stand-ins.ts'

const by = { actor: { id: 'u1', name: 'Ada' } }
const person = (id: string): Person => ({ id, email: `${id}@example.com`, nick: id })
const [mia, sam] = [person('mia'), person('sam')]
const password = 'the-password'
const webhook = (port: number, secret = 'the-secret'): string => `http://127.0.0.1:${port}/hooks/${secret}`

/** An application with three channels, in the operators' order: mail, team, club. */
class Application implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'favourites-'))
  readonly #keys = generateKey('k1')
  readonly ids: { mail: string; team: string; club: string } = { mail: '', team: '', club: '' }
  readonly mail: StandIn
  readonly team: StandIn
  readonly club: StandIn
  board!: Board
  favourites!: Favourites

  constructor(mail: StandIn, team: StandIn, club: StandIn) {
    this.mail = mail
    this.team = team
    this.club = club
  }

  static async open(): Promise<Application> {
    const application = new Application(await startMailServer(password), await startChat('team'), await startChat('club'))
    await application.start()
    const { board, mail, team, club, ids } = application
    const create = async (plugin: string, name: string, config: object, status: InstanceStatus = 'active'): Promise<string> =>
      (await board.admin.create({ type: Channel, plugin, name, status, config }, by)).id
    const smtp = { host: '127.0.0.1', port: mail.port, requireTLS: false, user: 'shop', password, from: 'shop@example.com' }
    ids.mail = await create('mail', 'E-mail', smtp)
    ids.team = await create('chat', 'Team chat', { webhook: webhook(team.port) })
    ids.club = await create('chat', 'Club', { webhook: webhook(club.port) })
    return application
  }

  /** As a process begins. */
  async start(): Promise<void> {
    this.board = await openBoard(join(this.#folder, 'plugboard.db'), this.#keys, { clock: fakeClock() })
    this.favourites = new Favourites(this.board, join(this.#folder, 'application.db'))
  }

  async stop(): Promise<void> {
    this.favourites[Symbol.dispose]()
    await this.board.close()
  }

  /** Where a message comes out. */
  async told(who: Person, text: string): Promise<readonly string[]> {
    const all = (): readonly string[] => [this.mail, this.team, this.club].flatMap(({ arrived }) => arrived)
    const before = all()
    await this.favourites.notify(who, text)
    return all().filter((each) => !before.includes(each))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    for (const standIn of [this.mail, this.team, this.club]) await standIn[Symbol.asyncDispose]()
    rmSync(this.#folder, { recursive: true })
  }
}

test('[53] a user’s favourites answer in their order, then the others in the operators’', async () => {
  await using application = await Application.open()
  const { ids, favourites, team, club } = application
  favourites.choose('mia', [ids.club, ids.team])
  expect(await application.told(mia, '1')).toStrictEqual(['club: @mia 1'])
  expect(await application.told(sam, '2')).toStrictEqual(['mail to sam@example.com: 2'])
  club.isDown = true
  expect(await application.told(mia, '3')).toStrictEqual(['team: @mia 3'])
  team.isDown = true
  expect(await application.told(mia, '4')).toStrictEqual(['mail to mia@example.com: 4'])
})

test('[53] a favourite stays one, whatever operators do with it: switch off, rename, configure, reorder, remove and restore', async () => {
  await using application = await Application.open()
  const { ids, favourites, board, team, club } = application
  favourites.choose('mia', [ids.club, ids.mail])
  await board.admin.setStatus(ids.club, 'disabled', by)
  expect(await application.told(mia, '1')).toStrictEqual(['mail to mia@example.com: 1'])
  expect(favourites.choices('mia').find(({ id }) => id === ids.club)).toStrictEqual({ id: ids.club, name: 'Club', place: 1, isOff: true })
  expect(favourites.choices('sam').map(({ name }) => name)).toStrictEqual(['E-mail', 'Team chat'])

  await board.admin.setStatus(ids.club, 'active', by)
  await board.admin.update(ids.club, { name: 'Clubhouse', priority: 99, config: { webhook: webhook(club.port, 'another-secret') } }, by)
  expect(await application.told(mia, '2')).toStrictEqual(['club: @mia 2'])

  await board.admin.remove(ids.club, by)
  expect(await application.told(mia, '3')).toStrictEqual(['mail to mia@example.com: 3'])
  expect((await board.admin.restore(ids.club, by)).id).toBe(ids.club)
  await board.admin.setStatus(ids.club, 'active', by)
  expect(await application.told(mia, '4')).toStrictEqual(['club: @mia 4'])
  // The row points at the instance, not at where it leads.
  await board.admin.update(ids.club, { config: { webhook: webhook(team.port) } }, by)
  expect(await application.told(mia, '5')).toStrictEqual(['team: @mia 5'])
})

test('[53] they outlive the process', async () => {
  await using application = await Application.open()
  const { ids } = application
  application.favourites.choose('mia', [ids.team])
  await application.stop()
  await application.start()
  expect(application.favourites.of('mia')).toStrictEqual([ids.team])
  expect(await application.told(mia, '1')).toStrictEqual(['team: @mia 1'])
})

test('[53] what was not offered is not taken, and nothing changes then', async () => {
  await using application = await Application.open()
  const { ids, favourites, board } = application
  favourites.choose('mia', [ids.team, ids.team])
  expect(favourites.of('mia')).toStrictEqual([ids.team])
  await board.admin.setStatus(ids.club, 'disabled', by)
  for (const strange of ['', 'nonsense', '00000000-0000-7000-8000-000000000000', ids.club]) {
    expect(() => favourites.choose('mia', [ids.mail, strange])).toThrow(RangeError)
    expect(favourites.of('mia')).toStrictEqual([ids.team])
  }
  favourites.choose('mia', [])
  expect(favourites.of('mia')).toStrictEqual([])
})

test('[24] what users and operators are shown holds no secret', async () => {
  await using application = await Application.open()
  const { favourites, board, ids } = application
  const shown = JSON.stringify([
    favourites.choices('mia'),
    await board.admin.get(ids.team),
    await board.admin.history({ instance: ids.team }),
  ])
  expect(shown).toContain('Team chat')
  expect(shown).not.toContain('/hooks/')
})

test('both plugins are good ones', async () => {
  await testPlugin(Mail, { config: { host: '127.0.0.1', port: 9, user: 'shop', password: 'a-password', from: 'shop@example.com' } })
  await testPlugin(Chat, {
    config: { webhook: 'http://127.0.0.1:9/hooks/the-secret' },
    hanging: { config: ({ url }) => ({ webhook: url }), calls: { notify: (plugin) => plugin.notify(mia, 'hello') } },
    grace: 30_000,
  })
})

test('it runs with one command', { timeout: 180_000 }, async () => {
  const { code, stdout, stderr } = await runExample('favourite-channels')
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: '' })
  expect(stdout).toContain('(failover from Team chat to E-mail)')
  expect(stdout).toContain('team chat: @mia order 4 is on its way')
  expect(stdout).not.toContain('the-secret')
})
