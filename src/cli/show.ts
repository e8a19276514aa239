import type { InstanceStatus, InstanceView } from '../index.ts'
import type { InstanceName } from './board-inside.ts'
import type { Paint } from './paint.ts'
import { visibleLine } from './visible.ts'

/** How things are written for people; every text of theirs passes `visibleLine`. */

/** `'SMTP main' (notifier/smtp)` */
export function showName({ name, type, plugin }: Omit<InstanceName, 'id'>): string {
  return `'${visibleLine(name)}' (${visibleLine(type)}/${visibleLine(plugin)})`
}

export function showStatus(paint: Paint, status: InstanceStatus): string {
  return { active: paint.green, reserved: paint.yellow, disabled: paint.dim }[status](status)
}

export function showTags(tags: InstanceView['tags']): string {
  return tags.map(visibleLine).join(', ')
}

/** A config value on one line: text in quotes, with what a terminal would act on written out. */
export function showValue(value: unknown): string {
  return visibleLine(JSON.stringify(value) ?? '')
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
