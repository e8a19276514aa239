// Long because every kind of edit stands beside what the model must make of it.
import { createBoard, type Board, type InstanceDetail, type StoreFactory, type StrategyName } from '../../src/index.ts'
import type { Random } from '../support/random.ts'
import { Gateway, pluginOf, plugins, Post, settingsOf } from './contracts.ts'
import { differences, type Changes, type Expected, type Model, type Seen } from './expected.ts'

const actor = { id: 'editor', name: 'Editor' }
const contracts = { gateway: Gateway, post: Post } as const
const strategies: readonly (StrategyName | null)[] = ['priority', 'weighted', 'round-robin', 'sticky', null]

/** What an editor works with. */
export interface EditorScope {
  readonly store: StoreFactory
  /** Each `id:key`; the first writes. */
  readonly keys: readonly string[]
  readonly random: Random
  readonly model: Model
  /** Where providers are: of gateways any, of the post those that fail for certain. */
  readonly ports: { readonly gateway: readonly number[]; readonly post: readonly number[] }
  readonly problems: string[]
}

/** An operator at a board of their own, who changes what other processes serve, one thing after the other. */
export class Editor {
  readonly #scope: EditorScope
  #board: Board
  /** How often the keys were rotated. */
  #rotations = 0
  #names = 0
  /** The instance of the post that must stay in service. */
  #anchor = ''
  /** What a rollback to an entry brings back, by instance and revision. */
  readonly #states = new Map<string, Pick<Expected, 'name' | 'tags' | 'config'>>()
  /** Edits that were acknowledged, by kind. */
  readonly done: Record<string, number> = {}

  private constructor(scope: EditorScope) {
    this.#scope = scope
    this.#board = this.#open()
  }

  static async start(scope: EditorScope, anchorPort: number): Promise<Editor> {
    const editor = new Editor(scope)
    await editor.#board.ready()
    editor.#anchor = await editor.#create('post', anchorPort, 'active')
    for (let n = 0; n < 5; n++) await editor.#create('gateway', editor.#portOf('gateway'), 'active')
    for (let n = 0; n < 2; n++) await editor.#create('post', editor.#portOf('post'), 'active')
    return editor
  }

  /** The keyring as it stands: what a process that starts now gets. */
  get keys(): string {
    const { keys } = this.#scope
    const first = this.#rotations % keys.length
    return [...keys.slice(first), ...keys.slice(0, first)].join(',')
  }

  get count(): number {
    return Object.values(this.done).reduce((sum, each) => sum + each, 0)
  }

