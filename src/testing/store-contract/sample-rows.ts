import type { NewHistory, NewInstance, NewPlugin, Store } from '../../store/index.ts'

/** A type with one plugin, the ground instances stand on. */
export interface Ground {
  readonly typeId: string
  readonly pluginId: string
}

export function newPlugin(typeId: string, key: string, fields: Partial<NewPlugin> = {}): NewPlugin {
  return {
    typeId,
    key,
    label: `The ${key}`,
    description: '',
    configurable: true,
    schema: '{"type":"object"}',
    defaultPriority: 0,
    defaulted: false,
    ...fields,
  }
}

export function newInstance(store: Store, { typeId, pluginId }: Ground, fields: Partial<NewInstance> = {}): NewInstance {
  return {
    id: store.newId(),
    typeId,
    pluginId,
    name: 'first',
    status: 'active',
    priority: 0,
    weight: 1,
    tags: [],
    config: null,
    keyId: null,
    configVersion: 1,
    managedBy: null,
    ...fields,
  }
}

export function newHistory(fields: Partial<NewHistory> = {}): NewHistory {
  return {
    actorId: 'u42',
    actorName: 'Ada',
    action: 'update',
    typeId: null,
    pluginId: null,
    instanceId: null,
    changed: [],
    before: null,
    after: null,
    sealedBefore: null,
    sealedAfter: null,
    configVersionBefore: null,
    configVersionAfter: null,
    note: null,
    ...fields,
  }
}

/** Writes a type and a plugin: board revision 1. */
export function plant(store: Store, key = 'payment'): Promise<Ground> {
  return store.write(async (writer) => {
    const [typeId = ''] = await writer.insertTypes([{ key, label: 'Payments', description: 'Charges a customer.' }])
    const [pluginId = ''] = await writer.insertPlugins([newPlugin(typeId, 'stripe')])
    return { typeId, pluginId }
  })
}

/** Writes one instance in a write of its own and gives its id. */
export async function plantInstance(store: Store, ground: Ground, fields: Partial<NewInstance> = {}): Promise<string> {
  const row = newInstance(store, ground, fields)
  await store.write((writer) => writer.insertInstances([row]))
  return row.id
}
