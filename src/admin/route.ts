import type { z } from 'zod'
import type { Board } from '../board.ts'
import type { AdminActor } from './actor.ts'
import type { Part, Result } from './api.ts'
import type { EndpointName, Permission } from './endpoints.ts'
import type { Live } from './live.ts'
import type { Reply } from './reply.ts'
import type { Rotation } from './rotation.ts'
import type { SelectedSince } from './selected-since.ts'

/** What routes work with, whoever asks. */
export interface AdminScope {
  readonly board: Board
  readonly live: Live
  readonly since: SelectedSince
  readonly rotation: Rotation
  /** The OpenAPI document. */
  readonly document: () => Readonly<Record<string, unknown>>
}

/** One request that was let in: who asks, and what for, checked. */
export interface Call<K extends EndpointName> extends AdminScope {
  readonly actor: AdminActor
  readonly params: Part<K, 'params'>
  readonly query: Part<K, 'query'>
  readonly body: Part<K, 'body'>
  /** The revision of `If-Match`; `undefined` for `*`, or where it may be left out and was. */
  readonly match: number | undefined
  readonly headers: Headers
  readonly signal: AbortSignal
  /** Answers instead, where the body asks for more than the route needs. @returns A refusal, or `undefined` */
  readonly refuseUnless: (needs: Permission, type: string) => Reply | undefined
}

/** Schemas of what a route takes, and gives; those that it has. */
type Schemas<K extends EndpointName> = {
  readonly [P in 'params' | 'query' | 'body' as Part<K, P> extends undefined ? never : P]: z.ZodType<Part<K, P>>
} & ([Result<K>] extends [never]
  ? { readonly result: 'events' }
  : Result<K> extends undefined
    ? { readonly result?: undefined }
    : { readonly result: z.ZodType<Result<K>> })

export type RouteDefinition<K extends EndpointName> = Schemas<K> & {
  /** One line, for the OpenAPI document. */
  readonly summary: string
  /** Default 200. */
  readonly status?: number
  readonly handle: (call: Call<K>) => Promise<Reply> | Reply
}

/** A route without its types: what serves and describes routes sees all of them alike. */
export interface Route {
  readonly name: EndpointName
  readonly summary: string
  readonly status: number
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly result?: z.ZodType | 'events' | undefined
  readonly handle: (call: Call<EndpointName>) => Promise<Reply> | Reply
}

/** A route whose schemas and answer fit what {@link Api} says of it. */
export function route<K extends EndpointName>(name: K, definition: RouteDefinition<K>): Route {
  // What is handed to `handle` has passed the schemas of this same definition.
  const made: unknown = { status: 200, ...definition, name }
  return made as Route
}
