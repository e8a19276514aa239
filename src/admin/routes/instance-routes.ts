import type { InstanceDetail } from '../../operations/index.ts'
import { InstanceNotFoundError, InvalidInputError } from '../../errors/index.ts'
import { may } from '../actor.ts'
import { ok, withRevision, type Reply } from '../reply.ts'
import { route, type Call, type Route } from '../route.ts'
import {
  ejectBody,
  instanceDraftBody,
  instanceParams,
  instancesQuery,
  moveBody,
  newInstanceBody,
  removedQuery,
  rollbackBody,
  statusBody,
  statusesBody,
  takeOverBody,
  testBody,
  typeParams,
  updateBody,
} from '../schemas/inputs.ts'
import { instanceDetail, instanceDetails, instanceMetrics, instancePage, removedPage, testOutcome, typeOrder } from '../schemas/outputs.ts'
import { visibleTypes } from './type-routes.ts'

export const instanceRoutes: readonly Route[] = [
  route('listTypeInstances', {
    summary: 'Lists the instances of a type, a page at a time, in selection order or sorted, filtered and searched.',
    params: typeParams,
    query: instancesQuery,
    result: instancePage,
    handle: async ({ board, params, query }) => ok(await board.admin.list({ ...query, type: params.type })),
  }),
  route('listInstances', {
    summary: 'Lists the instances of all types that may be seen.',
    query: instancesQuery,
    result: instancePage,
    handle: async (call) => ok(await call.board.admin.list({ ...call.query, types: await visibleTypes(call, call.actor) })),
  }),
  route('getInstance', {
    summary: 'Reads one instance with its config, the secrets left out.',
    params: instanceParams,
    result: instanceDetail,
    handle: async ({ board, params }) => shown(await board.admin.get(params.id)),
  }),
  route('createInstance', {
    summary: 'Creates an instance: validated, and built on trial. With an Idempotency-Key it is created once, however often it is sent.',
    params: typeParams,
    body: newInstanceBody,
    status: 201,
    result: instanceDetail,
    handle: async ({ board, params, body, actor, headers, refuseUnless }) => {
      const { force = false, ...input } = body
      const type = board.internals.registry.type(params.type).key
      const movesTraffic = input.status !== undefined && input.status !== 'disabled'
      const refusal = movesTraffic ? refuseUnless('operate', type) : undefined
      if (refusal !== undefined) return refusal
      const key = headers.get('idempotency-key')
      const detail = await board.admin.create({ type, ...input }, { actor, force, ...(key === null ? {} : { idempotencyKey: key }) })
      const reply = shown(detail, 201)
      // Relative to `types/{type}/instances`, so that it holds wherever the admin is mounted.
      return { ...reply, headers: { ...reply.headers, location: `../../instances/${detail.id}` } }
    },
  }),
  route('updateInstance', {
    summary: 'Changes an instance. A secret that is left blank keeps what is stored.',
    params: instanceParams,
    body: updateBody,
    result: instanceDetail,
    handle: async (call) => {
      const { force = false, replaceConfig = false, ...input } = call.body
      const { status, priority, weight } = input
      if (status !== undefined || priority !== undefined || weight !== undefined) {
        const refusal = call.refuseUnless('operate', (await call.board.admin.locate(call.params.id)).type)
        if (refusal !== undefined) return refusal
      }
      return shown(await call.board.admin.update(call.params.id, input, { ...writing(call), force, replaceConfig }))
    },
  }),
  route('removeInstance', {
    summary: 'Removes an instance. It can be restored.',
    params: instanceParams,
    status: 204,
    handle: async (call) => {
      await call.board.admin.remove(call.params.id, writing(call))
      return { status: 204 }
    },
  }),
  route('setStatus', {
    summary: 'Sets the status of an instance.',
    params: instanceParams,
    body: statusBody,
    result: instanceDetail,
    handle: async (call) => {
      const [detail] = await call.board.admin.setStatus(call.params.id, call.body.status, writing(call))
      return detail === undefined ? { status: 204 } : shown(detail)
    },
  }),
  route('setStatuses', {
    summary: 'Sets the status of many instances in one write, each its own where it names one: of all, or of none.',
    body: statusesBody,
    result: instanceDetails,
    handle: async ({ board, body, actor, refuseUnless }) => {
      const ids = body.instances.map(({ id }) => id)
      for (const id of ids) {
        const { type } = await board.admin.locate(id)
        // As with one alone: whoever may not see its type is told what is told of an id that nothing has.
        if (!may(actor, 'read', type)) throw new InstanceNotFoundError(id, 'unknown')
        const refusal = refuseUnless('operate', type)
        if (refusal !== undefined) return refusal
      }
      const revisions = new Map(
        body.instances.flatMap(({ id, revision }) => (revision === undefined ? [] : [[id.toLowerCase(), revision]])),
      )
      const statuses = new Map(body.instances.flatMap(({ id, status }) => (status === undefined ? [] : [[id.toLowerCase(), status]])))
      return ok({ instances: await board.admin.setStatus(ids, body.status, { actor, revisions, statuses }) })
    },
  }),
  route('moveInstance', {
    summary: 'Moves an instance before or after another one, or to an end of the order.',
    params: instanceParams,
    body: moveBody,
    result: typeOrder,
    handle: async ({ board, params, body, actor, match }) => {
      const order = await board.admin.move(params.id, body, { actor, ...(match === undefined ? {} : { orderRevision: match }) })
      return withRevision(order, order.orderRevision)
    },
  }),
  route('testInstance', {
    summary: 'Tests what is saved. The outcome is kept as the health of the instance.',
    params: instanceParams,
    body: testBody,
    result: testOutcome,
    handle: async ({ board, params, body, actor }) => ok(await board.admin.test(params.id, { actor, ...body })),
  }),
  route('testInstanceDraft', {
    summary: 'Tests what was typed over a saved instance, its stored secrets standing in for those left blank. Nothing is written.',
    params: instanceParams,
    body: instanceDraftBody,
    result: testOutcome,
    handle: async ({ board, params, body, actor }) => {
      const { deadline, ...draft } = body
      const options = { actor, ...(deadline === undefined ? {} : { deadline }) }
      return ok(await board.admin.testDraft({ instance: params.id, ...draft }, options))
    },
  }),
  route('ejectInstance', {
    summary: 'Has this process pass an instance over, for a while or until it is reinstated.',
    params: instanceParams,
    body: ejectBody,
    result: instanceMetrics,
    handle: async ({ board, params, body, actor }) => ok(await board.admin.eject(params.id, { actor, ...body })),
  }),
  route('reinstateInstance', {
    summary: 'Puts an ejected instance back into service in this process.',
    params: instanceParams,
    result: instanceMetrics,
    handle: async ({ board, params, actor }) => ok(await board.admin.reinstate(params.id, { actor })),
  }),
  route('reloadInstance', {
    summary: 'Has every process build an instance anew, though nothing of it changed.',
    params: instanceParams,
    result: instanceDetail,
    handle: async ({ board, params, actor }) => {
      const [detail] = await board.admin.reload(params.id, { actor })
      return detail === undefined ? { status: 204 } : shown(detail)
    },
  }),
  route('rollbackInstance', {
    summary: 'Brings name, tags and config back to what they were after an entry of the history.',
    params: instanceParams,
    body: rollbackBody,
    result: instanceDetail,
    handle: async (call) => {
      const { entry, force = false } = call.body
      return shown(await call.board.admin.rollback(call.params.id, entry, { ...writing(call), force }))
    },
  }),
  route('takeOverInstance', {
    summary: 'Takes an instance out of the hands of the file that manages it, so that it can be changed here.',
    params: instanceParams,
    body: takeOverBody,
    result: instanceDetail,
    handle: async (call) => shown(await call.board.admin.takeOver(call.params.id, { ...writing(call), ...call.body })),
  }),
  route('listRemoved', {
    summary: 'Lists removed instances, the last removed first.',
    query: removedQuery,
    result: removedPage,
    handle: async (call) => {
      const { type, ...page } = call.query
      const visible = await visibleTypes(call, call.actor)
      if (type !== undefined && !visible.includes(type))
        throw new InvalidInputError([{ pointer: '/type', message: 'is no type that you may see' }])
      return ok(await call.board.admin.listRemoved({ ...page, types: type === undefined ? visible : [type] }))
    },
  }),
  route('restoreInstance', {
    summary: 'Brings a removed instance back with its config, disabled.',
    params: instanceParams,
    result: instanceDetail,
    handle: async ({ board, params, actor }) => shown(await board.admin.restore(params.id, { actor })),
  }),
]

function shown(detail: InstanceDetail, status?: number): Reply {
  return withRevision(detail, detail.revision, status)
}

/** The options of a conditional write. */
function writing({ actor, match }: Pick<Call<'updateInstance'>, 'actor' | 'match'>): {
  readonly actor: Call<'updateInstance'>['actor']
  readonly revision?: number
} {
  return match === undefined ? { actor } : { actor, revision: match }
}
