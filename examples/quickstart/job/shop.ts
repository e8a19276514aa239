import { randomBytes } from 'node:crypto'
import { relative } from 'node:path'
import type { Handle } from 'plugboard'
import { Notifier } from '../notifier.ts'
import type { Arrival } from './arrivals.ts'
import { operator, type Operator } from './operator.ts'
import { maildirPlace, mailPlace, names, webhookPlace, type Place } from './places.ts'
import { makeRunFolder, writeSettings, type RunFolder } from './run-folder.ts'
import type { Screen } from './screen.ts'

type Board = (typeof import('../plugboard.config.ts'))['board']

/** All that runs: the servers, the board over them, and an operator at another terminal. */
export interface Shop {
  readonly folder: RunFolder
  readonly board: Board
  readonly notifier: Handle<Notifier>
  readonly operator: Operator
  readonly places: readonly Place[]
  close(): Promise<void>
}

/** Makes keys, database, servers and instances in a new folder under `base`. */
export async function openShop(base: string, screen: Screen): Promise<Shop> {
  const folder = await makeRunFolder(base)
  const kept = folder.earlier === 0 ? '' : ` (earlier runs beside it are kept: ${folder.earlier})`
  screen.heading(`Setting up in ${relative(process.cwd(), folder.path)}${kept}`)
  const closing: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const each of closing.splice(0).toReversed()) await each()
  }
  try {
    const env: Record<string, string> = { PLUGBOARD_DB: folder.database }
    const keyboard = operator(env, (line) => screen.line(`  $ ${line}`))
    const type = async (...command: readonly string[]): Promise<void> => {
      const [answer = ''] = (await keyboard.plugboard(...command)).split('\n')
      screen.line(`    ${answer}`)
    }
    // Its answer is a secret, so it is not shown.
    env['PLUGBOARD_KEYS'] = (await keyboard.plugboard('keys', 'generate')).trim()
    await writeSettings(base, folder, env)
    // The board reads its settings as it is imported, further down.
    Object.assign(process.env, env)
    await type('migrate')
    await type('sync')

    // A password reaches the command through its environment, so that no shell history has it.
    env['SMTP_MAIN_PASSWORD'] = randomBytes(18).toString('base64url')
    env['SMTP_BACKUP_PASSWORD'] = randomBytes(18).toString('base64url')
    const secret = `whsec_${randomBytes(32).toString('base64')}`
    const main = await mailPlace(names.main, folder.mail.main, env['SMTP_MAIN_PASSWORD'])
    closing.push(() => main.crash())
    const backup = await mailPlace(names.backup, folder.mail.backup, env['SMTP_BACKUP_PASSWORD'])
    closing.push(() => backup.crash())
    const webhook = await webhookPlace(folder.webhookLog, secret)
    closing.push(() => webhook.crash())

    // Two instances of one plugin, as an operator makes them.
    await type(...createSmtp(main, 'active', 'SMTP_MAIN_PASSWORD'))
    await type(...createSmtp(backup, 'reserved', 'SMTP_BACKUP_PASSWORD'))

    const { board } = await import('../plugboard.config.ts')
    closing.push(() => board.close())
    await board.ready()

    // The other two from code: the same writes, the same history, another actor.
    const by = { actor: { id: 'quickstart', name: 'Quickstart' } }
    const hook = { url: `http://${webhook.address}/orders`, secret }
    await board.admin.create({ type: Notifier, plugin: 'webhook', name: names.webhook, status: 'active', priority: 20, config: hook }, by)
    const files = { directory: folder.maildir }
    await board.admin.create(
      { type: Notifier, plugin: 'maildir', name: names.maildir, status: 'reserved', priority: 20, config: files },
      by,
    )

    const places = [main, webhook, backup, maildirPlace(folder.maildir)]
    return { folder, board, notifier: board.use(Notifier), operator: operator(env), places, close }
  } catch (error) {
    await close()
    throw error
  }
}

function createSmtp(place: Place, status: string, passwordVariable: string): readonly string[] {
  const settings = ['host=127.0.0.1', `port=${place.port}`, 'security=none', 'user=shop'].flatMap((each) => ['--set', each])
  const named = ['--name', place.name, '--status', status, '--priority', '10']
  return ['instance', 'create', 'notifier', 'smtp', ...named, ...settings, '--set-env', `password=${passwordVariable}`]
}

/** Reads back everything that arrived anywhere. */
export async function allArrivals(shop: Shop): Promise<readonly Arrival[]> {
  return (await Promise.all(shop.places.map((each) => each.read()))).flat()
}
