import { release } from '../../release.ts'
import { permissionsOf, may, type AdminActor } from '../actor.ts'
import type { KeyState, SystemState } from '../api.ts'
import type { Permission } from '../endpoints.ts'
import { ok } from '../reply.ts'
import { route, type AdminScope, type Route } from '../route.ts'
import { syncBody, syncQuery } from '../schemas/inputs.ts'
import { keyState, me, openApiDocument, rotationState, syncReport, systemState, verifyReport } from '../schemas/outputs.ts'
import { visibleTypes } from './type-routes.ts'

export const systemRoutes: readonly Route[] = [
  route('whoAmI', {
    summary: 'Who asks, and what they may do.',
    result: me,
    handle: async (call) => {
      const { actor } = call
      const types = await visibleTypes(call, actor)
      return ok({
        id: actor.id,
        name: actor.name,
        permissions: Object.fromEntries(types.map((type) => [type, allowed(actor, type)])),
        everywhere: allowed(actor, undefined),
      })
    },
  }),
  route('getOpenApi', {
    summary: 'This description of the API, OpenAPI 3.1.',
    result: openApiDocument,
    handle: ({ document }) => ok(document()),
  }),
  route('planSync', {
    summary: 'What a sync of the database with the code would do. Writes nothing.',
    query: syncQuery,
    result: syncReport,
    handle: async ({ board, query, actor }) => ok(await board.sync({ ...query, dryRun: true, actor })),
  }),
  route('applySync', {
    summary: 'Makes the stored types and plugins equal to what the code registers.',
    body: syncBody,
    result: syncReport,
    handle: async ({ board, body, actor }) => ok(await board.sync({ ...body, actor })),
  }),
  route('getKeys', {
    summary: 'Ids of keys, and how many instances each seals. Nothing is opened.',
    result: keyState,
    handle: async (call) => ok(await keysOf(call)),
  }),
  route('rotateKeys', {
    summary: 'Begins to seal with the first key whatever another one seals, where none is under way; getKeys tells how far it is.',
    status: 202,
    result: rotationState,
    handle: ({ rotation, actor }) => ({ status: 202, body: rotation.begin(actor) }),
  }),
  route('verifyKeys', {
    summary: 'Opens every sealed config, and tells which do not open and which keys nothing needs any more.',
    result: verifyReport,
    handle: async ({ board }) => ok(await board.admin.verifyKeys()),
  }),
  route('getSystem', {
    summary: 'How the board stands: revision, database, what is wrong, and the processes that run.',
    result: systemState,
    handle: async (call) => ok(await systemOf(call, call.actor)),
  }),
  route('listenToEvents', {
    summary:
      'Tells what happens, by server-sent events. The stream ends now and then; a browser comes back by itself, and gets what it missed.',
    result: 'events',
    handle: async ({ board, live, actor, signal, headers }) => {
      await board.internals.runtime.loadRows()
      return live.listen(actor, signal, headers.get('last-event-id'))
    },
  }),
]

function allowed(actor: AdminActor, type: string | undefined): readonly Permission[] {
  const all: readonly Permission[] = ['read', 'operate', 'configure']
  return type === undefined && permissionsOf(actor, undefined).length === 0 ? [] : all.filter((each) => may(actor, each, type))
}

async function keysOf({ board, rotation }: AdminScope): Promise<KeyState> {
  const { runtime, keyring } = board.internals
  await runtime.loadRows()
  const sealed = new Map<string, number>()
  for (const { row } of runtime.index.instances()) if (row.keyId !== null) sealed.set(row.keyId, (sealed.get(row.keyId) ?? 0) + 1)
  const ids = [...new Set([...(keyring?.ids ?? []), ...[...sealed.keys()].toSorted()])]
  return {
    primary: keyring?.primary ?? null,
    keys: ids.map((id) => ({ id, inKeyring: keyring?.ids.includes(id) === true, instances: sealed.get(id) ?? 0 })),
    rotation: rotation.state,
  }
}

async function systemOf({ board }: AdminScope, actor: AdminActor): Promise<SystemState> {
  const status = await board.status()
  const meta = await board.internals.store.read((reader) => reader.meta())
  const sees = ({ type }: { readonly type: string }): boolean => may(actor, 'read', type)
  return {
    ready: status.ready,
    revision: status.revision ?? null,
    release,
    store: status.store,
    schema: { version: meta.schemaVersion, oldestReader: meta.oldestReader },
    // What a driver says may quote anything; that it can't be read is enough.
    stale:
      status.freshness.state === 'stale'
        ? { since: status.freshness.since, message: 'The database can not be read; what was read last serves on.' }
        : null,
    sources: status.sources,
    unloadable: status.unloadable.filter(sees),
    ejected: status.ejected.filter(sees),
    processes: status.processes.map(({ id, host, pid, release: of, keyIds, revision, startedAt, seenAt }) => ({
      id,
      host,
      pid,
      release: of,
      keyIds,
      revision,
      startedAt,
      seenAt,
    })),
  }
}
