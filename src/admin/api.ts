// Long because it is the API in types, whole: the server, the client and the page read it side by side.
import type { InstanceStatus, Json, JsonSchema, MethodKind, StrategyName } from '../contract/index.ts'
import type {
  Facets,
  HistoryEntry,
  InstanceDetail,
  InstanceMetrics,
  InstancePage,
  ListSort,
  MoveTarget,
  RemovedPage,
  TestOutcome,
  TypeOrder,
  TypeStrategy,
  VerifyReport,
} from '../operations/index.ts'
import type { Choosing, Explained } from '../selection/index.ts'
import type { SyncReport } from '../sync/index.ts'
import type { EndpointName, Permission } from './endpoints.ts'

/** What the HTTP of the admin takes and gives, route by route. Types only: a browser loads nothing of it. */
export interface Api {
  readonly whoAmI: { readonly result: Me }
  readonly getOpenApi: { readonly result: Readonly<Record<string, unknown>> }
  readonly listTypes: { readonly result: { readonly types: readonly TypeCard[] } }
  readonly getType: { readonly params: TypeParams; readonly result: TypeDetail }
  readonly listPlugins: { readonly params: TypeParams; readonly result: { readonly plugins: readonly PluginDetail[] } }
  readonly getPlugin: { readonly params: PluginParams; readonly result: PluginDetail }
  readonly listTypeInstances: { readonly params: TypeParams; readonly query: InstancesQuery; readonly result: InstancePage }
  readonly createInstance: { readonly params: TypeParams; readonly body: NewInstanceBody; readonly result: InstanceDetail }
  readonly testDraft: { readonly params: PluginParams; readonly body: DraftBody; readonly result: TestOutcome }
  readonly getOrder: { readonly params: TypeParams; readonly result: TypeOrder }
  readonly reorder: { readonly params: TypeParams; readonly body: { readonly ids: readonly string[] }; readonly result: TypeOrder }
  readonly setStrategy: {
    readonly params: TypeParams
    readonly body: { readonly strategy: StrategyName | null }
    readonly result: TypeStrategy
  }
  readonly explain: { readonly params: TypeParams; readonly body: { readonly context?: unknown }; readonly result: Explanation }
  readonly listMetrics: { readonly params: TypeParams; readonly result: { readonly instances: readonly InstanceMetrics[] } }
  readonly listInstances: { readonly query: InstancesQuery; readonly result: InstancePage }
  readonly setStatuses: { readonly body: StatusesBody; readonly result: { readonly instances: readonly InstanceDetail[] } }
  readonly listRemoved: { readonly query: RemovedQuery; readonly result: RemovedPage }
  readonly getInstance: { readonly params: InstanceParams; readonly result: InstanceDetail }
  readonly updateInstance: { readonly params: InstanceParams; readonly body: UpdateBody; readonly result: InstanceDetail }
  readonly removeInstance: { readonly params: InstanceParams; readonly result: undefined }
  readonly setStatus: {
    readonly params: InstanceParams
    readonly body: { readonly status: InstanceStatus }
    readonly result: InstanceDetail
  }
  readonly moveInstance: { readonly params: InstanceParams; readonly body: MoveTarget; readonly result: TypeOrder }
  readonly testInstance: { readonly params: InstanceParams; readonly body: TestBody; readonly result: TestOutcome }
  readonly testInstanceDraft: { readonly params: InstanceParams; readonly body: InstanceDraftBody; readonly result: TestOutcome }
  readonly ejectInstance: { readonly params: InstanceParams; readonly body: { readonly for?: number }; readonly result: InstanceMetrics }
  readonly reinstateInstance: { readonly params: InstanceParams; readonly result: InstanceMetrics }
  readonly reloadInstance: { readonly params: InstanceParams; readonly result: InstanceDetail }
  readonly rollbackInstance: { readonly params: InstanceParams; readonly body: RollbackBody; readonly result: InstanceDetail }
  readonly takeOverInstance: { readonly params: InstanceParams; readonly body: TakeOverBody; readonly result: InstanceDetail }
  readonly restoreInstance: { readonly params: InstanceParams; readonly result: InstanceDetail }
  readonly listInstanceHistory: { readonly params: InstanceParams; readonly query: HistoryPageQuery; readonly result: HistoryPage }
  readonly listHistory: { readonly query: HistoryPageQuery & { readonly type?: string }; readonly result: HistoryPage }
  readonly planSync: { readonly query: SyncQuery; readonly result: SyncReport }
  readonly applySync: { readonly body: SyncBody; readonly result: SyncReport }
  readonly getKeys: { readonly result: KeyState }
  readonly verifyKeys: { readonly result: VerifyReport }
  readonly rotateKeys: { readonly result: RotationState }
  readonly getSystem: { readonly result: SystemState }
  readonly listenToEvents: { readonly result: never }
}

