// Long because it is what the API answers, whole, beside which its types stand in api.ts.
import { z } from 'zod'
import type {
  Explanation,
  HistoryPage,
  KeyState,
  Me,
  PluginDetail,
  Problem,
  RotationState,
  SystemState,
  TypeCard,
  TypeDetail,
} from '../api.ts'
import type {
  Facets,
  InstanceDetail,
  InstanceMetrics,
  InstancePage,
  RemovedPage,
  TestOutcome,
  TypeOrder,
  TypeStrategy,
  VerifyReport,
} from '../../operations/index.ts'
import type { Json } from '../../contract/index.ts'
import type { SyncReport } from '../../sync/index.ts'

/** What routes give: checked against real answers in the tests, and told by the OpenAPI document. Nothing is validated on the way out. */

const maybe = z.exactOptional
const id = z.uuid()
const time = z.number().meta({ description: 'Milliseconds since the epoch.' })
const status = z.enum(['active', 'reserved', 'disabled'])
const permission = z.enum(['read', 'operate', 'configure'])
/** Any JSON. Not `z.json()`, which refers to itself: such a reference holds in no other document. */
const json = z.unknown() as z.ZodType<Json>
const strategyName = z.enum(['priority', 'weighted', 'round-robin', 'sticky'])
const choosing = z.enum(['priority', 'weighted', 'round-robin', 'sticky', 'function'])
const unloadable = z.enum([
  'code_missing',
  'needs_config',
  'config_invalid',
  'config_newer',
  'migration_failed',
  'cannot_decrypt',
  'reference_unresolved',
  'build_failed',
  'deadline',
])
const state = z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), reason: unloadable, text: z.string() })])
const health = z.union([
  z.object({ state: z.literal('healthy'), failures: z.number() }),
  z.object({
    state: z.literal('ejected'),
    by: z.enum(['failures', 'operator']),
    backIn: z.number().nullable(),
    ejections: z.number(),
  }),
  z.object({ state: z.literal('on_trial'), ejections: z.number() }),
])
const facts = {
  id,
  type: z.string(),
  plugin: z.string(),
  name: z.string(),
  status,
  priority: z.number(),
  weight: z.number(),
  tags: z.array(z.string()),
  managedBy: z.string().nullable(),
  revision: z.number(),
  configRevision: z.number(),
  createdAt: time,
  updatedAt: time,
  state,
}

export const facets: z.ZodType<Facets> = z.object({
  total: z.number(),
  status: z.object({ active: z.number(), reserved: z.number(), disabled: z.number() }),
  plugins: z.record(z.string(), z.number()),
  problems: z.number(),
})

export const me: z.ZodType<Me> = z.object({
  id: z.string(),
  name: z.string(),
  permissions: z.record(z.string(), z.array(permission)),
  everywhere: z.array(permission),
})

const card = {
  key: z.string(),
  label: z.string(),
  description: z.string(),
  registered: z.boolean(),
  selected: z.object({ id, name: z.string(), plugin: z.string(), since: time.nullable() }).nullable(),
  counts: facets,
}
export const typeCards: z.ZodType<{ readonly types: readonly TypeCard[] }> = z.object({ types: z.array(z.object(card)) })

export const typeStrategy: z.ZodType<TypeStrategy> = z.object({
  strategy: choosing,
  stored: z.string().nullable(),
  allowed: z.array(strategyName),
  note: z.string().nullable(),
  orderRevision: z.number(),
})

export const typeDetail: z.ZodType<TypeDetail> = z.object({
  ...card,
  methods: z.record(z.string(), z.enum(['once', 'repeatable'])),
  strategy: typeStrategy.nullable(),
  plugins: z.array(z.object({ key: z.string(), label: z.string(), description: z.string(), configurable: z.boolean() })),
})

