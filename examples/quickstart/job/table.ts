/** Rows under headings, columns as wide as their longest cell; those named in `right` stand to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): readonly string[] {
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const format = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('   ')
      .trimEnd()
  return [format(headings), widths.map((width) => '─'.repeat(width)).join('   '), ...rows.map(format)]
}
