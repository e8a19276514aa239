import type * as Yaml from 'yaml'
import type { Json } from '../contract/index.ts'
import { InstancesFileError, type FileIssue } from '../errors/index.ts'

/** What stands in a YAML or JSON text, and where. */
export interface ParsedText {
  readonly value: Json
  /** The place of a value, or of the nearest one around it. */
  readonly placeOf: (pointer: string) => { readonly line: number; readonly column: number }
}

/**
 * Reads YAML 1.2, and so JSON. What no JSON can say is refused, and so is what may be misread: doubled keys, aliases, tags, numbers that would be rounded.
 *
 * @param file What it is called in errors.
 * @throws InstancesFileError. It quotes nothing of the text but names of fields: the rest may be a secret.
 */
export async function parseYaml(text: string, file: string): Promise<ParsedText> {
  const yaml = await import('yaml')
  const counter = new yaml.LineCounter()
  const lineOf = (offset: number): { readonly line: number; readonly column: number } => {
    const { line, col } = counter.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const parsed = parse(yaml, text, counter, file)
  const found = [...parsed.errors, ...parsed.warnings]
  if (found.length > 0) {
    const issues = found.map(({ code, pos: [offset] }): FileIssue =>
      Object.assign({ pointer: '', message: words[code] ?? `it is not YAML here (${code})` }, lineOf(offset)),
    )
    throw new InstancesFileError(file, issues)
  }
  const reader = new TreeReader(yaml)
  const value = reader.read(parsed.contents, '')
  if (reader.issues.length > 0) {
    // Only the line: a name may have been typed into a secret.
    throw new InstancesFileError(
      file,
      reader.issues.map(({ offset, message }) => Object.assign({ pointer: '', message }, lineOf(offset))),
    )
  }
  return {
    value,
    placeOf: (pointer) => {
      for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
        const offset = reader.offsets.get(at)
        if (offset !== undefined || at === '') return lineOf(offset ?? 0)
      }
    },
  }
}

/** In our words: those of the parser may quote the text. */
const words: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias can have no tag',
  BAD_ALIAS: 'there is no such anchor, and aliases are not taken anyway: write it out',
  BAD_INDENT: 'the indentation does not fit',
  BLOCK_AS_IMPLICIT_KEY: 'a key and its value do not fit on one line like this',
  MISSING_CHAR: 'a sign is missing: a comma, a colon, a quote or a bracket',
  MULTIPLE_DOCS: 'there is more than one document. Take out what follows ---',
  TAB_AS_INDENT: 'a tab stands in the indentation. Use spaces',
  TAG_RESOLVE_FAILED: 'a tag stands here that JSON does not have. Take it out',
  UNEXPECTED_TOKEN: 'something stands here that YAML does not expect',
}

function parse(yaml: typeof Yaml, text: string, lineCounter: Yaml.LineCounter, file: string): Yaml.Document.Parsed {
  try {
    // Its own search for doubled keys takes forever in a large map.
    return yaml.parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, schema: 'core', version: '1.2' })
  } catch (error) {
    // The parser calls itself for each level.
    const message = error instanceof RangeError ? 'it is nested too deeply' : 'it is not YAML'
    throw new InstancesFileError(file, [{ pointer: '', message }], { cause: error })
  }
}

/** Reads a tree of nodes into JSON. */
class TreeReader {
  readonly issues: { readonly message: string; readonly offset: number }[] = []
  readonly offsets: Map<string, number> = new Map()
  readonly #yaml: typeof Yaml

  constructor(yaml: typeof Yaml) {
    this.#yaml = yaml
  }

  read(node: unknown, pointer: string): Json {
    const { isAlias, isMap, isScalar, isSeq } = this.#yaml
    if (isAlias(node)) return this.#refuse(node, 'an alias (*) is not taken: it can make a small file huge. Write it out')
    if (this.#yaml.isNode(node) && !coreTags.has(node.tag ?? ''))
      return this.#refuse(node, 'a tag stands here that JSON does not have. Take it out')
    if (isScalar(node)) return this.#scalar(node)
    if (isSeq(node)) return node.items.map((item, index) => this.#item(item, `${pointer}/${index}`))
    if (isMap(node)) return this.#map(node, pointer)
    return null
  }

  #item(item: unknown, pointer: string): Json {
    if (this.#yaml.isNode(item)) this.offsets.set(pointer, offsetOf(item))
    return this.read(item, pointer)
  }

  #map(map: Yaml.YAMLMap, pointer: string): Json {
    const value: Record<string, Json> = {}
    for (const { key, value: item } of map.items) {
      const name = this.#yaml.isScalar(key) ? nameOf(key) : undefined
      if (name === undefined || name === '__proto__') {
        this.#refuse(key, name === undefined ? 'a name must be a text' : "'__proto__' can't be a name")
        continue
      }
      const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      if (Object.hasOwn(value, name)) this.#refuse(key, 'this name stands here twice')
      this.offsets.set(at, offsetOf(key))
      value[name] = this.read(item, at)
    }
    return value
  }

  #scalar(scalar: Yaml.Scalar): Json {
    const { value } = scalar
    if (typeof value === 'number' && isRounded(value, scalar.source ?? ''))
      return this.#refuse(scalar, 'this number is too large to be kept exactly. If it is a text, put it in quotes')
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
    return this.#refuse(scalar, 'this is no value that JSON has')
  }

  #refuse(node: unknown, message: string): null {
    this.issues.push({ message, offset: offsetOf(node) })
    return null
  }
}

const coreTags: ReadonlySet<string> = new Set([
  '',
  ...['map', 'seq', 'str', 'int', 'float', 'bool', 'null'].map((name) => `tag:yaml.org,2002:${name}`),
])

/** Whether a whole number is not the one that is written. */
function isRounded(value: number, source: string): boolean {
  return !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(source) && String(value) !== source.replace(/^\+/, '')
}

/** As it is written: `010` as a name is no ten. */
function nameOf({ value, source, type }: Yaml.Scalar): string | undefined {
  if (typeof value === 'string') return value
  return value === null || type !== 'PLAIN' ? undefined : source
}

function offsetOf(node: unknown): number {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0
}
