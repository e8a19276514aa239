import { describe, expect, test } from 'vitest'
import { commandLine } from './operator.ts'
import { screen } from './screen.ts'

describe('the screen', () => {
  const written: string[] = []
  const output = (isTTY: boolean) => ({ isTTY, columns: 100, write: (text: string) => written.push(text) })

  test('draws a bar on a terminal, and keeps it below what is said meanwhile', () => {
    written.length = 0
    const terminal = screen(output(true), { colour: false })
    terminal.progress(180, 360, 'by SMTP main')
    terminal.line('order 181  something')
    terminal.endProgress()
    expect(written.join('')).toMatch(/█+░+ 180 of 360 {2}by SMTP main/)
    expect(written[1]?.startsWith('\r\u001B[2Korder 181  something\n  █')).toBe(true)
  })

  test('writes plain lines into a pipe, one for each tenth', () => {
    written.length = 0
    const pipe = screen(output(false), { colour: false })
    for (let done = 1; done <= 360; done++) pipe.progress(done, 360, 'by SMTP main')
    expect(written.length).toBe(10)
    expect(written[0]).toBe('   10 %  36 of 360 orders  by SMTP main\n')
    expect(written.join('')).not.toContain('\r')
    expect(written.join('')).not.toContain('\u001B')
  })

  test('shows a command as one types it', () => {
    expect(commandLine(['instance', 'disable', 'SMTP main'])).toBe('plugboard instance disable "SMTP main"')
    expect(commandLine(['instance', 'create', '--set', 'user=$HOME "x"'])).toBe('plugboard instance create --set "user=\\$HOME \\"x\\""')
  })
})
