import type { SealedConfig, Store } from '../store/index.ts'

interface Batch {
  readonly ids: Set<string>
  readonly read: Promise<ReadonlyMap<string, SealedConfig>>
}

/** Reads stored configs; those asked for in the same turn come from the database together. */
export class ConfigReads {
  readonly #store: Store
  #batch: Batch | undefined
  /** Configs that came with the last change, by instance. */
  #offered: ReadonlyMap<string, SealedConfig> = new Map()

  constructor(store: Store) {
    this.#store = store
  }

  /** Configs that were read with their rows; they take the place of those that were offered before. */
  offer(configs: readonly SealedConfig[]): void {
    this.#offered = new Map(configs.map((sealed) => [sealed.id, sealed]))
  }

  /**
   * As it is stored now or later, or as it came with the row that is known; `undefined` where its row is gone.
   *
   * @param known The config's revision in the row that is known.
   * @throws StoreError
   */
  async read(id: string, known: number): Promise<SealedConfig | undefined> {
    const offered = this.#offered.get(id)
    if (offered?.configRevision === known) return offered
    this.#batch ??= this.#begin()
    const { ids, read } = this.#batch
    ids.add(id)
    return (await read).get(id)
  }

  #begin(): Batch {
    const ids = new Set<string>()
    const read = Promise.resolve().then(async () => {
      this.#batch = undefined
      const configs = await this.#store.read((reader) => reader.configs([...ids]))
      return new Map(configs.map((sealed) => [sealed.id, sealed]))
    })
    return { ids, read }
  }
}
