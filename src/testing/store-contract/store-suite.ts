import type { Store, StoreFactory } from '../../store/index.ts'

/** What the suites need of a test runner: Vitest's, Jest's or another's. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly test: ((name: string, body: () => Promise<void>) => unknown) & {
    readonly skip: (name: string, body: () => Promise<void>) => unknown
  }
  readonly expect: (value: unknown) => Expectation
}

/** The few expectations the suites use. */
export interface Expectation {
  toBe(expected: unknown): unknown
  toEqual(expected: unknown): unknown
  toMatchObject(expected: object): unknown
  toMatch(expected: RegExp): unknown
  toBeGreaterThan(expected: number): unknown
}

/** A database of the test's own. Disposing of it removes it. */
export interface TestDatabase extends AsyncDisposable {
  readonly factory: StoreFactory
}

export interface TestStoreOptions {
  /** Heads the tests: the database, the driver, the version. */
  readonly name: string
  /** Makes an empty database. */
  readonly database: () => Promise<TestDatabase>
  /** Why two stores here can't work side by side on one database. Their tests are then skipped, and say so. */
  readonly single?: string
}

/** What a test of the contract works with. */
export interface StoreBench {
  /** Migrated, unless the test asked for an empty database. */
  readonly store: Store
  /** Another store on the same database, as another process would have it. */
  readonly open: () => Store
  /** The time that stores see; tests set it. */
  readonly clock: { now: number }
  /** Every statement sent so far. */
  readonly statements: string[]
}

/** Registers tests, each on a database of its own. */
export class StoreSuite {
  readonly describe: TestRunner['describe']
  readonly expect: TestRunner['expect']
  readonly #test: TestRunner['test']
  readonly #options: TestStoreOptions

  constructor({ describe, test, expect }: TestRunner, options: TestStoreOptions) {
    this.describe = describe
    this.expect = expect
    this.#test = test
    this.#options = options
  }

  /** A test on a migrated database. */
  test(name: string, body: (bench: StoreBench) => Promise<void>): void {
    this.#test(name, () =>
      this.#onDatabase(async (bench) => {
        await bench.store.migrate()
        await body(bench)
      }),
    )
  }

  /** A test on a database without any table. */
  testEmpty(name: string, body: (bench: StoreBench) => Promise<void>): void {
    this.#test(name, () => this.#onDatabase(body))
  }

  /** A test of several stores side by side on one migrated database. */
  testSideBySide(name: string, body: (bench: StoreBench) => Promise<void>): void {
    const { single } = this.#options
    if (single === undefined) this.test(name, body)
    // Not run where there is but one connection, such as a database in memory: nothing can stand beside it. The name carries that reason into the report.
    else this.#test.skip(`${name} {not applicable: ${single}}`, async () => {})
  }

  async #onDatabase(body: (bench: StoreBench) => Promise<void>): Promise<void> {
    await using database = await this.#options.database()
    const clock = { now: 1_700_000_000_000 }
    const statements: string[] = []
    const opened: Store[] = []
    const open = (): Store => {
      const store = database.factory.open({ now: () => clock.now, onStatement: (sql) => void statements.push(sql) })
      opened.push(store)
      return store
    }
    try {
      await body({ store: open(), open, clock, statements })
    } finally {
      for (const store of opened) await store.close()
    }
  }
}

/** The code and message of what a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<{ readonly code: unknown; readonly message: string }> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return { code: 'code' in error ? error.code : undefined, message: error.message }
    return { code: undefined, message: String(error) }
  }
  return { code: 'nothing was thrown', message: '' }
}
