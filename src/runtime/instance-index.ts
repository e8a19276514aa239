import type { RegisteredPlugin, RegisteredType, Registry } from '../registry/index.ts'
import { compareInstances } from '../selection/index.ts'
import type { InstanceRow, SnapshotPlugin, SnapshotRows, TypeRow } from '../store/index.ts'

/** An instance's metadata joined to the code that answers for it, where this process has it. */
export interface IndexedInstance {
  readonly row: InstanceRow
  readonly typeKey: string
  readonly pluginKey: string
  readonly plugin: RegisteredPlugin | undefined
}

/** Rows as one consistent read gives them. */
export type IndexRows = SnapshotRows

/** The code of a plugin row: looked up once for its instances, of which there may be many. */
type Code = Omit<IndexedInstance, 'row'> & { readonly typeId: string }

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
  readonly #plugins = new Map<string, SnapshotPlugin>()
  readonly #instances = new Map<string, IndexedInstance>()
  readonly #byType = new Map<string, readonly IndexedInstance[]>()
  /** Types whose list is not in order yet: it is sorted when somebody asks. */
  readonly #unsorted = new Set<string>()
  /** Of several rows of one type, joined; by the first row's id. */
  readonly #merged = new Map<
    string,
    { readonly parts: readonly (readonly IndexedInstance[])[]; readonly whole: readonly IndexedInstance[] }
  >()
  /** By the plugin row's id. */
  readonly #codes = new Map<string, Code>()
  #strangers: readonly IndexedInstance[] | undefined
  /** `undefined` where it is to be made anew: with many types, each would look through all. */
  #rowsByType: Map<RegisteredType, TypeRow[]> | undefined

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
    if (rows.types.length > 0) this.#rowsByType = undefined
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
    // A key that was rewritten may be known, or unknown, to the code now.
    const rejoins = plugins.size > 0 || rows.types.length > 0
    if (rejoins) this.#codes.clear()
    const came = new Map<string, IndexedInstance[]>()
    for (const row of rows.instances) {
      const known = this.#instances.get(row.id)
      if (row.removedAt !== null || isSelectable(known)) leave(row.id)
      if (row.removedAt === null) {
        const joined = this.#join(row)
        this.#instances.set(row.id, joined)
        const ofType = came.get(row.typeId)
        if (ofType === undefined) came.set(row.typeId, [joined])
        else ofType.push(joined)
      } else this.#instances.delete(row.id)
      touched.add(row.typeId)
    }
    for (const typeId of touched) {
      // What is another object by now, or none, was among the rows.
      const kept = (this.#byType.get(typeId) ?? []).filter((known) => this.#instances.get(known.row.id) === known)
      const rejoined = rejoins ? kept.map((known) => this.#rejoin(known, leave)) : kept
      const others = came.get(typeId) ?? []
      this.#byType.set(typeId, rejoined.length === 0 ? others : [...rejoined, ...others])
      this.#unsorted.add(typeId)
    }
    for (const id of touched) keys.add(this.#types.get(id)?.key ?? '')
    const left = new Map<RegisteredType, Set<string>>()
    for (const [id, type] of gone) if (!isSelectable(this.#instances.get(id))) left.set(type, (left.get(type) ?? new Set()).add(id))
    return { left, types: new Set([...keys].flatMap((key) => this.#registry.typeNamed(key) ?? [])) }
  }

  clear(): void {
    this.#strangers = undefined
    this.#rowsByType = undefined
    for (const map of [this.#types, this.#plugins, this.#instances, this.#byType, this.#unsorted, this.#merged, this.#codes]) map.clear()
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

  pluginRows(): IterableIterator<SnapshotPlugin> {
    return this.#plugins.values()
  }

  pluginRow(id: string): SnapshotPlugin | undefined {
    return this.#plugins.get(id)
  }

  typeRow(id: string): TypeRow | undefined {
    return this.#types.get(id)
  }

  /** The rows of a registered type: one, or two while it is stored under an alias as well. */
  rowsOf(type: RegisteredType): readonly TypeRow[] {
    this.#rowsByType ??= this.#groupRows()
    return this.#rowsByType.get(type) ?? []
  }

  #groupRows(): Map<RegisteredType, TypeRow[]> {
    const groups = new Map<RegisteredType, TypeRow[]>()
    for (const row of this.#types.values()) {
      const type = this.#registry.typeNamed(row.key)
      if (type === undefined) continue
      const group = groups.get(type)
      if (group === undefined) groups.set(type, [row])
      else group.push(row)
    }
    return groups
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
    const known = this.#codes.get(row.pluginId)
    const code = known?.typeId === row.typeId ? known : this.#codeOf(row)
    if (code !== known) this.#codes.set(row.pluginId, code)
    return { row, typeKey: code.typeKey, pluginKey: code.pluginKey, plugin: code.plugin }
  }

  #codeOf({ typeId, pluginId }: InstanceRow): Code {
    const pluginRow = this.#plugins.get(pluginId)
    const typeRow = this.#types.get(typeId)
    const type = typeRow === undefined ? undefined : this.#registry.typeNamed(typeRow.key)
    const plugin = type === undefined || pluginRow === undefined ? undefined : this.#registry.pluginNamed(type, pluginRow.key)
    return {
      typeId,
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
