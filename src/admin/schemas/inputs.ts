import { z } from 'zod'
import type { InstanceStatus, StrategyName } from '../../contract/index.ts'
import type { MoveTarget } from '../../operations/index.ts'
import type {
  DraftBody,
  HistoryPageQuery,
  InstanceDraftBody,
  InstanceParams,
  InstancesQuery,
  NewInstanceBody,
  PluginParams,
  RemovedQuery,
  RollbackBody,
  StatusesBody,
  SyncBody,
  SyncQuery,
  TakeOverBody,
  TestBody,
  TypeParams,
  UpdateBody,
} from '../api.ts'

/** What routes take. Bounds that the operations check too stand here once more, so that the OpenAPI document says them. */

const maybe = z.exactOptional
const key = z.string().min(1).max(255)
const uuid = z.string().regex(/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, { error: 'is not an instance id: ids are UUIDs' })
const status = z.enum(['active', 'reserved', 'disabled'])
const name = z.string().min(1).max(255)
const priority = z.int().min(-1_000_000).max(1_000_000)
const weight = z.int().min(0).max(1_000_000)
const tags = z.array(z.string().min(1).max(100)).max(50)
const deadline = z.int().min(1).max(600_000)
/** A config is the plugin's own: its schema is at the plugin, and has the last word. */
// As it was sent, with names that objects inherit: a record would drop them without a word.
const config = z
  .unknown()
  .refine((value) => typeof value === 'object' && value !== null && !Array.isArray(value), { error: 'must be an object' })
  .meta({ type: 'object', additionalProperties: true })
const secretPaths = z.array(z.string().min(1).max(1_000)).max(1_000)
const limit = z.coerce.number().pipe(z.int().min(1).max(500)).meta({ type: 'integer', minimum: 1, maximum: 500 })
const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const cursor = z.string().min(1).max(4_000)

export const typeParams: z.ZodType<TypeParams> = z.strictObject({ type: key })
export const pluginParams: z.ZodType<PluginParams> = z.strictObject({ type: key, plugin: key })
export const instanceParams: z.ZodType<InstanceParams> = z.strictObject({ id: uuid })

export const instancesQuery: z.ZodType<InstancesQuery> = z.strictObject({
  status: maybe(status),
  plugin: maybe(key),
  tag: maybe(z.string().min(1).max(100)),
  state: maybe(z.enum(['ok', 'problem'])),
  search: maybe(z.string().max(255)),
  sort: maybe(z.enum(['order', 'name', 'plugin', 'created', 'updated'])),
  descending: maybe(flag),
  limit: maybe(limit),
  after: maybe(cursor),
})

export const newInstanceBody: z.ZodType<NewInstanceBody> = z.strictObject({
  plugin: key,
  name,
  config: maybe(config),
  status: maybe(status),
  priority: maybe(priority),
  weight: maybe(weight),
  tags: maybe(tags),
  force: maybe(z.boolean()),
})

export const updateBody: z.ZodType<UpdateBody> = z.strictObject({
  name: maybe(name),
  status: maybe(status),
  priority: maybe(priority),
  weight: maybe(weight),
  tags: maybe(tags),
  config: maybe(config),
  clearSecrets: maybe(secretPaths),
  replaceConfig: maybe(z.boolean()),
  force: maybe(z.boolean()),
})

const draft = { config: maybe(config), deadline: maybe(deadline) }
export const draftBody: z.ZodType<DraftBody> = z.strictObject(draft)
export const instanceDraftBody: z.ZodType<InstanceDraftBody> = z.strictObject({ ...draft, clearSecrets: maybe(secretPaths) })
export const testBody: z.ZodType<TestBody> = z.strictObject({ deadline: maybe(deadline) })
export const statusBody: z.ZodType<{ readonly status: InstanceStatus }> = z.strictObject({ status })
export const statusesBody: z.ZodType<StatusesBody> = z.strictObject({
  status,
  instances: z
    .array(z.strictObject({ id: uuid, revision: maybe(z.int().min(0)), status: maybe(status) }))
    .min(1)
    .max(1_000),
})
export const orderBody: z.ZodType<{ readonly ids: readonly string[] }> = z.strictObject({ ids: z.array(uuid).max(100_000) })
export const moveBody: z.ZodType<MoveTarget> = z.union([
  z.strictObject({ before: uuid }),
  z.strictObject({ after: uuid }),
  z.strictObject({ to: z.enum(['first', 'last']) }),
])
export const strategyBody: z.ZodType<{ readonly strategy: StrategyName | null }> = z.strictObject({
  strategy: z.enum(['priority', 'weighted', 'round-robin', 'sticky']).nullable(),
})
export const explainBody: z.ZodType<{ readonly context?: unknown }> = z.strictObject({ context: maybe(z.unknown()) })
export const ejectBody: z.ZodType<{ readonly for?: number }> = z.strictObject({ for: maybe(z.int().min(1).max(2_147_483_647)) })
export const rollbackBody: z.ZodType<RollbackBody> = z.strictObject({ entry: uuid, force: maybe(z.boolean()) })
export const takeOverBody: z.ZodType<TakeOverBody> = z.strictObject({ note: maybe(z.string().min(1).max(500)) })
export const removedQuery: z.ZodType<RemovedQuery> = z.strictObject({ type: maybe(key), limit: maybe(limit), after: maybe(cursor) })

const historyPage = { limit: maybe(limit), after: maybe(cursor), diff: maybe(flag) }
export const historyQuery: z.ZodType<HistoryPageQuery> = z.strictObject(historyPage)
export const allHistoryQuery: z.ZodType<HistoryPageQuery & { readonly type?: string }> = z.strictObject({
  ...historyPage,
  type: maybe(key),
})

const mode = z.enum(['create', 'update'])
export const syncQuery: z.ZodType<SyncQuery> = z.strictObject({ mode: maybe(mode), prune: maybe(flag), rename: maybe(flag) })
export const syncBody: z.ZodType<SyncBody> = z.strictObject({
  mode: maybe(mode),
  prune: maybe(z.boolean()),
  rename: maybe(z.boolean()),
  force: maybe(z.boolean()),
})
