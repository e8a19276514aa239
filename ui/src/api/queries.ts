import { QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { AdminRequestError, type Api } from 'plugboard/client'
import { client, type Result } from './client.ts'

type Name = Exclude<keyof Api, 'listenToEvents'>

export const queries: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      refetchOnWindowFocus: true,
      // What is refused is refused again; a lost network comes back.
      retry: (count, error) => !(error instanceof AdminRequestError) && count < 2,
      // Asked also where the browser believes to be offline: what it says then is told in words.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

export interface ReadOptions {
  readonly params?: object
  readonly query?: object
  readonly body?: object
}

/** Asks a route of the API; the compiler checks the names where they are written. */
export function ask<K extends Name>(name: K, options: ReadOptions & { readonly signal?: AbortSignal } = {}): Promise<Result<K>> {
  // What a route takes differs from route to route; `useApi` is generic over all of them.
  return client.request(name, options as never)
}

export function keyOf(name: Name, options: ReadOptions = {}): readonly unknown[] {
  return [name, options]
}

interface Extra<K extends Name> {
  readonly enabled?: boolean
  /** Milliseconds. */
  readonly every?: number | false
  readonly keep?: boolean
  readonly initial?: Result<K>
}

/** What a route answers, kept, and asked for again when the board tells that something changed. */
export function useApi<K extends Name>(name: K, options: ReadOptions = {}, extra: Extra<K> = {}): UseQueryResult<Result<K>> {
  return useQuery<Result<K>>({
    queryKey: keyOf(name, options),
    queryFn: ({ signal }: { readonly signal: AbortSignal }) => ask(name, { ...options, signal }),
    enabled: extra.enabled ?? true,
    refetchInterval: extra.every ?? false,
    ...(extra.keep === true ? { placeholderData: (before: Result<K> | undefined) => before } : {}),
  } as never)
}

/** Has everything that is shown asked for again. Schemas stay: they are code, which does not change while it runs. */
export function refresh(): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey: [name] }) => name !== 'getPlugin' && name !== 'listPlugins' && name !== 'whoAmI',
  })
}
