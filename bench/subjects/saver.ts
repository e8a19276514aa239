import { createBoard, generateKey, type Board, type StoreFactory } from 'plugboard'
import { benchActor, sampleConfig } from './filled-board.ts'
import { FollowedGateway, FollowedType } from './followed.ts'

/** The process in which an operator saves. */
export interface Saver extends AsyncDisposable {
  readonly keys: string
  save(): Promise<void>
}

/** A board with one configured instance; each save changes its config, so that everybody must build it anew. */
export async function openSaver(store: StoreFactory): Promise<Saver> {
  const keys = generateKey('k1')
  const board: Board = createBoard({ plugins: [FollowedGateway], store, keys, migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  const { id } = await board.admin.create(
    { type: FollowedType, plugin: 'card', name: 'Followed', status: 'active', config: sampleConfig(0) },
    { actor: benchActor, force: true },
  )
  let count = 0
  return {
    keys,
    save: async () => {
      count++
      await board.admin.update(id, { config: sampleConfig(count) }, { actor: benchActor, force: true })
    },
    [Symbol.asyncDispose]: () => board.close(),
  }
}
