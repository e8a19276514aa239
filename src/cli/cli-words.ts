/** What the library's messages tell a developer to write, and what somebody at a terminal types instead. */
const words: readonly (readonly [code: RegExp, typed: string])[] = [
  [/save with \{ force: true \}/g, 'save with --force'],
  [/sync with \{ prune: true, force: true \}/g, 'add --force'],
  [/, or create the board with \{ (?:migrate|sync): 'on-start' \}/g, ''],
  [/ \(createBoard's keys option\)/g, ''],
  [
    / Give its plugins to createBoard\(\{ plugins \}\), or the type itself to createBoard\(\{ types \}\)\./g,
    ' Run plugboard plugins to see them.',
  ],
]

/** A message of the library, in the words of the command line. */
export function inCliWords(message: string): string {
  return words.reduce((text, [code, typed]) => text.replace(code, typed), message)
}
