import { createAdmin, type Admin, type AdminActor, type AdminOptions, type Permissions } from '../../src/admin/index.ts'
import { AdminClient } from '../../src/admin/client.ts'
import type { BoardOptions } from '../../src/index.ts'
import type { DatabaseKind } from './databases.ts'
import { openBoard, type TestBoard } from './open-board.ts'

/** Who a bearer token of a test stands for. */
export const people: Readonly<Record<string, Permissions>> = {
  nothing: [],
  read: ['read'],
  operate: ['operate'],
  configure: ['configure'],
  all: ['read', 'operate', 'configure'],
}

export interface TestAdmin extends TestBoard {
  readonly admin: Admin
  /** A client of somebody; `null` for nobody. */
  readonly as: (who: string | null) => AdminClient
  /** A request of somebody, below `api/v1`. */
  readonly send: (who: string | null, path: string, init?: RequestInit & { readonly json?: unknown }) => Promise<Response>
}

export const origin = 'http://admin.test'

/** Lets a bearer token in that names one of the `people`, or of `more`. */
export function byToken(more: Readonly<Record<string, Permissions>> = {}): AdminOptions['authorize'] {
  return (request): AdminActor | null => {
    const who = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
    const permissions = more[who] ?? people[who]
    return permissions === undefined ? null : { id: `u-${who}`, name: who, permissions }
  }
}

/** A client of somebody, of an admin that is asked in this process. */
export function clientOf(admin: Admin, who: string | null): AdminClient {
  return new AdminClient({ base: origin, headers: headersOf(who), fetch: (input, init) => admin.fetch(new Request(input, init)) })
}

function headersOf(who: string | null): Record<string, string> {
  return who === null ? { 'sec-fetch-site': 'same-origin' } : { authorization: `Bearer ${who}` }
}

/** An admin over a board of its own, asked in the same process. */
export async function openAdmin(
  options: Partial<AdminOptions> & {
    readonly board?: Partial<BoardOptions>
    readonly people?: Readonly<Record<string, Permissions>>
    readonly kind?: DatabaseKind
  } = {},
): Promise<TestAdmin> {
  const { board: boardOptions, people: more, kind, ...adminOptions } = options
  const opened = await openBoard(boardOptions, kind)
  const admin = createAdmin(opened.board, { authorize: byToken(more), ...adminOptions })
  return {
    ...opened,
    admin,
    as: (who) => clientOf(admin, who),
    send: (who, path, { json, ...init } = {}) =>
      admin.fetch(
        new Request(`${origin}/api/v1${path}`, {
          ...(json === undefined ? {} : { body: JSON.stringify(json) }),
          ...init,
          headers: {
            ...headersOf(who),
            ...(json === undefined ? {} : { 'content-type': 'application/json' }),
            ...(init.headers as object),
          },
        }),
      ),
    [Symbol.asyncDispose]: async () => {
      admin.close()
      await opened[Symbol.asyncDispose]()
    },
  }
}
