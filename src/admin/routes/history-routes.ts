import { InvalidInputError } from '../../errors/index.ts'
import { isRowId, noCursor, readCursor, writeCursor, type HistoryQuery } from '../../operations/index.ts'
import { permissionsOf } from '../actor.ts'
import type { HistoryPage, HistoryPageQuery } from '../api.ts'
import { ok } from '../reply.ts'
import { route, type AdminScope, type Route } from '../route.ts'
import { allHistoryQuery, historyQuery, instanceParams } from '../schemas/inputs.ts'
import { historyPage } from '../schemas/outputs.ts'
import { visibleTypes } from './type-routes.ts'

const usual = 50

export const historyRoutes: readonly Route[] = [
  route('listInstanceHistory', {
    summary: 'Lists what was done to an instance, the newest first; of a removed one too.',
    params: instanceParams,
    query: historyQuery,
    result: historyPage,
    handle: async (call) => ok(await pageOf(call, { instance: call.params.id }, call.query)),
  }),
  route('listHistory', {
    summary: 'Lists what was done, the newest first.',
    query: allHistoryQuery,
    result: historyPage,
    handle: async (call) => {
      const { type, ...page } = call.query
      const visible = await visibleTypes(call, call.actor)
      if (type !== undefined && !visible.includes(type))
        throw new InvalidInputError([{ pointer: '/type', message: 'is no type that you may see' }])
      // Whoever sees all types sees what is about none of them: sync, rotations.
      const seesAll = type === undefined && permissionsOf(call.actor, undefined).length > 0
      return ok(await pageOf(call, seesAll ? {} : { types: type === undefined ? visible : [type] }, page))
    },
  }),
]

async function pageOf({ board }: AdminScope, of: HistoryQuery, query: HistoryPageQuery): Promise<HistoryPage> {
  const { limit = usual, after, diff = false } = query
  const before = after === undefined ? {} : { before: placeOf(after) }
  const found = await board.admin.history({ ...of, ...before, diff, limit: Math.min(limit + 1, 500) })
  const entries = found.slice(0, limit)
  const last = entries.at(-1)
  return { entries, next: found.length > limit && last !== undefined ? writeCursor([last.revision, last.id]) : null }
}

/** @throws InvalidInputError */
function placeOf(text: string): { readonly revision: number; readonly id: string } {
  const [revision, id] = readCursor(text)
  if (Number.isSafeInteger(revision) && isRowId(id)) return { revision: Number(revision), id }
  throw noCursor(text)
}
