/** What an actor may be allowed. */
export type Permission = 'read' | 'operate' | 'configure'

/** One row of the table. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `api/v1`; `{name}` is a parameter. */
  readonly path: string
  /** What the actor must be allowed; `any`: that there is one is enough. */
  readonly needs: Permission | 'any'
  /**
   * For which types: `type` the one in the path, `instance` that of the instance in the path, `some` at least one (what is answered holds only of those), `all`
   * every one, `body` those that the body is about.
   */
  readonly of: 'type' | 'instance' | 'some' | 'all' | 'body'
  /** Of what `If-Match` names the revision. `optional`: may be left out. */
  readonly match?: 'instance' | 'order' | 'order, optional'
}

/**
 * Every route there is, and what it needs. `read` sees; `operate` acts on what is saved: status, order, strategy, ejection, tests; `configure`
 * writes: create, edit, test a draft, remove, restore, roll back, sync, rotate keys. Each includes `read`, and none includes another one.
 */
export const endpoints = {
  whoAmI: { method: 'GET', path: '/me', needs: 'any', of: 'some' },
  getOpenApi: { method: 'GET', path: '/openapi.json', needs: 'any', of: 'some' },

  listTypes: { method: 'GET', path: '/types', needs: 'read', of: 'some' },
  getType: { method: 'GET', path: '/types/{type}', needs: 'read', of: 'type' },
  listPlugins: { method: 'GET', path: '/types/{type}/plugins', needs: 'read', of: 'type' },
  getPlugin: { method: 'GET', path: '/types/{type}/plugins/{plugin}', needs: 'read', of: 'type' },
  listTypeInstances: { method: 'GET', path: '/types/{type}/instances', needs: 'read', of: 'type' },
  createInstance: { method: 'POST', path: '/types/{type}/instances', needs: 'configure', of: 'type' },
  testDraft: { method: 'POST', path: '/types/{type}/plugins/{plugin}/test', needs: 'configure', of: 'type' },
  getOrder: { method: 'GET', path: '/types/{type}/order', needs: 'read', of: 'type' },
  reorder: { method: 'PUT', path: '/types/{type}/order', needs: 'operate', of: 'type', match: 'order' },
  setStrategy: { method: 'PUT', path: '/types/{type}/strategy', needs: 'operate', of: 'type', match: 'order' },
  explain: { method: 'POST', path: '/types/{type}/explain', needs: 'read', of: 'type' },
  listMetrics: { method: 'GET', path: '/types/{type}/metrics', needs: 'read', of: 'type' },

  listInstances: { method: 'GET', path: '/instances', needs: 'read', of: 'some' },
  setStatuses: { method: 'POST', path: '/instances/status', needs: 'operate', of: 'body' },
  listRemoved: { method: 'GET', path: '/removed', needs: 'read', of: 'some' },
  getInstance: { method: 'GET', path: '/instances/{id}', needs: 'read', of: 'instance' },
  updateInstance: { method: 'PATCH', path: '/instances/{id}', needs: 'configure', of: 'instance', match: 'instance' },
  removeInstance: { method: 'DELETE', path: '/instances/{id}', needs: 'configure', of: 'instance', match: 'instance' },
  setStatus: { method: 'PUT', path: '/instances/{id}/status', needs: 'operate', of: 'instance', match: 'instance' },
  moveInstance: { method: 'POST', path: '/instances/{id}/move', needs: 'operate', of: 'instance', match: 'order, optional' },
  testInstance: { method: 'POST', path: '/instances/{id}/test', needs: 'operate', of: 'instance' },
  testInstanceDraft: { method: 'POST', path: '/instances/{id}/test-draft', needs: 'configure', of: 'instance' },
  ejectInstance: { method: 'POST', path: '/instances/{id}/eject', needs: 'operate', of: 'instance' },
  reinstateInstance: { method: 'POST', path: '/instances/{id}/reinstate', needs: 'operate', of: 'instance' },
  reloadInstance: { method: 'POST', path: '/instances/{id}/reload', needs: 'operate', of: 'instance' },
  rollbackInstance: { method: 'POST', path: '/instances/{id}/rollback', needs: 'configure', of: 'instance', match: 'instance' },
  takeOverInstance: { method: 'POST', path: '/instances/{id}/take-over', needs: 'configure', of: 'instance', match: 'instance' },
  restoreInstance: { method: 'POST', path: '/removed/{id}/restore', needs: 'configure', of: 'instance' },
  listInstanceHistory: { method: 'GET', path: '/instances/{id}/history', needs: 'read', of: 'instance' },

  listHistory: { method: 'GET', path: '/history', needs: 'read', of: 'some' },
  planSync: { method: 'GET', path: '/sync', needs: 'read', of: 'all' },
  applySync: { method: 'POST', path: '/sync', needs: 'configure', of: 'all' },
  getKeys: { method: 'GET', path: '/keys', needs: 'read', of: 'all' },
  rotateKeys: { method: 'POST', path: '/keys/rotate', needs: 'configure', of: 'all' },
  verifyKeys: { method: 'POST', path: '/keys/verify', needs: 'operate', of: 'all' },
  getSystem: { method: 'GET', path: '/system', needs: 'read', of: 'some' },
  listenToEvents: { method: 'GET', path: '/events', needs: 'read', of: 'some' },
} as const

export type EndpointName = keyof typeof endpoints

/** A row of the table, with the fields that not every row has. */
export function endpointOf(name: EndpointName): Endpoint {
  return endpoints[name]
}

export const endpointNames: readonly EndpointName[] = Object.keys(endpoints) as EndpointName[]
