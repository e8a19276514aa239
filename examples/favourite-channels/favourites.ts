import { DatabaseSync } from '@photostructure/sqlite'
import type { Board } from 'plugboard'
import { Channel, type Person } from './channel.ts'

/** A line of a user's settings page. */
export interface Choice {
  readonly id: string
  readonly name: string
  /** 1 for the dearest; `null` where it is none of theirs. */
  readonly place: number | null
  /** Whether an operator has switched it off for now. It stays a favourite, and is used again when it is back. */
  readonly isOff: boolean
}

/**
 * The application's own table, in its own database: whose favourites point at which instances. An instance's id stays what it is, whatever operators do: rename it,
 * configure it anew, switch it off, remove and restore it.
 */
export class Favourites implements Disposable {
  readonly #database: InstanceType<typeof DatabaseSync>
  readonly #board: Board

  constructor(board: Board, file: string) {
    this.#board = board
    this.#database = new DatabaseSync(file)
    this.#database.exec(`CREATE TABLE IF NOT EXISTS favourites (
      person TEXT NOT NULL,
      place INTEGER NOT NULL,
      channel TEXT NOT NULL, -- id of an instance
      PRIMARY KEY (person, place),
      UNIQUE (person, channel)
    )`)
  }

  of(person: string): readonly string[] {
    const rows = this.#database.prepare('SELECT channel FROM favourites WHERE person = ? ORDER BY place').all(person)
    return rows.map((row) => String(row.channel))
  }

  /** What the settings page shows: metadata alone, nothing is decrypted for it. */
  choices(person: string): readonly Choice[] {
    const mine = this.of(person)
    return this.#board
      .instances(Channel)
      .filter(({ id, status }) => status !== 'disabled' || mine.includes(id))
      .map(({ id, name, status }) => {
        const place = mine.indexOf(id)
        return { id, name, place: place === -1 ? null : place + 1, isOff: status === 'disabled' }
      })
  }

  /** @throws RangeError for an id that this person was not offered: it came from a form, so it may be anything */
  choose(person: string, ids: readonly string[]): void {
    const offered = new Set(this.choices(person).map(({ id }) => id))
    const strange = ids.find((id) => !offered.has(id))
    if (strange !== undefined) throw new RangeError(`There is no channel '${strange}' to choose.`)
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      this.#database.prepare('DELETE FROM favourites WHERE person = ?').run(person)
      const insert = this.#database.prepare('INSERT INTO favourites (person, place, channel) VALUES (?, ?, ?)')
      for (const [place, id] of [...new Set(ids)].entries()) insert.run(person, place, id)
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** Tells somebody something, as they like it best. */
  async notify(person: Person, text: string): Promise<void> {
    await this.#board.use(Channel, { context: { favourites: this.of(person.id) }, attemptDeadline: 10_000 }).notify(person, text)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}