const widget = z.enum([
  'text',
  'long-text',
  'secret',
  'file',
  'number',
  'switch',
  'radio',
  'select',
  'date',
  'date-time',
  'url',
  'list',
  'group',
  'map',
  'variants',
  'json',
])
const jsonSchema = z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema, draft 2020-12.' })
export const pluginDetail: z.ZodType<PluginDetail> = z.object({
  key: z.string(),
  type: z.string(),
  label: z.string(),
  description: z.string(),
  docs: maybe(z.string()),
  icon: maybe(z.string()),
  priority: z.number(),
  schema: jsonSchema.nullable(),
  version: z.number().nullable(),
  secrets: z.array(z.object({ path: z.string(), boundTo: z.array(z.string()) })),
  hints: z.array(z.object({ path: z.string(), title: z.string(), widget, required: z.boolean() })),
  instances: z.number(),
})
export const pluginDetails: z.ZodType<{ readonly plugins: readonly PluginDetail[] }> = z.object({ plugins: z.array(pluginDetail) })

export const instanceDetail: z.ZodType<InstanceDetail> = z.object({
  ...facts,
  configVersion: z.object({ stored: z.number().nullable(), code: z.number().nullable() }),
  config: json.nullable(),
  secrets: z.array(z.object({ path: z.string(), set: z.boolean(), reference: maybe(z.string()), resolves: maybe(z.boolean()) })),
})
export const instanceDetails: z.ZodType<{ readonly instances: readonly InstanceDetail[] }> = z.object({
  instances: z.array(instanceDetail),
})

export const instancePage: z.ZodType<InstancePage> = z.object({
  items: z.array(
    z.object({
      ...facts,
      lastTest: z.object({ at: time, ok: z.boolean(), latencyMs: z.number(), message: z.string() }).nullable(),
      health: health.nullable(),
    }),
  ),
  next: z.string().nullable(),
  matching: z.number(),
  counts: facets,
})

export const removedPage: z.ZodType<RemovedPage> = z.object({
  items: z.array(z.object({ id, type: z.string(), plugin: z.string(), name: z.string(), tags: z.array(z.string()), removedAt: time })),
  next: z.string().nullable(),
})

export const typeOrder: z.ZodType<TypeOrder> = z.object({ orderRevision: z.number(), ids: z.array(id) })

const step = z.enum(['registered', 'decrypts', 'migrates', 'resolves', 'validates', 'builds', 'onTest'])
export const testOutcome: z.ZodType<TestOutcome> = z.object({
  ok: z.boolean(),
  passed: z.array(step),
  failed: step.nullable(),
  message: z.string(),
  latencyMs: z.number(),
})

export const instanceMetrics: z.ZodType<InstanceMetrics> = z.object({
  id,
  type: z.string(),
  plugin: z.string(),
  name: z.string(),
  calls: z.number(),
  errors: z.number(),
  late: z.number(),
  latency: z.object({ p50: z.number(), p90: z.number(), p99: z.number() }).nullable(),
  recent: z.array(z.object({ calls: z.number(), errors: z.number() })),
  health,
})
export const metricsList: z.ZodType<{ readonly instances: readonly InstanceMetrics[] }> = z.object({
  instances: z.array(instanceMetrics),
})

export const explanation: z.ZodType<Explanation> = z.object({
  strategy: choosing,
  chosen: id.nullable(),
  instances: z.array(
    z.object({
      id,
      name: z.string(),
      plugin: z.string(),
      status,
      priority: z.number(),
      chosen: z.boolean(),
      reason: z.enum(['selected', 'disabled', ...unloadable.options, 'ejected', 'on_trial', 'reserved', 'after', 'not_chosen']),
      text: z.string(),
    }),
  ),
})

const facetsOfRow = z.record(z.string(), z.unknown()).nullable()
const version = z.number().nullable()
/** JSON leaves out what is undefined, where the type has the field all the same. */
const shown = json.optional().meta({ description: 'Left out where there was nothing, or where it is a secret.' }) as unknown as z.ZodType<
  Json | undefined
>
const fieldDiff = z.object({
  path: z.string(),
  secret: z.boolean(),
  before: shown,
  after: shown,
  reference: maybe(z.object({ before: z.string().nullable(), after: z.string().nullable() })),
})
const configDiff = z.union([
  z.object({ readable: z.literal(true), fields: z.array(fieldDiff) }),
  z.object({ readable: z.literal(false), text: z.string() }),
])
export const historyPage: z.ZodType<HistoryPage> = z.object({
  entries: z.array(
    z.object({
      id,
      revision: z.number(),
      at: time,
      actor: z.object({ id: z.string(), name: z.string() }),
      action: z.string(),
      type: z.string().nullable(),
      instance: z.object({ id, name: z.string() }).nullable(),
      changed: z.array(z.string()),
      before: facetsOfRow,
      after: facetsOfRow,
      configVersion: z.object({ before: version, after: version }).nullable(),
      note: z.string().nullable(),
      config: maybe(configDiff.nullable()),
    }),
  ),
  next: z.string().nullable(),
})

