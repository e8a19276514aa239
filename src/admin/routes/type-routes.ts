import { messageOf, PlugboardError } from '../../errors/index.ts'
import type { Hooks } from '../../contract/index.ts'
import { may, type AdminActor } from '../actor.ts'
import type { TypeCard } from '../api.ts'
import { refuse } from '../problem.ts'
import { ok, withRevision } from '../reply.ts'
import { route, type AdminScope, type Route } from '../route.ts'
import { explainBody, orderBody, strategyBody, typeParams } from '../schemas/inputs.ts'
import { explanation, metricsList, typeCards, typeDetail, typeOrder, typeStrategy } from '../schemas/outputs.ts'

export const typeRoutes: readonly Route[] = [
  route('listTypes', {
    summary: 'Lists the plugin types, with what is selected and how many instances they have.',
    result: typeCards,
    handle: async (call) => {
      const keys = await visibleTypes(call, call.actor)
      const types: TypeCard[] = []
      for (const key of keys) types.push(await cardOf(call, key))
      return ok({ types })
    },
  }),
  route('getType', {
    summary: 'Reads one plugin type: its plugins, methods and strategy.',
    params: typeParams,
    result: typeDetail,
    handle: async (call) => {
      const card = await cardOf(call, call.params.type)
      const type = call.board.internals.registry.typeNamed(card.key)
      const plugins = [...(type?.plugins.values() ?? [])].map(({ key, label, description, config }) => ({
        key,
        label,
        description,
        configurable: config !== undefined,
      }))
      const strategy = type === undefined ? null : await call.board.admin.strategy(type.key)
      const body = { ...card, methods: Object.fromEntries(type?.methods ?? []), strategy, plugins }
      return strategy === null ? ok(body) : withRevision(body, strategy.orderRevision)
    },
  }),
  route('getOrder', {
    summary: "Reads the order of a type's instances.",
    params: typeParams,
    result: typeOrder,
    handle: async ({ board, params }) => {
      const order = await board.admin.order(params.type)
      return withRevision(order, order.orderRevision)
    },
  }),
  route('reorder', {
    summary: "Gives all of a type's instances a new order in one write.",
    params: typeParams,
    body: orderBody,
    result: typeOrder,
    handle: async ({ board, params, body, actor, match }) => {
      const order = await board.admin.reorder(params.type, body.ids, { actor, ...(match === undefined ? {} : { orderRevision: match }) })
      return withRevision(order, order.orderRevision)
    },
  }),
  route('setStrategy', {
    summary: 'Chooses how a type selects, among what its code allows; null gives the choice back to the code.',
    params: typeParams,
    body: strategyBody,
    result: typeStrategy,
    handle: async ({ board, params, body, actor, match }) => {
      const options = { actor, ...(match === undefined ? {} : { orderRevision: match }) }
      const strategy = await board.admin.strategy(params.type).then(() => board.admin.setStrategy(params.type, body.strategy, options))
      return withRevision(strategy, strategy.orderRevision)
    },
  }),
  route('explain', {
    summary: 'Says which instance a call with this context would get, and why each other one is passed over.',
    params: typeParams,
    body: explainBody,
    result: explanation,
    handle: async ({ board, params, body }) => {
      const { key } = board.internals.registry.type(params.type)
      try {
        const instances = await board.explain<Hooks>(key, { context: body.context })
        const { strategy } = await board.admin.strategy(key)
        return ok({ strategy, chosen: instances.find((each) => each.chosen)?.id ?? null, instances })
      } catch (error) {
        if (error instanceof PlugboardError) throw error
        // The application's own selector, given what somebody typed.
        return refuse(422, 'selector_failed', `The selector of '${key}' threw: ${messageOf(error)}. Give it the context it reads.`)
      }
    },
  }),
  route('listMetrics', {
    summary: "What this process knows of the calls of a type's instances in the last hour.",
    params: typeParams,
    result: metricsList,
    handle: async ({ board, params }) => ok({ instances: await board.admin.metrics(params.type) }),
  }),
]

/** Keys of the types that somebody may see: those of the code, then those that only the database has. */
export async function visibleTypes({ board }: Pick<AdminScope, 'board'>, actor: AdminActor): Promise<readonly string[]> {
  const { registry, runtime } = board.internals
  await runtime.loadRows()
  const stored = [...runtime.index.typeRows()].map((row) => row.key).filter((key) => registry.typeNamed(key) === undefined)
  return [...registry.types.keys(), ...stored.toSorted()].filter((key) => may(actor, 'read', key))
}

/** @throws UnknownTypeError */
async function cardOf({ board, since }: AdminScope, named: string): Promise<TypeCard> {
  const { registry, runtime } = board.internals
  const { counts } = await board.admin.list({ type: named, limit: 1 })
  const type = registry.typeNamed(named)
  if (type === undefined) {
    const row = [...runtime.index.typeRows()].find((each) => each.key === named)
    return { key: named, label: row?.label ?? named, description: row?.description ?? '', registered: false, selected: null, counts }
  }
  const current = runtime.slot(type.key).current?.instance
  const selected =
    current === undefined
      ? null
      : { id: current.row.id, name: current.row.name, plugin: current.pluginKey, since: since.of(type.key, current.row.id) }
  return { key: type.key, label: type.label, description: type.description, registered: true, selected, counts }
}
