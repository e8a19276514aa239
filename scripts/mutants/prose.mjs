/**
 * A plugin of Stryker that leaves the sentences of messages alone: emptying one says nothing about the behaviour, and a test of its wording would
 * only repeat it. A sentence has letters and a space; keys, codes, separators and formats have not, and are mutated. So is a sentence in which
 * something is decided.
 */
export const strykerPlugins = [
  { kind: 'Ignore', name: 'prose', value: { shouldIgnore: ({ node }) => (isProse(node) ? 'a sentence of a message' : undefined) } },
]

/** Whether a node of Babel's syntax tree is text for people and nothing else. */
export function isProse(node) {
  if (node.type === 'StringLiteral') return isSentence(node.value)
  return (
    node.type === 'TemplateLiteral' && isSentence(node.quasis.map((part) => part.value.raw).join('0')) && node.expressions.every(isPlain)
  )
}

function isSentence(text) {
  return /[a-z]{2}/i.test(text) && /\s/.test(text)
}

/** Names, members and calls: nothing that could be decided otherwise. */
function isPlain(node) {
  switch (node.type) {
    case 'Identifier':
    case 'StringLiteral':
    case 'NumericLiteral':
      return true
    case 'MemberExpression':
      return isPlain(node.object) && isPlain(node.property)
    case 'CallExpression':
      return isPlain(node.callee) && node.arguments.every(isPlain)
    default:
      return false
  }
}
