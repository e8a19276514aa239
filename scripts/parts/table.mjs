/** Lays rows out in columns; the first row is the heading. Cells right of `textColumns` are numbers and stand to the right. */
export function table(rows, { textColumns = 1 } = {}) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column < textColumns ? String(cell).padEnd(widths[column]) : String(cell).padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  )
  return [lines[0], widths.map((width) => '─'.repeat(width)).join('  '), ...lines.slice(1)].join('\n')
}
