const units: readonly (readonly [name: string, milliseconds: number])[] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** `3 hours ago`, `just now`. A clock of another machine may be ahead: that is `just now` as well. */
export function relativeTime(at: number, now: number): string {
  const passed = now - at
  for (const [name, milliseconds] of units) {
    const count = Math.floor(passed / milliseconds)
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'} ago`
  }
  return 'just now'
}
