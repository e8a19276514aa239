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
  readonly #byType = new Map<string, readonly IndexedInstance[]>()
  /** Types whose list is not in order yet: it is sorted when somebody asks. */
  readonly #unsorted = new Set<string>()
  /** Of several rows of one type, joined; by the first row's id. */
  readonly #merged = new Map<
    string,
    { readonly parts: readonly (readonly IndexedInstance[])[]; readonly whole: readonly IndexedInstance[] }
  >()
  #strangers: readonly IndexedInstance[] | undefined

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** Takes rows in, removed ones out. */
  apply(rows: IndexRows): Applied {
    this.#strangers = undefined
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
    const changed = new Map<string, Map<string, IndexedInstance | undefined>>()
    for (const row of rows.instances) {
      if (row.removedAt !== null || isSelectable(this.#instances.get(row.id))) leave(row.id)
      const now = row.removedAt === null ? this.#join(row) : undefined
      if (now === undefined) this.#instances.delete(row.id)
      else this.#instances.set(row.id, now)
      const ofType = changed.get(row.typeId) ?? new Map<string, IndexedInstance | undefined>()
      changed.set(row.typeId, ofType.set(row.id, now))
      touched.add(row.typeId)
    }
    // A key that was rewritten may be known, or unknown, to the code now.
    const rejoins = plugins.size > 0 || rows.types.length > 0
    for (const typeId of touched) {
      const ofType = changed.get(typeId)
      const kept = (this.#byType.get(typeId) ?? []).filter(({ row }) => ofType?.has(row.id) !== true)
      const rejoined = rejoins ? kept.map((known) => this.#rejoin(known, leave)) : kept
      const came = ofType === undefined ? [] : [...ofType.values()].filter((each) => each !== undefined)
      this.#byType.set(typeId, [...rejoined, ...came])
      this.#unsorted.add(typeId)
    }
    for (const id of touched) keys.add(this.#types.get(id)?.key ?? '')
    const left = new Map<RegisteredType, Set<string>>()
    for (const [id, type] of gone) if (!isSelectable(this.#instances.get(id))) left.set(type, (left.get(type) ?? new Set()).add(id))
    return { left, types: new Set([...keys].flatMap((key) => this.#registry.typeNamed(key) ?? [])) }
  }

  clear(): void {
    this.#strangers = undefined
    for (const map of [this.#types, this.#plugins, this.#instances, this.#byType, this.#unsorted, this.#merged]) map.clear()
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

  /** A type's instances in selection order, disabled ones last. The same list until one of them changes. */
  ordered(type: RegisteredType): readonly IndexedInstance[] {
    const rows = this.rowsOf(type)
    const [first, ...others] = rows
    if (first === undefined) return []
    if (others.length === 0) return this.#sortedOf(first.id)
    const parts = rows.map((row) => this.#sortedOf(row.id))
    const known = this.#merged.get(first.id)
    if (known !== undefined && known.parts.length === parts.length && known.parts.every((part, at) => part === parts[at]))
      return known.whole
    const whole = parts.flat().toSorted((a, b) => compareInstances(a.row, b.row))
    this.#merged.set(first.id, { parts, whole })
    return whole
  }

  /** The instances whose type this code does not have, by key of their type and in selection order. The same list until anything changes. */
  strangers(): readonly IndexedInstance[] {
    this.#strangers ??= [...this.#types.values()]
      .filter((row) => this.#registry.typeNamed(row.key) === undefined)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .flatMap((row) => this.#sortedOf(row.id))
    return this.#strangers
  }

  #sortedOf(typeId: string): readonly IndexedInstance[] {
    const known = this.#byType.get(typeId) ?? []
    if (!this.#unsorted.delete(typeId)) return known
    const sorted = known.toSorted((a, b) => compareInstances(a.row, b.row))
    this.#byType.set(typeId, sorted)
    return sorted
  }

  #rejoin(known: IndexedInstance, leave: (id: string) => void): IndexedInstance {
    if (isSelectable(known)) leave(known.row.id)
    const joined = this.#join(known.row)
    this.#instances.set(known.row.id, joined)
    return joined
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
