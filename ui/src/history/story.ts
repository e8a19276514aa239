import type { ReactNode } from 'react'
import type { HistoryEntry, Status } from '../api/client.ts'
import type { MessageKey, Words } from '../messages/index.ts'

export interface Story {
  readonly headline: ReactNode
  readonly detail: ReactNode | null
}

/** What a plugin calls the fields of its config, by dotted path. */
export type Titles = ReadonlyMap<string, string>
const none: Titles = new Map()

/** A write in words: who did what to what. `within`: the page is about this very instance, and need not name it. */
export function storyOf(entry: HistoryEntry, words: Words, within = false, titles: Titles = none): Story {
  const { t, rich } = words
  const who = entry.actor.name
  const name = entry.instance === null ? '' : entry.instance.name
  const on = (key: string): MessageKey => `story.${key}${within ? '.it' : ''}` as MessageKey
  const say = (key: string, values: Readonly<Record<string, string | number>> = {}, detail: ReactNode = null): Story => ({
    headline: rich(on(key), { who, name, ...values }),
    detail,
  })
  const before = fieldsOf(entry.before)
  const after = fieldsOf(entry.after)
  const fields = entry.changed.map((path) => fieldName(path, words, titles))
  switch (entry.action) {
    case 'create':
      return say('create', {}, fields.length > 0 ? t('story.withFields', { count: fields.length }) : null)
    case 'status': {
      const status = statusWord(after.status, words)
      return say('status', { status }, before.status === undefined ? null : t('story.was', { value: statusWord(before.status, words) }))
    }
    case 'update': {
      if (entry.changed.length === 1 && entry.changed[0] === 'name')
        return say('rename', {}, t('story.became', { before: textOf(before.name), after: textOf(after.name) }))
      return say(
        fields.length === 1 ? 'updateOne' : 'update',
        { count: fields.length, field: fields[0] ?? '' },
        fields.length > 1 ? list(fields, words) : null,
      )
    }
    case 'reorder': {
      const moved = movedIn(entry)
      return { headline: rich('story.reorder', { who }), detail: moved }
    }
    case 'strategy':
      return {
        headline: rich('story.strategy', { who, strategy: strategyWord(after.strategy, words) }),
        detail: t('story.was', { value: strategyWord(before.strategy, words) }),
      }
    case 'rollback':
      return say('rollback', {}, fields.length > 0 ? list(fields, words) : null)
    case 'remove':
    case 'restore':
    case 'eject':
    case 'reinstate':
    case 'take_over':
    case 'reload':
    case 'migrate':
      return say(entry.action)
    case 'sync':
    case 'rotate':
    case 'purge':
      return { headline: rich(`story.${entry.action}`, { who }), detail: null }
    default:
      return say('other', { action: entry.action }, fields.length > 0 ? list(fields, words) : null)
  }
}

function fieldsOf(row: HistoryEntry['before']): { readonly name?: unknown; readonly status?: unknown; readonly strategy?: unknown } {
  return row ?? {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function statusWord(status: unknown, { t }: Words): string {
  return status === 'active' || status === 'reserved' || status === 'disabled' ? t(`status.${status satisfies Status}`) : ''
}

function strategyWord(strategy: unknown, { t }: Words): string {
  return typeof strategy === 'string' ? t(`strategy.${strategy}` as MessageKey) : t('strategy.code')
}

/** `config.baseUrl` → `Base url`; names of operators' own fields in their words. */
export function fieldName(path: string, { t }: Words, titles: Titles = none): string {
  if (path === 'name' || path === 'status' || path === 'priority' || path === 'weight' || path === 'tags' || path === 'config')
    return t(`field.${path}`)
  const known = titles.get(path.replace(/^config\./, ''))
  if (known !== undefined) return known
  const last =
    path
      .replace(/^config\./, '')
      .split('.')
      .at(-1) ?? path
  const inWords = last
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
  return `${inWords.charAt(0).toUpperCase()}${inWords.slice(1)}`
}

function list(fields: readonly string[], { locale }: Words): string {
  return new Intl.ListFormat(locale, { type: 'unit' }).format(fields)
}

function movedIn(_entry: HistoryEntry): ReactNode | null {
  return null
}
