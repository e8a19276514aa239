/** A process of its own that builds every instance of a Traveller, and says what each got. */
import { createBoard } from '../../src/index.ts'
import { storeAt } from './store-at.ts'
import { Journey, Traveller } from './traveller.ts'

const board = createBoard({ plugins: [Traveller], store: storeAt(process.env['BOARD_FILE']), keys: process.env['PLUGBOARD_KEYS'] })
await board.ready()
const seen: [string, unknown][] = []
for (const { id } of board.instances(Journey)) seen.push([id, (await board.getById(Journey, id, { allowDisabled: true })).seen()])
// Half characters are escaped by JSON.stringify, so that they come through a pipe.
process.stdout.write(JSON.stringify(Object.fromEntries(seen)))
await board.close()
