import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from 'plugboard'
import { openBoard } from './board.ts'
import { Channel } from './channel.ts'
import { Favourites } from './favourites.ts'
import { startChat, startMailServer } from './stand-ins.ts'

const folder = mkdtempSync(join(tmpdir(), 'favourite-channels-'))
{
  await using mail = await startMailServer('the-password')
  await using team = await startChat('team chat')
  await using board = await openBoard(join(folder, 'plugboard.db'), generateKey('k1'))
  using favourites = new Favourites(board, join(folder, 'application.db'))

  const by = { actor: { id: 'u1', name: 'Ada' } } // who the history names
  const create = async (plugin: string, name: string, config: object): Promise<string> =>
    (await board.admin.create({ type: Channel, plugin, name, status: 'active', config }, by)).id
  const smtp = { host: '127.0.0.1', port: mail.port, requireTLS: false, user: 'shop', password: 'the-password' }
  const mailId = await create('mail', 'E-mail', { ...smtp, from: 'shop@example.com' })
  const chatId = await create('chat', 'Team chat', { webhook: `http://127.0.0.1:${team.port}/hooks/the-secret-of-the-webhook` })

  const [sam, mia] = ['sam', 'mia'].map((id) => ({ id, email: `${id}@example.com`, nick: id })) as [never, never]
  favourites.choose('mia', [chatId, mailId])
  const told = (): string => [...mail.arrived, ...team.arrived].toSorted().join('\n  ')
  board.on('failover', ({ from, to }) => console.log(`  (failover from ${from.name} to ${to?.name})`))

  for (const person of [sam, mia]) await favourites.notify(person, 'order 1 is on its way')
  console.log(`Sam has no favourites, Mia likes the team chat best:\n  ${told()}`)

  console.log('\nThe team chat is down:')
  team.isDown = true
  await favourites.notify(mia, 'order 2 is on its way')

  team.isDown = false
  await board.admin.setStatus(chatId, 'disabled', by)
  await favourites.notify(mia, 'order 3 is on its way')
  await board.admin.update(chatId, { name: 'Chat of the team' }, by)
  await board.admin.setStatus(chatId, 'active', by)
  await favourites.notify(mia, 'order 4 is on its way')
  console.log(`\nAn operator switches it off, renames it, and switches it on again. All that arrived:\n  ${told()}`)
}
rmSync(folder, { recursive: true })
