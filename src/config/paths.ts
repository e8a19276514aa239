/** Whether a path is `start`, or leads on from it. Paths are compared step by step: a name may hold a dot. */
export function isWithin(path: readonly string[], start: readonly string[]): boolean {
  return start.every((step, index) => step === path[index])
}

export function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && isWithin(a, b)
}

/** Each path once. */
export function uniquePaths(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()]
}