  /** One random edit. */
  async edit(): Promise<void> {
    const { random, problems } = this.#scope
    const kinds = this.#kinds()
    const kind = kinds[random.below(kinds.length)] ?? ''
    try {
      await this.#edits[kind]?.()
      this.done[kind] = (this.done[kind] ?? 0) + 1
    } catch (error) {
      problems.push(`the edit '${kind}' failed: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }

  /** Looks with a board that knows nothing whether all is stored as it must be. */
  async check(): Promise<void> {
    const { model, problems } = this.#scope
    await using board = this.#open()
    await board.ready()
    for (const type of ['gateway', 'post'] as const) {
      const seen: Seen[] = []
      for (const each of board.instances<Gateway | Post>(contracts[type])) {
        const object = await board.getById<Gateway | Post>(contracts[type], each.id, { allowDisabled: true })
        seen.push({ ...each, config: settingsOf(object) })
      }
      problems.push(...differences(model.live(type), seen).map((each) => `stored instances of ${type}, ${each}`))
    }
    const { store } = board.internals
    const rows = await store.read((reader) => reader.instances({ removed: true }))
    const removed = rows.filter((row) => row.removedAt !== null)
    const told = (some: readonly { readonly id: string; readonly name: string }[]): string =>
      some
        .map((row) => `${row.id} ${row.name}`)
        .toSorted()
        .join()
    if (told(removed) !== told(model.removed)) problems.push(`removed must be ${told(model.removed)}, are ${told(removed)}`)
    const entries = await this.#entriesOf(board)
    if (entries !== model.entries) problems.push(`the history must have ${model.entries} entries of the editor, has ${entries}`)
    const { ok, keys } = await board.admin.verifyKeys()
    if (!ok) problems.push(`not everything stored can be opened: ${JSON.stringify(keys)}`)
  }

  close(): Promise<void> {
    return this.#board.close()
  }

  #open(): Board {
    const { store } = this.#scope
    return createBoard({ plugins, store, keys: this.keys, migrate: 'on-start', sync: 'on-start', disposeAfter: 0 })
  }

  async #entriesOf(board: Board): Promise<number> {
    let count = 0
    let before: { revision: number; id: string } | undefined
    for (;;) {
      const page = await board.internals.store.read((reader) => reader.history({ limit: 2_000, ...(before && { before }) }))
      count += page.filter((each) => each.actorId === actor.id).length
      const last = page.at(-1)
      if (last === undefined) return count
      before = { revision: last.revision, id: last.id }
    }
  }

  /** Kinds of edits, each as often as it is likely. */
  #kinds(): readonly string[] {
    const often: readonly (readonly [string, number])[] = [
      ['config', 30],
      ['metadata', 12],
      ['status', 18],
      ['move', 10],
      ['reorder', 5],
      ['create', 6],
      ['remove', 6],
      ['restore', 6],
      ['rollback', 4],
      ['reload', 4],
      ['strategy', 3],
      ['rotate', 1],
    ]
    return often.flatMap(([kind, count]) => Array.from({ length: count }, () => kind))
  }

  readonly #edits: Readonly<Record<string, () => Promise<void>>> = {
    config: () => this.#configure(),
    metadata: () => this.#describe(),
    status: () => this.#switch(),
    move: () => this.#move(),
    reorder: () => this.#reorder(),
    create: async () => {
      const type = this.#type()
      if (this.#scope.model.live(type).length < 8) await this.#create(type, this.#portOf(type), this.#status())
    },
    remove: () => this.#remove(),
    restore: () => this.#restore(),
    rollback: () => this.#rollBack(),
    reload: async () => {
      const { id } = this.#any(this.#type())
      await this.#board.admin.reload(id, { actor })
      this.#scope.model.entries++
    },
    strategy: () => this.#choose(),
    rotate: () => this.#rotate(),
  }

  async #create(type: 'gateway' | 'post', port: number, status: Expected['status']): Promise<string> {
    const name = this.#name()
    const config = { port, apiKey: `key-of-${name}`, note: '' }
    const { random } = this.#scope
    const metadata = { name, status, priority: random.below(100), weight: random.below(5), tags: [name] }
    const plugin = pluginOf[type] ?? ''
    const detail = await this.#board.admin.create(
      { type: contracts[type], plugin, ...metadata, config: { port, apiKey: config.apiKey } },
      { actor },
    )
    this.#scope.model.create({ id: detail.id, type, ...metadata, config })
    this.#keep(detail)
    return detail.id
  }

  async #configure(): Promise<void> {
    const { random } = this.#scope
    const { id, type, config } = this.#any(this.#type())
    const port = id === this.#anchor || random.below(2) === 0 ? config.port : this.#portOf(type as 'gateway')
    const note = `note ${this.#names++}`
    if (random.below(2) === 0) {
      // A secret that is left blank stays.
      return this.#change(id, { config: { port, note } }, () => this.#board.admin.update(id, { config: { port, note } }, { actor }))
    }
    const apiKey = `key-of-${this.#name()}`
    const next = { port, apiKey, note }
    return this.#change(id, { config: next }, () => this.#board.admin.update(id, { config: next }, { actor }))
  }

  async #describe(): Promise<void> {
    const { random } = this.#scope
    const { id } = this.#any(this.#type())
    const name = this.#name()
    const changes = [
      { name, tags: [name, 'renamed'] },
      { weight: random.below(6) },
      { priority: random.below(200) - 100 },
      { weight: 1 + random.below(9), tags: [`t${random.below(9)}`] },
    ][random.below(4)]
    if (changes !== undefined) await this.#change(id, changes, () => this.#board.admin.update(id, changes, { actor }))
  }

  async #switch(): Promise<void> {
    const { random, model } = this.#scope
    const type = this.#type()
    const status = this.#status()
    const some = random
      .shuffled(model.live(type))
      .filter((each) => each.id !== this.#anchor)
      .slice(0, 1 + random.below(2))
    if (some.length === 0) return
    const details = await this.#board.admin.setStatus(
      some.map((each) => each.id),
      status,
      { actor },
    )
    for (const detail of details) {
      model.change(detail.id, { status })
      this.#keep(detail)
    }
  }

  async #move(): Promise<void> {
    const { random, model } = this.#scope
    const type = this.#type()
    const { id } = this.#any(type)
    const current = model.live(type).map((each) => each.id)
    const rest = current.filter((each) => each !== id)
    const beside = rest[random.below(rest.length)]
    const how = beside === undefined ? random.below(2) : random.below(4)
    if (how === 0) {
      await this.#board.admin.move(id, { to: 'first' }, { actor })
      model.reorder([id, ...rest])
    } else if (how === 1 || beside === undefined) {
      await this.#board.admin.move(id, { to: 'last' }, { actor })
      model.reorder([...rest, id])
    } else {
      await this.#board.admin.move(id, how === 2 ? { before: beside } : { after: beside }, { actor })
      model.reorder(rest.toSpliced(rest.indexOf(beside) + (how === 2 ? 0 : 1), 0, id))
    }
  }

