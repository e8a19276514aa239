import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { MethodKind } from '../../index.ts'
import { release } from '../../release.ts'
import { ConfigFileError, OutputFileError, UsageError } from '../cli-errors.ts'
import { findConfig } from '../find-config.ts'
import { askText, isConversation } from '../prompts.ts'
import type { Session } from '../session.ts'
import { visibleLine } from '../visible.ts'
import { className, pluginPackage, type PluginPackage } from './plugin-package.ts'
import { nothingWritten, writeNew } from './write-files.ts'

export interface BeginPluginOptions {
  readonly key?: string
  readonly name?: string
  readonly folder?: string
  readonly methods?: string
  /** What `--config` says. */
  readonly config?: string | undefined
}

/** What a generated package is built with. */
const versions = { plugboard: `^${release}`, zod: '^4.2.0', typescript: '^5.9.3 || ^7.0.2', node: '^20.19.0', sqlite: '^1.2.0' }

/** Begins a package with a plugin, in a folder that is not there yet. @throws UsageError, UnknownTypeError, OutputFileError, CancelledError */
export async function beginPlugin(session: Session, type: string, options: BeginPluginOptions): Promise<void> {
  const { output, startedIn } = session
  const asks = isConversation(output)
  const key = options.key ?? (asks ? await askText('Key of the plugin', 'acme', keyProblem) : undefined)
  if (key === undefined) throw new UsageError('--key is needed: the key of the plugin, such as the name of its provider.')
  check('--key', key, keyProblem)
  check('<type>', type, keyProblem)
  const contract = await contractOf(session, options.config, type, options.methods)
  const name = options.name ?? `plugboard-${type}-${key}`.toLowerCase()
  check('--name', name, nameProblem)
  const folder = resolve(startedIn, options.folder ?? name.replace(/^@[^/]*\//, ''))
  if (existsSync(folder)) throw new OutputFileError(`'${folder}' is there already, and was left as it is. Name another one with --folder.`)
  const written = nothingWritten()
  for (const { path, text } of pluginPackage({ ...contract, name, key, versions })) writeNew(folder, path, text, written)
  const way = relative(startedIn, folder) || '.'
  const next = [`cd ${way}`, 'npm install', 'npm test', 'npm publish']
  output.result({ folder, name, type: contract.type, plugin: key, created: written.created, next }, (paint) =>
    [
      `A package with a plugin '${visibleLine(key)}' of '${visibleLine(contract.type)}', in ${visibleLine(folder)}:`,
      ...written.created.map((path) => `  ${paint.green('+')} ${path}`),
      'Next:',
      ...next.map((each) => `  ${visibleLine(each)}`),
    ].join('\n'),
  )
}

type ContractFacts = Pick<PluginPackage, 'type' | 'typeLabel' | 'contract' | 'methods'>

/** What the board knows of a type; or what was typed. @throws UnknownTypeError, UsageError */
async function contractOf(session: Session, config: string | undefined, type: string, typed: string | undefined): Promise<ContractFacts> {
  if (typed !== undefined) return { type, typeLabel: className(type), contract: className(type), methods: methodsIn(typed) }
  if (!hasBoard(session.startedIn, config))
    throw new UsageError(
      'There is no plugboard.config here that knows the methods of the type. Give them: --methods charge:once,refund:repeatable.',
    )
  const board = await session.board()
  const registered = board.internals.registry.type(type)
  const methods: Readonly<Record<string, MethodKind>> = Object.fromEntries(registered.methods)
  const name = registered.class.name
  return { type: registered.key, typeLabel: registered.label, contract: isName(name) ? name : className(registered.key), methods }
}

function hasBoard(from: string, named: string | undefined): boolean {
  try {
    return findConfig(from, named) !== ''
  } catch (error) {
    if (error instanceof ConfigFileError && named === undefined) return false
    throw error
  }
}

/** @throws UsageError */
function methodsIn(list: string): Readonly<Record<string, MethodKind>> {
  const methods: Record<string, MethodKind> = {}
  for (const each of list.split(',')) {
    const [name = '', kind = ''] = each.trim().split(':')
    if (!isName(name) || reserved.has(name) || (kind !== 'once' && kind !== 'repeatable'))
      throw new UsageError('--methods takes names, each with once or repeatable: charge:once,refund:repeatable.')
    methods[name] = kind
  }
  return methods
}

const reserved: ReadonlySet<string> = new Set([
  'constructor',
  'then',
  'onStart',
  'onTest',
  'onDispose',
  'config',
  'instance',
  'signal',
  '__proto__',
])

function isName(text: string): boolean {
  return /^[A-Za-z_][\w]*$/.test(text)
}

function check(option: string, value: string, problemOf: (text: string) => string | undefined): void {
  const problem = problemOf(value)
  if (problem !== undefined) throw new UsageError(`${option} ${problem}.`)
}

function keyProblem(key: string): string | undefined {
  return /^[A-Za-z0-9][\w.-]{0,99}$/.test(key)
    ? undefined
    : 'takes a key: 1 to 100 of a-z A-Z 0-9 . _ -, of which the first is a letter or digit'
}

function nameProblem(name: string): string | undefined {
  return /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name) && name.length <= 214
    ? undefined
    : 'takes the name of an npm package: acme-sms, @acme/sms'
}
