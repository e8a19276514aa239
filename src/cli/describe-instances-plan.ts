import type { FieldDiff, Hold, InstancesPlan, PlannedInstance } from '../index.ts'
import type { Paint } from './paint.ts'
import { count, showName, showValue } from './show.ts'
import { visibleLine } from './visible.ts'

/** What a file does, or would do, for people. */
export function describeInstancesPlan(plan: InstancesPlan, paint: Paint): string {
  const file = `'${visibleLine(plan.source)}'`
  const same = count(plan.unchanged, 'instance')
  if (plan.instances.length === 0) return `Nothing to do: ${same} as ${file} says.`
  const of = (action: PlannedInstance['action']): number => plan.instances.filter((each) => each.action === action).length
  const would = plan.applied ? '' : 'would be '
  const counts = [`${of('create')} ${would}created`, `${of('update')} ${would}changed`, `${of('remove')} ${would}removed`]
  const held = of('hold') === 0 ? '' : `, ${of('hold')} held`
  const title = `${file}: ${counts.join(', ')}${held}; ${same} as it says.`
  return [title, ...plan.instances.flatMap((each) => linesOf(each, paint))].join('\n')
}

function linesOf(each: PlannedInstance, paint: Paint): readonly string[] {
  const sign = { create: paint.green('+'), update: paint.yellow('~'), remove: paint.red('-'), hold: paint.yellow('!') }[each.action]
  const renamed = each.renamedFrom === null ? '' : `, until now '${visibleLine(each.renamedFrom)}'`
  const adopted = each.adopted ? ', comes under the file' : ''
  const needs = each.needs.map(visibleLine).join(', ')
  const name = visibleLine(each.name).replaceAll("'", '’')
  return [
    `  ${sign} ${showName(each)}${renamed}${adopted}${each.hold === null ? '' : `: ${holdText(each.hold)}`}`,
    ...each.changes
      .filter(({ field }) => field !== 'name')
      .map(({ field, from, to }) => `      ${field}: ${each.action === 'create' ? '' : `${showValue(from)} → `}${showValue(to)}`),
    ...each.config.map((field) => `      ${fieldText(field, paint)}`),
    ...(needs === ''
      ? []
      : [
          `      ${paint.yellow(`disabled until ${needs} is entered`)}: plugboard instance set '${name}' --set-env ${needs.split(', ')[0]}=VARIABLE, then apply again`,
        ]),
  ]
}

function holdText(hold: Hold): string {
  switch (hold.reason) {
    case 'not_managed':
      return 'is there already, and operators decide about it. --adopt has the file decide'
    case 'other_file':
      return `is managed by '${visibleLine(hold.file)}'. --adopt takes it from there`
    case 'not_listed':
      return 'is not in the file any more. --prune removes it, and it can be restored'
    case 'needs_secrets':
      return 'is as the file says, but for secrets that are not there'
  }
}

function fieldText({ path, secret, before, after, reference }: FieldDiff, paint: Paint): string {
  const name = visibleLine(path === '' ? 'config' : `config.${path}`)
  if (reference !== undefined) {
    const [was, is] = [reference.before, reference.after].map((text) =>
      text === null ? paint.dim('(a secret, or none)') : visibleLine(text),
    )
    return `${name}: ${was} → ${is}`
  }
  if (secret) return `${name}: (secret, changes)`
  const shown = (value: unknown): string => (value === undefined ? paint.dim('(nothing)') : showValue(value))
  return `${name}: ${shown(before)} → ${shown(after)}`
}
