import type { Scalar } from 'yaml'
import type { InstancesDocument } from '../operations/index.ts'

/**
 * Instances as the text of a file.
 *
 * @param comment Lines at the top; JSON has no place for them.
 */
export async function instancesText(document: InstancesDocument, format: 'yaml' | 'json', comment: string): Promise<string> {
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`
  const { Document, isMap, isSeq, visit } = await import('yaml')
  // Quoted where an older YAML would read something else: yes, on, 010.
  const written = new Document(document, { version: '1.2', compat: 'yaml-1.1', aliasDuplicateObjects: false })
  const instances = written.get('instances')
  if (isSeq(instances)) for (const item of instances.items.slice(1)) if (isMap(item)) item.spaceBefore = true
  visit(written, { Scalar: (_, scalar) => quoteDangerous(scalar) })
  written.commentBefore = comment
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n')
  const text = written.toString({ lineWidth: 0 })
  return text.replace(dangerous, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// What a terminal, or a reader, would take for something else: C0 but the line feed, DEL, C1, what turns the direction, other line ends, half a character.
// eslint-disable-next-line no-control-regex -- they are what is looked for.
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/
const halves = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const dangerous = new RegExp(`${controls.source}|${halves.source}`, 'g')

/** Between double quotes each of them can be written out. */
function quoteDangerous(scalar: Scalar): void {
  if (typeof scalar.value === 'string' && scalar.value.search(dangerous) !== -1) scalar.type = 'QUOTE_DOUBLE'
}
