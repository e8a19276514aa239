import type { Migration, NewTable } from './migration.ts'

const meta: NewTable = {
  table: 'meta',
  columns: { id: 'integer', epoch: 'id', revision: 'bigint', schema_version: 'integer', oldest_reader: 'integer', key_check: 'text?' },
  oneRow: true,
}

const types: NewTable = {
  table: 'types',
  columns: {
    id: 'id',
    key: 'name',
    label: 'text',
    description: 'text',
    strategy: 'text?',
    order_revision: 'bigint',
    stamp: 'bigint',
    created_at: 'bigint',
    updated_at: 'bigint',
    removed_at: 'bigint?',
  },
  uniqueLive: { owner: [], column: 'key' },
  indexes: { stamp: ['stamp'] },
}

const plugins: NewTable = {
  table: 'plugins',
  columns: {
    id: 'id',
    type_id: 'id',
    key: 'name',
    label: 'text',
    description: 'text',
    configurable: 'integer',
    default_priority: 'integer',
    defaulted: 'integer',
    stamp: 'bigint',
    created_at: 'bigint',
    updated_at: 'bigint',
    removed_at: 'bigint?',
    schema: 'text?',
  },
  references: { of_type: { column: 'type_id', to: 'types' } },
  uniqueLive: { owner: ['type_id'], column: 'key' },
  indexes: { stamp: ['stamp'] },
}

const instances: NewTable = {
  table: 'instances',
  columns: {
    id: 'id',
    type_id: 'id',
    plugin_id: 'id',
    name: 'name',
    status: 'id',
    priority: 'integer',
    weight: 'double',
    tags: 'text',
    config_version: 'integer',
    managed_by: 'text?',
    key_id: 'text?',
    revision: 'bigint',
    config_revision: 'bigint',
    created_revision: 'bigint',
    stamp: 'bigint',
    created_at: 'bigint',
    updated_at: 'bigint',
    removed_at: 'bigint?',
    config: 'text?',
  },
  references: { of_type: { column: 'type_id', to: 'types' }, of_plugin: { column: 'plugin_id', to: 'plugins' } },
  uniqueLive: { owner: ['plugin_id'], column: 'name' },
  // `type` covers the counts, too.
  indexes: { stamp: ['stamp'], type: ['type_id', 'plugin_id', 'removed_at'] },
}

/** No foreign keys: what happened stays true whatever becomes of the rows. */
const history: NewTable = {
  table: 'history',
  columns: {
    id: 'id',
    revision: 'bigint',
    at: 'bigint',
    actor_id: 'text',
    actor_name: 'text',
    action: 'id',
    type_id: 'id?',
    plugin_id: 'id?',
    instance_id: 'id?',
    changed: 'text',
    config_version_before: 'integer?',
    config_version_after: 'integer?',
    before: 'text?',
    after: 'text?',
    sealed_before: 'text?',
    sealed_after: 'text?',
  },
  indexes: {
    revision: ['revision', 'id'],
    instance: ['instance_id', 'revision', 'id'],
    type: ['type_id', 'revision', 'id'],
  },
}

const processes: NewTable = {
  table: 'processes',
  columns: {
    id: 'id',
    host: 'text',
    pid: 'integer',
    release: 'text',
    key_ids: 'text',
    revision: 'bigint',
    started_at: 'bigint',
    seen_at: 'bigint',
  },
}

const health: NewTable = {
  table: 'health',
  columns: { instance_id: 'id', at: 'bigint', ok: 'integer', latency_ms: 'double', message: 'text' },
}

/** The first schema: every table there is. */
export const initial: Migration = {
  name: '0001-initial',
  oldestReader: 1,
  adds: [meta, types, plugins, instances, history, processes, health],
}
