import type { Command } from 'commander'
import type { Actor, Board } from '../index.ts'
import { actorNamed } from './actor.ts'
import { exitCodeOf } from './error-report.ts'
import { Output } from './output.ts'
import type { Streams } from './streams.ts'

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config?: string
  readonly json?: boolean
  readonly actor?: string
  readonly color: boolean
}

/** What a command works with. */
export interface Session {
  readonly output: Output
  /** Who the history names. */
  readonly actor: Actor
  /** Folder the command was typed in; files it names are relative to it. */
  readonly startedIn: string
  /** Loads the config file, the first time. */
  readonly board: () => Promise<Board>
}

/** 2: drift or problems were found. */
export type ExitCode = 0 | 2
/** Runs what a command does, tells its error, closes the board, and sets the exit code. */
export type Run = (command: Command, work: (session: Session) => Promise<ExitCode | void>) => Promise<void>

export function makeRun(streams: Streams): Run {
  return async (command, work) => {
    const options = command.optsWithGlobals<GlobalOptions>()
    const output = makeOutput(streams, options)
    listenForStrays(output)
    const startedIn = process.cwd()
    let board: Promise<Board> | undefined
    let code: number
    try {
      const session: Session = {
        output,
        actor: actorNamed(options.actor),
        startedIn,
        board: () => (board ??= import('./load-board.ts').then(({ loadBoard }) => loadBoard(startedIn, options.config))),
      }
      code = (await work(session)) ?? 0
    } catch (error) {
      output.fail(error)
      code = exitCodeOf(error)
    }
    try {
      const opened = await board?.catch(() => undefined)
      await opened?.close()
    } catch (error) {
      // The result is out already.
      output.warn(`The board could not be closed: ${error instanceof Error ? error.message : 'something was thrown'}`)
      code = 1
    }
    process.exitCode = code
  }
}

export function makeOutput(streams: Streams, options: { readonly json?: boolean; readonly color: boolean }): Output {
  const debug = !['', '0', undefined].includes(process.env['PLUGBOARD_DEBUG'])
  return new Output({ streams, json: options.json === true, color: options.color, debug })
}

/** What the application's code throws beside every call (a late rejection) must not end the command, nor print what it holds. */
function listenForStrays(output: Output): void {
  let told = false
  const tell = (): void => {
    if (!told) output.warn("Something in the application's code failed beside the command, and nobody caught it.")
    told = true
  }
  process.on('unhandledRejection', tell).on('uncaughtException', tell)
}
