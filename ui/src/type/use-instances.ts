import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { InstancePage, Summary } from '../api/client.ts'
import { ask, keyOf } from '../api/queries.ts'

/** So many are read at once. */
const pageSize = 200

export const sorts = ['', 'name', 'plugin', 'updated', 'created'] as const

export interface ListState {
  readonly q: string
  readonly status: string
  readonly plugin: string
  readonly state: string
  readonly sort: (typeof sorts)[number]
  readonly descending: boolean
}

export interface Instances {
  readonly items: readonly Summary[]
  readonly page: InstancePage | undefined
  readonly error: unknown
  readonly pending: boolean
  /** When they were read. */
  readonly at: number
  readonly hasMore: boolean
  readonly more: () => void
  readonly retry: () => void
}

/** The instances of a type as the filters leave them, page by page. */
export function useInstances(type: string, { q, status, plugin, state, sort, descending }: ListState): Instances {
  const query = {
    limit: pageSize,
    ...(q === '' ? {} : { search: q }),
    ...(status === '' ? {} : { status }),
    ...(plugin === '' ? {} : { plugin }),
    ...(state === '' ? {} : { state }),
    ...(sort === '' ? {} : { sort }),
    ...(descending ? { descending } : {}),
  }
  const options = { params: { type }, query }
  const found = useInfiniteQuery({
    queryKey: [...keyOf('listTypeInstances', options), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      ask('listTypeInstances', { ...options, query: pageParam === null ? query : { ...query, after: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: InstancePage) => last.next,
    placeholderData: keepPreviousData,
  })
  const items = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data])
  return {
    items,
    page: found.data?.pages.at(-1),
    error: found.data === undefined ? found.error : null,
    pending: found.isPending,
    at: found.dataUpdatedAt,
    hasMore: found.hasNextPage && !found.isFetchingNextPage,
    more: () => void found.fetchNextPage(),
    retry: () => void found.refetch(),
  }
}
