import { keepPreviousData, useInfiniteQuery, type InfiniteData, type UseInfiniteQueryResult } from '@tanstack/react-query'
import type { Result } from './client.ts'
import { ask, keyOf } from './queries.ts'

type Paged = 'listHistory' | 'listInstanceHistory' | 'listRemoved'

export type Pages<K extends Paged> = UseInfiniteQueryResult<InfiniteData<Result<K>, string | null>>

interface Options {
  readonly params?: object
  readonly query: object
}

/** What a route answers a page at a time; what was loaded stays shown while it is asked for again. */
export function usePages<K extends Paged>(route: K, { params, query }: Options): Pages<K> {
  const options = { query, ...(params === undefined ? {} : { params }) }
  return useInfiniteQuery({
    queryKey: [...keyOf(route, options), 'pages'],
    queryFn: ({ pageParam, signal }: { readonly pageParam: string | null; readonly signal: AbortSignal }) =>
      ask(route, { ...options, query: pageParam === null ? query : { ...query, after: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Result<K>) => last.next,
    placeholderData: keepPreviousData,
  })
}
