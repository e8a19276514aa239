import type { Command } from 'commander'
import type { Board } from '../../index.ts'
import { allInstances, versionsOf, type IndexedInstance } from '../board-inside.ts'
import { UsageError } from '../cli-errors.ts'
import type { Paint } from '../paint.ts'
import { relativeTime } from '../relative-time.ts'
import { removedInstances, type RemovedInstance } from '../removed-instances.ts'
import type { ExitCode, Run } from '../session.ts'
import { showStatus, showTags } from '../show.ts'
import { table } from '../table.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

interface ListOptions {
  readonly removed?: boolean
  readonly discover?: boolean
}

export function addList(program: Command, run: Run): void {
  program
    .command('list')
    .argument('[type]', 'key of a type')
    .option('--removed', 'those that were removed and can be restored, the latest first')
    .option('--discover', 'dependencies that declare plugins in their package.json; none of their code is loaded by this')
    .description('list instances in the order of selection, without opening a config; it needs no keys')
    .addHelpText(
      'after',
      helpText({
        examples: [
          'list',
          'list payment-gateway',
          'list --removed',
          'list --discover',
          'list --json | jq \'.types[].instances[] | select(.status == "active") | .name\'',
        ],
        json:
          '{ types: [{ key, label, registered, plugins: [{ key, label, configurable }],\n' +
          '  instances: [{ id, type, plugin, name, status, priority, weight, tags, managedBy, registered, configured, configVersion: { stored, code }, keyId,\n' +
          '  revision, createdAt, updatedAt }] }] }\n' +
          '  With --removed: { removed: [{ id, type, plugin, name, priority, tags, removedAt }] }. Times are milliseconds since 1970.\n' +
          '  With --discover: { packages: [{ name, version, folder, entries: [path], loaded: ["type/plugin"], problem }] }.',
        exit2: '--discover found a package whose plugins can not be loaded.',
      }),
    )
    .action((type: string | undefined, options: ListOptions, command: Command) =>
      run(command, async ({ board, output }): Promise<ExitCode> => {
        if (options.discover === true && (options.removed === true || type !== undefined))
          throw new UsageError('--discover goes alone: packages are listed, not instances.')
        const opened = await board()
        if (options.discover === true) {
          const { describePackages, discoveredPackages } = await import('../discovered-packages.ts')
          const packages = await discoveredPackages(opened)
          output.result({ packages }, (paint) => describePackages(packages, paint))
          return packages.some(({ problem }) => problem !== null) ? 2 : 0
        }
        if (options.removed === true) {
          const removed = await listRemoved(opened, type)
          output.result({ removed }, (paint) => describeRemoved(removed, paint, Date.now()))
          return 0
        }
        const types = await listTypes(opened, type)
        output.result({ types }, (paint) => describe(types, opened.internals.keyring?.ids ?? [], { paint, now: Date.now() }))
        return 0
      }),
    )
}

interface ListedType {
  readonly key: string
  readonly label: string
  /** Whether this code has it. */
  readonly registered: boolean
  readonly plugins: readonly { readonly key: string; readonly label: string; readonly configurable: boolean }[]
  readonly instances: readonly ListedInstance[]
}
type ListedInstance = ReturnType<typeof listed>

async function listRemoved(board: Board, only: string | undefined): Promise<readonly RemovedInstance[]> {
  const all = await removedInstances(board)
  if (only === undefined) return all
  const found = all.filter(({ type }) => type === only)
  // By an alias, or the error that names the types there are.
  return found.length > 0 ? found : all.filter(({ type }) => type === board.internals.registry.type(only).key)
}

function describeRemoved(removed: readonly RemovedInstance[], paint: Paint, now: number): string {
  if (removed.length === 0) return 'No instance was removed.'
  const rows = removed.map((each) => [
    visibleLine(each.type),
    visibleLine(each.name),
    visibleLine(each.plugin),
    relativeTime(each.removedAt, now),
    paint.dim(each.id),
  ])
  return table(
    ['TYPE', 'NAME', 'PLUGIN', 'REMOVED', 'ID'].map((title) => ({ title })),
    rows,
    paint.bold,
  )
}