/** A part of a row of {@link Api}; `undefined` where the route takes none. */
export type Part<K extends EndpointName, P extends 'params' | 'query' | 'body'> = Api[K] extends { readonly [name in P]: infer T }
  ? T
  : undefined
export type Result<K extends EndpointName> = Api[K]['result']

export interface TypeParams {
  readonly type: string
}
export interface PluginParams {
  readonly type: string
  readonly plugin: string
}
export interface InstanceParams {
  readonly id: string
}

/** Who asks, and what they may do. */
export interface Me {
  readonly id: string
  readonly name: string
  /** For every type that this code or the database has. */
  readonly permissions: Readonly<Record<string, readonly Permission[]>>
  /** For all types there are and will be: what sync and keys need. */
  readonly everywhere: readonly Permission[]
}

/** A plugin type, as the overview shows it. */
export interface TypeCard {
  readonly key: string
  readonly label: string
  readonly description: string
  /** Whether this process has its code. */
  readonly registered: boolean
  /** What a call without a context gets now; `null` where there is none, or where the choice needs a context. */
  readonly selected: { readonly id: string; readonly name: string; readonly plugin: string; readonly since: number | null } | null
  readonly counts: Facets
}

export interface TypeDetail extends TypeCard {
  readonly methods: Readonly<Record<string, MethodKind>>
  readonly strategy: TypeStrategy | null
  readonly plugins: readonly {
    readonly key: string
    readonly label: string
    readonly description: string
    readonly configurable: boolean
  }[]
}

/** How a form may show one field of a config. */
export interface FieldHint {
  /** Dotted path. */
  readonly path: string
  /** Title of the schema, or the name in words. */
  readonly title: string
  readonly widget:
    | 'text'
    | 'long-text'
    | 'secret'
    | 'file'
    | 'number'
    | 'switch'
    | 'radio'
    | 'select'
    | 'date'
    | 'date-time'
    | 'url'
    | 'list'
    | 'group'
    | 'map'
    | 'variants'
    | 'json'
  readonly required: boolean
}

/** A plugin, with what a form needs. */
export interface PluginDetail {
  readonly key: string
  readonly type: string
  readonly label: string
  readonly description: string
  /** A page about it. */
  readonly docs?: string
  /** Path of an SVG on a grid of 24. */
  readonly icon?: string
  readonly priority: number
  /** JSON Schema (draft 2020-12) of what is stored; `null` where the plugin has no config. Secrets are `writeOnly`. */
  readonly schema: JsonSchema | null
  readonly version: number | null
  readonly secrets: readonly { readonly path: string; readonly boundTo: readonly string[] }[]
  /** In the order in which a form shows them. */
  readonly hints: readonly FieldHint[]
  readonly instances: number
}

export interface InstancesQuery {
  readonly status?: InstanceStatus
  readonly plugin?: string
  readonly tag?: string
  readonly state?: 'ok' | 'problem'
  readonly search?: string
  readonly sort?: ListSort
  readonly descending?: boolean
  readonly limit?: number
  readonly after?: string
}

export interface NewInstanceBody {
  readonly plugin: string
  readonly name: string
  readonly config?: unknown
  readonly status?: InstanceStatus
  readonly priority?: number
  readonly weight?: number
  readonly tags?: readonly string[]
  /** Saves without building on trial first. */
  readonly force?: boolean
}

export interface UpdateBody {
  readonly name?: string
  readonly status?: InstanceStatus
  readonly priority?: number
  readonly weight?: number
  readonly tags?: readonly string[]
  readonly config?: unknown
  readonly clearSecrets?: readonly string[]
  readonly replaceConfig?: boolean
  readonly force?: boolean
}

export interface DraftBody {
  readonly config?: unknown
  /** Milliseconds. */
  readonly deadline?: number
}
export interface InstanceDraftBody extends DraftBody {
  /** Dotted paths of stored secrets that the draft takes out, as a save would. */
  readonly clearSecrets?: readonly string[]
}
export interface TestBody {
  readonly deadline?: number
}

export interface StatusesBody {
  /** Of those that name none of their own. */
  readonly status: InstanceStatus
  /** With a `revision`, only if the instance is still at it. All are changed, or none. */
  readonly instances: readonly { readonly id: string; readonly revision?: number; readonly status?: InstanceStatus }[]
}

