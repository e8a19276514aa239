import { styleText } from 'node:util'

/** Colours for one stream; they leave the text as it is where the stream is no terminal or colours are not wanted. */
export interface Paint {
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly red: (text: string) => string
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

export interface PaintOptions {
  readonly isTerminal: boolean
  /** What `--no-color` leaves: false. */
  readonly wanted: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** `NO_COLOR` and `--no-color` win; `FORCE_COLOR` paints in a pipe too (https://no-color.org, https://force-color.org). */
export function makePaint({ isTerminal, wanted, env }: PaintOptions): Paint {
  const set = (name: string): boolean => env[name] !== undefined && env[name] !== ''
  const forced = set('FORCE_COLOR') && env['FORCE_COLOR'] !== '0'
  const on = wanted && !set('NO_COLOR') && (forced || (isTerminal && env['TERM'] !== 'dumb'))
  const style =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      on ? styleText(format, text, { validateStream: false }) : text
  return { green: style('green'), yellow: style('yellow'), red: style('red'), bold: style('bold'), dim: style('dim') }
}