  async #reorder(): Promise<void> {
    const { random, model } = this.#scope
    const type = this.#type()
    const { ids, orderRevision } = await this.#board.admin.order(contracts[type])
    const wanted = random.shuffled(ids)
    await this.#board.admin.reorder(contracts[type], wanted, { actor, orderRevision })
    model.reorder(wanted)
  }

  async #remove(): Promise<void> {
    const { random, model } = this.#scope
    const type = this.#type()
    const live = model.live(type).filter((each) => each.id !== this.#anchor)
    const one = live[random.below(live.length)]
    if (one === undefined || live.length < 3) return
    await this.#board.admin.remove(one.id, { actor })
    model.change(one.id, { isRemoved: true })
  }

  async #restore(): Promise<void> {
    const { random, model } = this.#scope
    const { removed } = model
    const one = removed[random.below(removed.length)]
    if (one === undefined || model.live(one.type).length > 8) return
    const detail = await this.#board.admin.restore(one.id, { actor })
    // Names are never given twice here, so it has its own again.
    model.change(one.id, { isRemoved: false, status: 'disabled' })
    this.#keep(detail)
  }

  async #rollBack(): Promise<void> {
    const { random, model } = this.#scope
    const { id } = this.#any(this.#type())
    const entries = await this.#board.admin.history({ instance: id, limit: 20 })
    const known = entries.filter((entry) => this.#states.has(`${id}@${entry.revision}`))
    const entry = known[random.below(known.length)]
    const state = this.#states.get(`${id}@${entry?.revision ?? ''}`)
    // The anchor keeps its place: a state of before is of the same port.
    if (entry === undefined || state === undefined) return
    const before = model.entries
    const detail = await this.#board.admin.rollback(id, entry.id, { actor })
    model.change(id, state)
    // What is rolled back to what it is, is written all the same.
    if (model.entries === before) model.entries++
    this.#keep(detail)
  }

  async #choose(): Promise<void> {
    const { random, model } = this.#scope
    const strategy = strategies[random.below(strategies.length)] ?? null
    const { stored } = await this.#board.admin.strategy(Gateway)
    await this.#board.admin.setStrategy(Gateway, strategy, { actor })
    if (stored !== strategy) model.entries++
  }

  /** Another key writes from now on, and everything stored is sealed with it, while all others work on. */
  async #rotate(): Promise<void> {
    await this.#board.close()
    this.#rotations++
    this.#board = this.#open()
    await this.#board.ready()
    const report = await this.#board.admin.rotateKeys({}, { actor: { id: 'rotator', name: 'Rotator' } })
    if (report.failed > 0 || report.contested > 0) throw new Error(`a rotation failed: ${JSON.stringify(report)}`)
  }

  /** Saves, and has the model follow once that is acknowledged. */
  async #change(id: string, changes: Changes, save: () => Promise<InstanceDetail>): Promise<void> {
    const detail = await save()
    this.#scope.model.change(id, changes)
    this.#keep(detail)
  }

  /** The board that wrote serves its own revision, and nobody else writes: it is that of the history's entry. */
  #keep({ id }: InstanceDetail): void {
    const { name, tags, config } = this.#scope.model.row(id)
    this.#states.set(`${id}@${this.#board.internals.runtime.revision ?? 0}`, { name, tags, config })
  }

  #any(type: 'gateway' | 'post'): Expected {
    const live = this.#scope.model.live(type)
    const one = live[this.#scope.random.below(live.length)]
    if (one === undefined) throw new Error(`There is no instance of ${type}`)
    return one
  }

  #type(): 'gateway' | 'post' {
    return this.#scope.random.below(4) === 0 ? 'post' : 'gateway'
  }

  #status(): Expected['status'] {
    return (['active', 'active', 'active', 'reserved', 'disabled'] as const)[this.#scope.random.below(5)] ?? 'active'
  }

  #portOf(type: 'gateway' | 'post'): number {
    const ports = this.#scope.ports[type]
    return ports[this.#scope.random.below(ports.length)] ?? 1
  }

  /** One that nobody has or had. */
  #name(): string {
    return `n${this.#names++}`
  }
}
