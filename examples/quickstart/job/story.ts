import { setTimeout as wait } from 'node:timers/promises'
import { Notifier } from '../notifier.ts'
import { commandLine } from './operator.ts'
import type { Happening } from './report.ts'
import type { Screen } from './screen.ts'
import { names } from './places.ts'
import type { Shop } from './shop.ts'
import type { Mark } from './timeline.ts'

/** What befalls the shop while its orders go out. */
export interface Story {
  /** Lets happen what is due before the order of this number. */
  before(number: number): Promise<void>
  /** To be awaited when all orders are out. */
  end(): Promise<void>
  readonly happenings: readonly Happening[]
  readonly marks: readonly Mark[]
  /** From which order on an instance was disabled, or its server down. */
  readonly disabledFrom: ReadonlyMap<string, number>
  readonly downFrom: ReadonlyMap<string, number>
}

/** How long the operator's change may take to be seen here, in milliseconds; far beyond the board's bound. */
const patience = 30_000

/**
 * After a quarter of the orders an operator disables the selected instance, from another process, while orders go on.
 * Later the server of the then selected one dies, and a RESERVED instance takes over; then that one's dies too.
 */
export function tellStory(shop: Shop, total: number, screen: Screen): Story {
  const { board, operator, places } = shop
  const started = performance.now()
  const happenings: Happening[] = []
  const marks: Mark[] = []
  const disabledFrom = new Map<string, number>()
  const downFrom = new Map<string, number>()
  let next = 1
  let disabling: Promise<unknown> = Promise.resolve()

  const tell = (text: string, command?: string): void => {
    happenings.push({ seconds: (performance.now() - started) / 1000, before: next, text, ...(command === undefined ? {} : { command }) })
    screen.line(`  order ${String(next).padStart(3)}  ${text}${command === undefined ? '' : `:\n             $ ${command}`}`)
  }

  let seen = (): void => undefined
  const switched = new Promise<void>((resolve) => (seen = resolve))
  const stopListening = [
    board.on('selected', ({ from, to }) => {
      tell(`${to?.name ?? 'Nothing'} is selected instead of ${from?.name ?? 'nothing'}, with no restart`)
      if (from?.name !== names.main) return
      marks.push({ before: next, kind: 'switch', label: `Operator disables ${from.name}` })
      disabledFrom.set(from.name, next)
      seen()
    }),
  ]
  const told = new Set<string>()
  stopListening.push(
    board.on('failover', ({ from, to, error }) => {
      const key = `${from.id} ${to?.id}`
      if (told.has(key)) return
      told.add(key)
      tell(`Failover from ${from.name} to ${to?.name ?? 'nobody'}: ${error instanceof Error ? error.message : String(error)}`)
    }),
  )

  const crash = async (name: string): Promise<void> => {
    await places.find((place) => place.name === name)?.crash()
    tell(`The server of ${name} dies: connections cut, new ones refused`)
    marks.push({ before: next, kind: 'outage', label: `Server of ${name} dies` })
    downFrom.set(name, next)
  }
  const disable = (): void => {
    const command = ['instance', 'disable', names.main]
    tell('An operator types, at another terminal', commandLine(command))
    disabling = operator.plugboard(...command)
    // Heard again by whoever awaits it; until then it must not count as unhandled.
    disabling.catch(() => undefined)
  }
  const seeSwitch = async (): Promise<void> => {
    await disabling
    const late = new AbortController()
    const tooLate = wait(patience, 'late', { signal: late.signal, ref: false }).catch(() => undefined)
    if ((await Promise.race([switched, tooLate])) === 'late')
      throw new Error(`The board did not see within ${patience / 1000} s that ${names.main} is disabled`)
    late.abort()
  }

  const share = (part: number): number => Math.floor(total * part) + 1
  const script: readonly (readonly [before: number, act: () => void | Promise<void>])[] = [
    [1, async () => tell(await selected(shop))],
    [share(0.25), disable],
    // Usually it was seen long before; only a very busy machine makes orders wait here.
    [share(0.5), seeSwitch],
    [share(0.65), () => crash(names.webhook)],
    [share(0.82), () => crash(names.backup)],
  ]
  return {
    happenings,
    marks,
    disabledFrom,
    downFrom,
    async before(number) {
      next = number
      for (const [before, act] of script) if (before === number) await act()
    },
    async end() {
      await disabling
      for (const stop of stopListening) stop()
    },
  }
}

/** Who is selected now, and why, in a sentence. */
async function selected(shop: Shop): Promise<string> {
  const chosen = (await shop.board.explain(Notifier)).find((each) => each.chosen)
  return chosen === undefined ? 'Nothing is selected' : `${chosen.name} is selected. ${chosen.text}`
}

/** How the board chooses now, a line for each instance. */
export async function explained(shop: Shop): Promise<readonly string[]> {
  const all = await shop.board.explain(Notifier)
  const longest = Math.max(...all.map((each) => each.name.length))
  return all.map((each) => `  ${each.chosen ? '●' : '○'} ${each.name.padEnd(longest)}  ${each.status.padEnd(8)}  ${each.text}`)
}
