import { styleText } from 'node:util'

/** Where the run's words go. */
export interface Screen {
  line(text?: string): void
  heading(text: string): void
  /** A bar that stays on the last line of a terminal; in a pipe a line at each tenth. */
  progress(done: number, total: number, note: string): void
  /** Takes the bar away. */
  endProgress(): void
}

export interface ScreenOutput {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const eraseLine = '\r\u001B[2K'

export function screen(output: ScreenOutput, { colour }: { readonly colour: boolean }): Screen {
  const terminal = output.isTTY === true
  const style = (format: 'bold' | 'cyan', text: string): string => (colour ? styleText(format, text) : text)
  let bar = ''
  let tenth = 0

  const line = (text = ''): void => {
    output.write(bar === '' ? `${text}\n` : `${eraseLine}${text}\n${bar}`)
  }
  return {
    line,
    heading: (text) => line(`\n${style('bold', text)}`),
    progress(done, total, note) {
      if (terminal) {
        const cells = Math.max(10, Math.min(40, (output.columns || 80) - 48))
        const full = Math.floor((done / total) * cells)
        bar = `  ${style('cyan', '█'.repeat(full))}${'░'.repeat(cells - full)} ${done} of ${total}  ${note}`
        output.write(`${eraseLine}${bar}`)
      } else if (Math.floor((done * 10) / total) > tenth) {
        tenth = Math.floor((done * 10) / total)
        line(`  ${String(tenth * 10).padStart(3)} %  ${done} of ${total} orders  ${note}`)
      }
    },
    endProgress() {
      if (bar !== '') output.write(eraseLine)
      bar = ''
      tenth = 0
    },
  }
}
