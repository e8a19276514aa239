import type { Command } from 'commander'
import type { Board } from '../../index.ts'
import { configFields, type ConfigField } from '../config-fields.ts'
import type { Paint } from '../paint.ts'
import type { Run } from '../session.ts'
import { count, showValue } from '../show.ts'
import { table } from '../table.ts'
import { visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

export function addPlugins(program: Command, run: Run): void {
  program
    .command('plugins')
    .argument('[type]', 'key of a type')
    .argument('[plugin]', 'key of one of its plugins')
    .description('list what the code registers; of one type, or one plugin, with the fields of its config. It asks no database')
    .addHelpText(
      'after',
      helpText({
        examples: ['plugins', 'plugins notifier smtp', "plugins --json | jq '.types[].plugins[].key'"],
        json:
          '{ types: [{ key, label, description, methods: { name: "once" | "repeatable" }, plugins: [{ key, label, description, priority, configurable,\n' +
          '  fields: [{ path, type, required, secret, boundTo: [path], default?, title, description }] }] }] }',
      }),
    )
    .action((type: string | undefined, plugin: string | undefined, _options: object, command: Command) =>
      run(command, async ({ board, output }) => {
        const types = registered(await board(), type, plugin)
        output.result({ types }, (paint) => describe(types, type !== undefined, paint))
      }),
    )
}

interface ListedPlugin {
  readonly key: string
  readonly label: string
  readonly description: string
  /** What a new instance begins with. */
  readonly priority: number
  readonly configurable: boolean
  readonly fields: readonly ConfigField[]
}
interface ListedType {
  readonly key: string
  readonly label: string
  readonly description: string
  readonly methods: Readonly<Record<string, string>>
  readonly plugins: readonly ListedPlugin[]
}

/** @throws UnknownTypeError, UnknownPluginError */
function registered(board: Board, onlyType: string | undefined, onlyPlugin: string | undefined): readonly ListedType[] {
  const { registry } = board.internals
  const types = onlyType === undefined ? [...registry.types.values()] : [registry.type(onlyType)]
  return types.map((type) => {
    const plugins = onlyPlugin === undefined ? [...type.plugins.values()] : [registry.plugin(type, onlyPlugin)]
    return {
      key: type.key,
      label: type.label,
      description: type.description,
      methods: Object.fromEntries(type.methods),
      plugins: plugins.map(({ key, label, description, priority, config }) => ({
        key,
        label,
        description,
        priority,
        configurable: config !== undefined,
        fields: config === undefined ? [] : configFields(config),
      })),
    }
  })
}

function describe(types: readonly ListedType[], withFields: boolean, paint: Paint): string {
  if (withFields)
    return types.flatMap((type) => type.plugins.map((plugin) => describePlugin(type, plugin, paint))).join('\n\n') || 'It has no plugin.'
  const rows = types.flatMap((type) =>
    type.plugins.map((plugin) => [
      visibleLine(type.key),
      visibleLine(plugin.key),
      visibleLine(plugin.label),
      plugin.configurable ? count(plugin.fields.length, 'field') : paint.dim('no config'),
      visibleLine(plugin.description),
    ]),
  )
  const without = types.filter(({ plugins }) => plugins.length === 0).map(({ key }) => `${visibleLine(key)} has no plugin.`)
  const columns = ['TYPE', 'PLUGIN', 'LABEL', 'CONFIG', 'DESCRIPTION'].map((title) => ({ title }))
  return [...(rows.length === 0 ? [] : [table(columns, rows, paint.bold)]), ...without].join('\n') || 'The code registers no type.'
}

function describePlugin(type: ListedType, plugin: ListedPlugin, paint: Paint): string {
  const create = `plugboard instance create ${visibleLine(type.key)} ${visibleLine(plugin.key)} --name <name>`
  const heading = [
    `${paint.bold(`${visibleLine(type.key)}/${visibleLine(plugin.key)}`)}  ${visibleLine(plugin.label)}`,
    ...(plugin.description === '' ? [] : [visibleLine(plugin.description)]),
  ]
  if (!plugin.configurable) return [...heading, 'It has no config.', paint.dim(create)].join('\n')
  const rows = plugin.fields.map((field) => [visibleLine(field.path), visibleLine(field.type), notes(field).join(', ')])
  const columns = ['FIELD', 'TAKES', ''].map((title) => ({ title }))
  const required = plugin.fields.filter((field) => field.required && field.default === undefined)
  const options = required.map(({ path, secret }) =>
    secret ? ` --set-env ${visibleLine(path)}=VARIABLE` : ` --set ${visibleLine(path)}=…`,
  )
  return [...heading, table(columns, rows, paint.bold), paint.dim(`${create}${options.join('')}`)].join('\n')
}

function notes({ required, secret, boundTo, default: value, title, description }: ConfigField): readonly string[] {
  return [
    required ? 'required' : '',
    secret ? `secret${boundTo.length === 0 ? '' : `, to be entered again when ${boundTo.map(visibleLine).join(' or ')} changes`}` : '',
    value === undefined ? '' : `default ${showValue(value)}`,
    visibleLine([title, description].filter((text) => text !== '').join(': ')),
  ].filter((note) => note !== '')
}
