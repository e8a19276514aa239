import type { RegisteredPlugin, RegisteredType, Registry } from '../registry/index.ts'
import { compareInstances } from '../selection/index.ts'
import type { InstanceRow, PluginRow, TypeRow } from '../store/index.ts'

/** An instance's metadata joined to the code that answers for it, where this process has it. */
export interface IndexedInstance {
  readonly row: InstanceRow
  readonly typeKey: string
  readonly pluginKey: string
  readonly plugin: RegisteredPlugin | undefined
}

/** Rows as one consistent read gives them. */
export interface IndexRows {
  readonly types: readonly TypeRow[]
  readonly plugins: readonly PluginRow[]
  readonly instances: readonly InstanceRow[]
}

/** What a refresh changed. */
export interface Applied {
  /** Registered types whose instances may have changed. */
  readonly types: ReadonlySet<RegisteredType>
  /** Ids of instances that are to be let go of: removed ones, and those that could be selected before and can't be now. By type. */
  readonly left: ReadonlyMap<RegisteredType, ReadonlySet<string>>
}

/** The board's in-memory copy of instance metadata, at one revision. Holds no config. */
export class InstanceIndex {
  readonly #registry: Registry
  readonly #types = new Map<string, TypeRow>()
  readonly #plugins = new Map<string, PluginRow>()
  readonly #instances = new Map<string, IndexedInstance>()
  readonly #byType = new Map<string, Set<string>>()
  readonly #sorted = new Map<string, readonly IndexedInstance[]>()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** Takes rows in, removed ones out. */
  apply(rows: IndexRows): Applied {
    const touched = new Set<string>()
    const gone = new Map<string, RegisteredType>()
    const leave = (id: string): void => {
      const type = this.#instances.get(id)?.plugin?.type
      if (type !== undefined) gone.set(id, type)
    }
    // Under the key it had and the key it has: it may have become known, or unknown, to the code.
    const keys = new Set<string>()
    for (const row of rows.types) {
      keys.add(this.#types.get(row.id)?.key ?? row.key).add(row.key)
      put(this.#types, row)
      touched.add(row.id)
    }
    const plugins = new Set<string>()
    for (const row of rows.plugins) {
      put(this.#plugins, row)
      plugins.add(row.id)
      touched.add(row.typeId)
    }
    for (const row of rows.instances) {
      const ids = this.#byType.get(row.typeId) ?? new Set()
      this.#byType.set(row.typeId, ids)
      if (row.removedAt !== null || isSelectable(this.#instances.get(row.id))) leave(row.id)
      if (row.removedAt === null) {
        this.#instances.set(row.id, this.#join(row))
        ids.add(row.id)
      } else {
        this.#instances.delete(row.id)
        ids.delete(row.id)
      }
      touched.add(row.typeId)
    }
    // A key that was rewritten may be known, or unknown, to the code now.
    for (const typeId of touched) {
      this.#sorted.delete(typeId)
      if (plugins.size === 0 && rows.types.length === 0) continue
      for (const id of this.#byType.get(typeId) ?? []) {
        const known = this.#instances.get(id)
        if (isSelectable(known)) leave(id)
        if (known !== undefined) this.#instances.set(id, this.#join(known.row))
      }
    }
    for (const id of touched) keys.add(this.#types.get(id)?.key ?? '')
    const left = new Map<RegisteredType, Set<string>>()
    for (const [id, type] of gone) if (!isSelectable(this.#instances.get(id))) left.set(type, (left.get(type) ?? new Set()).add(id))
    return { left, types: new Set([...keys].flatMap((key) => this.#registry.typeNamed(key) ?? [])) }
  }

  clear(): void {
    for (const map of [this.#types, this.#plugins, this.#instances, this.#byType, this.#sorted]) map.clear()
  }

  instance(id: string): IndexedInstance | undefined {
    return this.#instances.get(id)
  }

  instances(): IterableIterator<IndexedInstance> {
    return this.#instances.values()
  }

  typeRows(): IterableIterator<TypeRow> {
    return this.#types.values()
  }

  pluginRows(): IterableIterator<PluginRow> {
    return this.#plugins.values()
  }

  pluginRow(id: string): PluginRow | undefined {
    return this.#plugins.get(id)
  }

  typeRow(id: string): TypeRow | undefined {
    return this.#types.get(id)
  }

  /** The rows of a registered type: one, or two while it is stored under an alias as well. */
  rowsOf(type: RegisteredType): TypeRow[] {
    return [...this.#types.values()].filter((row) => this.#registry.typeNamed(row.key) === type)
  }

  /** A type's instances in selection order, disabled ones last. */
  ordered(type: RegisteredType): readonly IndexedInstance[] {
    const rows = this.rowsOf(type)
    const [only] = rows
    if (rows.length === 1 && only !== undefined) return this.#sortedOf(only.id)
    return rows.flatMap((row) => this.#sortedOf(row.id)).toSorted((a, b) => compareInstances(a.row, b.row))
  }

  #sortedOf(typeId: string): readonly IndexedInstance[] {
    const known = this.#sorted.get(typeId)
    if (known !== undefined) return known
    const sorted = [...(this.#byType.get(typeId) ?? [])]
      .flatMap((id) => this.#instances.get(id) ?? [])
      .toSorted((a, b) => compareInstances(a.row, b.row))
    this.#sorted.set(typeId, sorted)
    return sorted
  }

  #join(row: InstanceRow): IndexedInstance {
    const pluginRow = this.#plugins.get(row.pluginId)
    const typeRow = this.#types.get(row.typeId)
    const type = typeRow === undefined ? undefined : this.#registry.typeNamed(typeRow.key)
    const plugin = type === undefined || pluginRow === undefined ? undefined : this.#registry.pluginNamed(type, pluginRow.key)
    return {
      row,
      typeKey: type?.key ?? typeRow?.key ?? '(unknown)',
      pluginKey: plugin?.key ?? pluginRow?.key ?? '(unknown)',
      plugin,
    }
  }
}

/** Whether selection may consider it: switched on, and its code is here. */
export function isSelectable(instance: IndexedInstance | undefined): boolean {
  return instance !== undefined && instance.row.status !== 'disabled' && instance.plugin !== undefined
}

function put<T extends { readonly id: string; readonly removedAt: number | null }>(map: Map<string, T>, row: T): void {
  if (row.removedAt === null) map.set(row.id, row)
  else map.delete(row.id)
}
