import type { Board } from '../../board.ts'
import type { RegisteredPlugin } from '../../registry/index.ts'
import type { PluginDetail } from '../api.ts'
import { hintsOf } from '../hints.ts'
import { ok } from '../reply.ts'
import { route, type Route } from '../route.ts'
import { draftBody, pluginParams, typeParams } from '../schemas/inputs.ts'
import { pluginDetail, pluginDetails, testOutcome } from '../schemas/outputs.ts'

export const pluginRoutes: readonly Route[] = [
  route('listPlugins', {
    summary: 'Lists the plugins of a type, with their JSON Schemas and hints for a form.',
    params: typeParams,
    result: pluginDetails,
    handle: async ({ board, params }) => {
      const type = board.internals.registry.type(params.type)
      const { counts } = await board.admin.list({ type: type.key, limit: 1 })
      return ok({ plugins: [...type.plugins.values()].map((plugin) => detailOf(plugin, counts.plugins[plugin.key] ?? 0)) })
    },
  }),
  route('getPlugin', {
    summary: 'Reads one plugin, with its JSON Schema and hints for a form.',
    params: pluginParams,
    result: pluginDetail,
    handle: async ({ board, params }) => {
      const plugin = pluginAt(board, params)
      const { counts } = await board.admin.list({ type: plugin.type.key, limit: 1 })
      return ok(detailOf(plugin, counts.plugins[plugin.key] ?? 0))
    },
  }),
  route('testDraft', {
    summary: 'Tests what was typed for a new instance, before it is saved. Nothing is written.',
    params: pluginParams,
    body: draftBody,
    result: testOutcome,
    handle: async ({ board, params, body, actor }) => {
      const plugin = pluginAt(board, params)
      const { deadline, ...draft } = body
      const options = { actor, ...(deadline === undefined ? {} : { deadline }) }
      return ok(await board.admin.testDraft({ type: plugin.type.key, plugin: plugin.key, ...draft }, options))
    },
  }),
]

/** @throws UnknownTypeError, UnknownPluginError */
function pluginAt({ internals: { registry } }: Board, params: { readonly type: string; readonly plugin: string }): RegisteredPlugin {
  return registry.plugin(registry.type(params.type), params.plugin)
}

function detailOf(
  { key, type, label, description, docs, icon, priority, config, versions }: RegisteredPlugin,
  instances: number,
): PluginDetail {
  const secrets = config?.secrets ?? []
  return {
    key,
    type: type.key,
    label,
    description,
    ...(docs === undefined ? {} : { docs }),
    ...(icon === undefined ? {} : { icon }),
    priority,
    schema: config?.jsonSchema ?? null,
    version: config === undefined ? null : versions.current,
    secrets: secrets.map(({ name, boundTo }) => ({ path: name, boundTo: boundTo.map((path) => path.join('.')) })),
    hints:
      config === undefined
        ? []
        : hintsOf(
            config.jsonSchema,
            secrets.map(({ name }) => name),
          ),
    instances,
  }
}
