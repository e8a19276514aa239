/**
 * What is kept of the last run, without the survivors that must be tried again: of a mutant in what a file does while it loads Stryker does not know which
 * tests come there, so that a new test alone would not make it try.
 */
export function withoutToTryAgain(kept) {
  const files = Object.entries(kept.files).map(([name, file]) => [
    name,
    { ...file, mutants: file.mutants.filter((mutant) => !(mutant.static === true && mutant.status === 'Survived')) },
  ])
  return { ...kept, files: Object.fromEntries(files) }
}