export interface RollbackBody {
  /** Id of an entry of the instance's history. */
  readonly entry: string
  readonly force?: boolean
}

export interface TakeOverBody {
  /** Why, for the history. */
  readonly note?: string
}

export interface RemovedQuery {
  readonly type?: string
  readonly limit?: number
  readonly after?: string
}

export interface HistoryPageQuery {
  readonly limit?: number
  readonly after?: string
  /** Adds a masked diff of the config to each entry. */
  readonly diff?: boolean
}
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[]
  readonly next: string | null
}

export interface SyncQuery {
  readonly mode?: 'create' | 'update'
  readonly prune?: boolean
  readonly rename?: boolean
}
export interface SyncBody extends SyncQuery {
  readonly force?: boolean
}

/** Which candidates a call would find, and which it would get. */
export interface Explanation {
  readonly strategy: Choosing
  readonly chosen: string | null
  readonly instances: readonly Explained[]
}

/** The keys of this process, and what the database is sealed with. Key material is in none of it. */
export interface KeyState {
  readonly primary: string | null
  readonly keys: readonly { readonly id: string; readonly inKeyring: boolean; readonly instances: number }[]
  /** The rotation that was begun last in this process, by this admin; `null` where there was none. */
  readonly rotation: RotationState | null
}

/** How far a rotation is, or how it ended. */
export type RotationState =
  | {
      readonly state: 'running'
      readonly since: number
      readonly by: string
      /** Rows that were looked at, of how many; `null` until they are counted. */
      readonly done: number
      readonly total: number | null
    }
  | {
      readonly state: 'done'
      readonly at: number
      readonly keyId: string
      readonly resealed: number
      /** Tokens that can't be opened. They are as they were. */
      readonly failed: number
      /** Tokens that others replaced meanwhile: one more rotation takes them. */
      readonly contested: number
    }
  | { readonly state: 'failed'; readonly at: number; readonly code: string; readonly detail: string }

/** How the board stands, as operators see it. */
export interface SystemState {
  readonly ready: boolean
  readonly revision: number | null
  readonly release: string
  readonly store: string
  readonly schema: { readonly version: number; readonly oldestReader: number }
  readonly stale: { readonly since: number; readonly message: string } | null
  readonly sources: readonly { readonly name: string; readonly listening: boolean }[]
  readonly unloadable: readonly {
    readonly id: string
    readonly name: string
    readonly type: string
    readonly reason: string
    readonly text: string
  }[]
  readonly ejected: readonly { readonly id: string; readonly name: string; readonly type: string; readonly text: string }[]
  readonly processes: readonly {
    readonly id: string
    readonly host: string
    readonly pid: number
    readonly release: string
    readonly keyIds: readonly string[]
    readonly revision: number
    readonly startedAt: number
    readonly seenAt: number
  }[]
}

/** What is told while it happens, by server-sent events. `data` names ids and keys, never a config. */
export type LiveEvent =
  | {
      readonly event: 'hello'
      /** `resumed`: everything since the `Last-Event-ID` that was sent follows. Where not, what is shown is to be read again. */
      readonly data: { readonly revision: number | null; readonly resumed: boolean }
    }
  | { readonly event: 'change'; readonly data: { readonly revision: number; readonly types: readonly string[] } }
  | {
      readonly event: 'selected'
      readonly data: { readonly type: string; readonly from: LiveInstance | null; readonly to: LiveInstance | null }
    }
  | { readonly event: 'unloadable'; readonly data: { readonly type: string; readonly instance: LiveInstance; readonly reason: string } }
  | {
      readonly event: 'ejected'
      readonly data: { readonly type: string; readonly instance: LiveInstance; readonly by: string; readonly time: number | null }
    }
  | { readonly event: 'recovered'; readonly data: { readonly type: string; readonly instance: LiveInstance } }
  | {
      readonly event: 'health'
      readonly data: { readonly type: string; readonly instance: LiveInstance; readonly ok: boolean; readonly latencyMs: number }
    }
  | { readonly event: 'stale'; readonly data: { readonly since: number } }
  | { readonly event: 'fresh'; readonly data: { readonly revision: number } }
export interface LiveInstance {
  readonly id: string
  readonly name: string
  readonly plugin: string
}

/** An error, as RFC 9457 writes it. */
export interface Problem {
  /** `urn:plugboard:error:` and the code. */
  readonly type: string
  readonly title: string
  readonly status: number
  /** What happened, and what to do. */
  readonly detail: string
  readonly code: string
  /** What is wrong with single values, at RFC 6901 pointers into the body, or the query. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
  /** Of a stale write: what is stored now. */
  readonly current?: unknown
}

export type { Json }
