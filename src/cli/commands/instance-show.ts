import type { Command } from 'commander'
import type { InstanceDetail, Json } from '../../index.ts'
import type { Paint } from '../paint.ts'
import { relativeTime } from '../relative-time.ts'
import { resolveInstance } from '../resolve-instance.ts'
import type { Run } from '../session.ts'
import { showStatus, showTags, showValue } from '../show.ts'
import { visible, visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

export function addShow(instance: Command, run: Run): void {
  instance
    .command('show')
    .argument('<instance>', 'id, name, type/name or type/plugin/name')
    .description('show an instance and its config; of a secret only whether it is set, or what it refers to')
    .addHelpText(
      'after',
      helpText({
        examples: ['instance show "SMTP main"', 'instance show notifier/smtp/Spare --json | jq .instance.config'],
        json:
          '{ instance: { id, type, plugin, name, status, priority, weight, tags, managedBy, revision, configRevision, configVersion: { stored, code },\n' +
          '  createdAt, updatedAt,' +
          '  state: { ok } | { ok: false, reason, text }, config: {…} | null, secrets: [{ path, set, reference?, resolves? }] } }\n  Times are milliseconds since 1970.',
      }),
    )
    .action((reference: string, _options: object, command: Command) =>
      run(command, async ({ board, output }) => {
        const opened = await board()
        const { row } = await resolveInstance(opened, reference)
        const detail = await opened.admin.get(row.id)
        output.result({ instance: detail }, (paint) => describe(detail, paint, Date.now()))
      }),
    )
}

function describe(detail: InstanceDetail, paint: Paint, now: number): string {
  const facts: readonly (readonly [string, string])[] = [
    ['name', visibleLine(detail.name)],
    ['id', detail.id],
    ['type', visibleLine(detail.type)],
    ['plugin', visibleLine(detail.plugin)],
    ['status', showStatus(paint, detail.status)],
    ['priority', String(detail.priority)],
    ['weight', String(detail.weight)],
    ['tags', showTags(detail.tags) || '-'],
    ...(detail.managedBy === null ? [] : [['managed by', visibleLine(detail.managedBy)] as const]),
    ['revision', String(detail.revision)],
    ...(detail.configVersion.stored === null ? [] : [['config version', versionText(detail.configVersion)] as const]),
    ['created', relativeTime(detail.createdAt, now)],
    ['changed', relativeTime(detail.updatedAt, now)],
    ['state', detail.state.ok ? paint.green('ok') : paint.red(`${detail.state.reason}: ${visible(detail.state.text)}`)],
  ]
  const fields = detail.config === null ? [] : fieldsOf(detail.config, '')
  const secrets = detail.secrets.map((secret) => [secret.path, showSecret(secret, paint)] as const)
  const config = [...fields, ...secrets].map(([path, value]) => `  ${visibleLine(path)} = ${value}`)
  const width = Math.max(...facts.map(([name]) => name.length))
  return [
    ...facts.map(([name, value]) => `${paint.bold(name.padEnd(width))}  ${value}`),
    ...(config.length === 0 ? [] : [paint.bold('config'), ...config]),
  ].join('\n')
}

function versionText({ stored, code }: InstanceDetail['configVersion']): string {
  if (code === null || stored === code) return String(stored)
  return `${stored}; the code here has ${code}${stored !== null && stored < code ? ': the next save, or plugboard migrate-configs, brings it there' : ''}`
}

function showSecret({ set, reference, resolves }: InstanceDetail['secrets'][number], paint: Paint): string {
  if (reference === undefined) return paint.dim(set ? '(secret, set)' : '(secret, not set)')
  return `${visibleLine(reference)} ${resolves === false ? paint.red('(does not resolve)') : paint.dim('(resolves)')}`
}

/** One line for each field, groups opened, lists whole. */
function fieldsOf(value: Json, path: string): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, showValue(value)]]
  return Object.entries(value).flatMap(([name, item]) => fieldsOf(item, path === '' ? name : `${path}.${name}`))
}
