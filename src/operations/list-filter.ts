import type { InstanceStatus } from '../contract/index.ts'
import type { IndexedInstance } from '../runtime/index.ts'
import { containing } from './list-search.ts'
import { rowState } from './row-state.ts'
import type { OperationScope } from './scope.ts'

/** What a list is narrowed to; all of it must hold. */
export interface ListFilter {
  readonly status?: InstanceStatus
  /** Key of a plugin. */
  readonly plugin?: string
  readonly tag?: string
  /** `problem`: what can't be used as it stands. `ok`: the rest. */
  readonly state?: 'ok' | 'problem'
  /** Every word stands somewhere in the name, a tag, or the plugin's key; whether it is written large or small does not matter. */
  readonly search?: string
}

/** The same for filters that narrow to the same. */
export function filterKey({ status, plugin, tag, state, search }: ListFilter): string {
  return JSON.stringify([status, plugin, tag, state, wordsOf(search)])
}

/** The instances of a list that a filter leaves, in their order. The list itself where it leaves all. */
export function matching(scope: OperationScope, list: readonly IndexedInstance[], filter: ListFilter): readonly IndexedInstance[] {
  const { status, plugin, tag, state } = filter
  const words = wordsOf(filter.search)
  const found = words.length === 0 ? list : containing(list, words)
  const tests: ((each: IndexedInstance) => boolean)[] = []
  if (status !== undefined) tests.push(({ row }) => row.status === status)
  if (plugin !== undefined) tests.push((each) => each.pluginKey === plugin)
  if (tag !== undefined) tests.push(({ row }) => row.tags.includes(tag))
  if (state !== undefined) tests.push((each) => rowState(scope, each).ok === (state === 'ok'))
  return tests.length === 0 ? found : found.filter((each) => tests.every((holds) => holds(each)))
}

function wordsOf(search: string = ''): readonly string[] {
  return search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}