async function listTypes(board: Board, only: string | undefined): Promise<readonly ListedType[]> {
  const all = await allInstances(board)
  const { registry, runtime } = board.internals
  const known = [...registry.types.values()].map((type) => ({
    key: type.key,
    label: type.label,
    registered: true,
    plugins: [...type.plugins.values()].map(({ key, label, config }) => ({ key, label, configurable: config !== undefined })),
    instances: runtime.index.ordered(type).map(listed),
  }))
  const others = [...runtime.index.typeRows()].filter((row) => registry.typeNamed(row.key) === undefined)
  const unknown = others.map(({ id, key, label }) => ({
    key,
    label,
    registered: false,
    plugins: [],
    instances: all.filter(({ row }) => row.typeId === id).map(listed),
  }))
  const types = [...known, ...unknown]
  if (only === undefined) return types
  const found = types.filter(({ key }) => key === only)
  // By an alias, or the error that names the types there are.
  return found.length > 0 ? found : types.filter(({ key }) => key === registry.type(only).key)
}

function listed({ row, typeKey, pluginKey, plugin }: IndexedInstance) {
  const { id, name, status, priority, weight, tags, managedBy, revision, createdAt, updatedAt } = row
  const configured = row.hasConfig || (plugin !== undefined && plugin.config === undefined)
  return {
    id,
    type: typeKey,
    plugin: pluginKey,
    name,
    status,
    priority,
    weight,
    tags,
    managedBy,
    registered: plugin !== undefined,
    configured,
    configVersion: versionsOf({ row, plugin }),
    keyId: row.keyId,
    revision,
    createdAt,
    updatedAt,
  }
}

/** What the row alone tells: nothing is opened. */
function stateOf(
  { registered, configured, keyId, configVersion: { stored, code } }: ListedInstance,
  keys: readonly string[],
  paint: Paint,
): string {
  if (!registered) return paint.red('code missing')
  if (!configured) return paint.red('needs config')
  if (keyId !== null && !keys.includes(keyId)) return paint.red(`key ${visibleLine(keyId)} missing`)
  if (stored === null || code === null || stored === code) return ''
  return stored > code ? paint.red(`config version ${stored}, code ${code}`) : paint.dim(`config version ${stored} of ${code}`)
}

function describe(
  types: readonly ListedType[],
  keys: readonly string[],
  { paint, now }: { readonly paint: Paint; readonly now: number },
): string {
  const instances = types.flatMap((type) => type.instances)
  const rows = instances.map((each) => [
    visibleLine(each.type),
    visibleLine(each.name),
    visibleLine(each.plugin),
    showStatus(paint, each.status),
    String(each.priority),
    showTags(each.tags),
    visibleLine(each.managedBy ?? ''),
    relativeTime(each.updatedAt, now),
    stateOf(each, keys, paint),
    paint.dim(each.id),
  ])
  const columns = [
    { title: 'TYPE' },
    { title: 'NAME' },
    { title: 'PLUGIN' },
    { title: 'STATUS' },
    { title: 'PRIORITY', align: 'right' },
    { title: 'TAGS' },
    { title: 'MANAGED BY' },
    { title: 'CHANGED' },
    { title: 'STATE' },
    { title: 'ID' },
  ] as const
  // A column in which nothing stands says nothing.
  const used = columns.map((_, index) => rows.some((row) => row[index] !== ''))
  const lines =
    rows.length === 0
      ? []
      : [
          table(
            columns.filter((_, index) => used[index]),
            rows.map((row) => row.filter((_, index) => used[index])),
            paint.bold,
          ),
        ]
  const empty = types
    .filter((type) => type.registered && type.instances.length === 0)
    .map(({ key, plugins }) => {
      const create = `plugboard instance create ${visibleLine(key)} <plugin> --name <name>`
      const names = plugins.map((plugin) => visibleLine(plugin.key)).join(', ')
      return names === ''
        ? `${visibleLine(key)} has no instance, and no plugin.`
        : `${visibleLine(key)} has no instance. Plugins: ${names}. ${paint.dim(create)}`
    })
  return [...lines, ...empty].join('\n') || 'The board has no types.'
}
