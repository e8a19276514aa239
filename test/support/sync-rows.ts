import { Plugin, PluginType, type AnyType } from '../../src/contract/index.ts'
import { buildRegistry, type Registry } from '../../src/registry/index.ts'
import type { InstanceCount, InstanceRow, PluginRow, TypeRow } from '../../src/store/index.ts'

/** A config as any schema library would declare it. */
export const anyConfig: object = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) => ({ value }),
    jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
  },
}

interface Declared {
  readonly key: string
  readonly label?: string
  readonly aliases?: readonly string[]
  readonly priority?: number
  readonly config?: unknown
}

/** What the code registers: types by key, each with its plugins. */
export function registryOf(
  types: Readonly<Record<string, { readonly aliases?: readonly string[]; readonly plugins: readonly Declared[] }>>,
): Registry {
  // The generic signatures are for people who write classes; here they are made from a table.
  const makePlugin = Plugin as unknown as (type: unknown, definition: Declared) => new () => object
  const made = Object.entries(types).map(([key, { aliases = [], plugins }]) => {
    const type = class extends PluginType(key, { aliases, label: `Label of ${key}`, description: `About ${key}` }) {
      static methods = { go: 'once' }
    }
    return {
      type,
      plugins: plugins.map(
        (each) =>
          class extends makePlugin(type, each) {
            go(): void {}
          },
      ),
    }
  })
  return buildRegistry({ types: made.map((each) => each.type as unknown as AnyType), plugins: made.flatMap((each) => each.plugins) })
}

export const typeRow = (key: string, over: Partial<TypeRow> = {}): TypeRow => ({
  id: `id of ${key}`,
  key,
  label: `Label of ${key}`,
  description: `About ${key}`,
  strategy: null,
  orderRevision: 1,
  stamp: 1,
  createdAt: 1,
  updatedAt: 1,
  removedAt: null,
  ...over,
})

export const pluginRow = (typeKey: string, key: string, over: Partial<PluginRow> = {}): PluginRow => ({
  id: `id of ${typeKey}/${key}`,
  typeId: `id of ${typeKey}`,
  key,
  label: key,
  description: '',
  configurable: false,
  schema: null,
  defaultPriority: 0,
  defaulted: true,
  stamp: 1,
  createdAt: 1,
  updatedAt: 1,
  removedAt: null,
  ...over,
})

export const count = (typeKey: string, key: string, live: number, removed = 0): InstanceCount => ({
  typeId: `id of ${typeKey}`,
  pluginId: `id of ${typeKey}/${key}`,
  live,
  removed,
})

export const instanceRow = (typeKey: string, pluginKey: string, id: string, over: Partial<InstanceRow> = {}): InstanceRow => ({
  id,
  typeId: `id of ${typeKey}`,
  pluginId: `id of ${typeKey}/${pluginKey}`,
  name: `Name of ${id}`,
  status: 'reserved',
  priority: 3,
  weight: 2,
  tags: ['x'],
  configVersion: 0,
  managedBy: null,
  hasConfig: false,
  keyId: null,
  revision: 1,
  configRevision: 1,
  createdRevision: 1,
  stamp: 1,
  createdAt: 1,
  updatedAt: 1,
  removedAt: null,
  ...over,
})
