import { stripVTControlCharacters } from 'node:util'
import { textWidth } from './text-width.ts'

/** One column: its heading, and on which side its cells stand. */
export interface Column {
  readonly title: string
  readonly align?: 'right'
}

/**
 * Lays rows out in columns under their headings. Cells may be coloured; what they hold must already be fit to be shown.
 *
 * @param paintHeading Colours the line of headings.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paintHeading: (text: string) => string = (text) => text,
): string {
  const widthOf = (cell: string): number => textWidth(stripVTControlCharacters(cell))
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...rows.map((row) => widthOf(row[index] ?? ''))))
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? ''
        const gap = ' '.repeat((widths[index] ?? 0) - widthOf(cell))
        return align === 'right' ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
  return [paintHeading(line(columns.map(({ title }) => title))), ...rows.map(line)].join('\n')
}