const texts = z.array(z.string())
const usingProcess = z.object({ host: z.string(), pid: z.number(), release: z.string(), seenAt: time })
export const syncReport: z.ZodType<SyncReport> = z.object({
  dryRun: z.boolean(),
  changed: z.boolean(),
  types: z.object({ created: texts, updated: texts }),
  plugins: z.object({ created: texts, updated: texts }),
  instances: z.object({
    created: z.array(z.object({ type: z.string(), plugin: z.string(), name: z.string(), status: z.string() })),
  }),
  changes: z.array(z.any()),
  pruned: z.array(z.object({ key: z.string(), instances: z.number() })),
  renamed: z.array(z.object({ from: z.string(), to: z.string() })),
  revived: texts,
  missing: z.array(z.object({ type: z.string(), plugin: maybe(z.string()), instances: z.number() })),
  kept: z.array(z.object({ asked: z.enum(['prune', 'rename']), key: z.string(), usedBy: z.array(usingProcess) })),
  held: z.array(z.object({ plugin: z.string(), instances: texts })),
})

export const rotationState: z.ZodType<RotationState> = z.discriminatedUnion('state', [
  z.object({ state: z.literal('running'), since: z.number(), by: z.string(), done: z.number(), total: z.number().nullable() }),
  z.object({
    state: z.literal('done'),
    at: z.number(),
    keyId: z.string(),
    resealed: z.number(),
    failed: z.number(),
    contested: z.number(),
  }),
  z.object({ state: z.literal('failed'), at: z.number(), code: z.string(), detail: z.string() }),
])

export const keyState: z.ZodType<KeyState> = z.object({
  primary: z.string().nullable(),
  keys: z.array(z.object({ id: z.string(), inKeyring: z.boolean(), instances: z.number() })),
  rotation: rotationState.nullable(),
})

const tokens = { live: z.number(), removed: z.number(), history: z.number() }
export const verifyReport: z.ZodType<VerifyReport> = z.object({
  ok: z.boolean(),
  checked: z.object(tokens),
  failed: z.number(),
  failures: z.array(
    z.object({
      kind: z.enum(['live', 'removed', 'history']),
      instance: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
      entry: z.string().nullable(),
      keyId: z.string().nullable(),
      reason: z.enum(['unknown_key', 'not_authentic', 'malformed']),
      message: z.string(),
    }),
  ),
  keys: z.array(
    z.object({
      keyId: z.string(),
      ...tokens,
      inKeyring: z.boolean(),
      keyCheck: z.boolean(),
      seals: z.boolean(),
      removable: z.boolean(),
    }),
  ),
})

const named = { id, name: z.string(), type: z.string() }
export const systemState: z.ZodType<SystemState> = z.object({
  ready: z.boolean(),
  revision: z.number().nullable(),
  release: z.string(),
  store: z.string(),
  schema: z.object({ version: z.number(), oldestReader: z.number() }),
  stale: z.object({ since: time, message: z.string() }).nullable(),
  sources: z.array(z.object({ name: z.string(), listening: z.boolean() })),
  unloadable: z.array(z.object({ ...named, reason: z.string(), text: z.string() })),
  ejected: z.array(z.object({ ...named, text: z.string() })),
  processes: z.array(
    z.object({
      id: z.string(),
      host: z.string(),
      pid: z.number(),
      release: z.string(),
      keyIds: texts,
      revision: z.number(),
      startedAt: time,
      seenAt: time,
    }),
  ),
})

export const openApiDocument: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), z.unknown())

export const problem: z.ZodType<Problem> = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  errors: maybe(z.array(z.object({ pointer: z.string(), detail: z.string() }))),
  current: maybe(z.unknown()),
})
