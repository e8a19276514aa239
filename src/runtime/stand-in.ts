import { randomUUID } from 'node:crypto'
import type { Hooks } from '../contract/index.ts'
import type { RegisteredType } from '../registry/index.ts'
import { Built } from './built.ts'

/** An object of a test's, as calls see what was built from an instance. None of its hooks is called. */
export function standInFor(type: RegisteredType, object: Hooks): Built {
  const id = randomUUID()
  const named = { id, name: 'stand-in', status: 'active', tags: [] } as const
  const blank = { configVersion: 0, managedBy: null, hasConfig: false, keyId: null, revision: 0, configRevision: 0, priority: 0, weight: 1 }
  const times = { createdRevision: 0, stamp: 0, createdAt: 0, updatedAt: 0, removedAt: null }
  return new Built({
    object,
    instance: {
      row: { ...blank, ...times, ...named, typeId: '', pluginId: '' },
      typeKey: type.key,
      pluginKey: 'stand-in',
      plugin: undefined,
    },
    view: named,
    configRevision: 0,
    abort: new AbortController(),
    scrub: (thrown) => thrown,
    dispose: async () => {},
  })
}
