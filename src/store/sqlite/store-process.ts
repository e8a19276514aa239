/** A process for tests of several, run with `<work> <file>`. It says `ready`, and starts at a line on its input. */
import { writeSync } from 'node:fs'
import type { Store } from '../store.ts'
import { sqlite } from './sqlite.ts'

type Work = (file: string) => Promise<unknown>

const works: Readonly<Record<string, Work>> = {
  migrate: (file) => using(file, (store) => store.migrate()),
  fiftyWrites: (file) =>
    using(file, async (store) => {
      const revisions: number[] = []
      for (let count = 0; count < 50; count++) revisions.push(await store.write(async (writer) => writer.revision))
      return revisions
    }),
  /** Writes five thousand rows and then waits, the transaction open. */
  halfWrite: (file) =>
    using(file, (store) =>
      store.write(async (writer) => {
        await writer.insertTypes(
          Array.from({ length: 5000 }, (_, index) => ({ key: `half-${index}`, label: 'x'.repeat(500), description: '' })),
        )
        return forever()
      }),
    ),
  /** Stops after the fifth statement that makes something. */
  halfMigration: (file) => {
    let made = 0
    const onStatement = (sql: string): void => {
      if (sql.startsWith('create') && ++made === 5) stopHere()
    }
    return sqlite(file).open({ now: Date.now, onStatement }).migrate()
  },
}

async function using<T>(file: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = sqlite(file).open({ now: Date.now })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Says where it is and never goes on; the test kills it. */
function forever(): Promise<never> {
  writeSync(1, 'half\n')
  setInterval(() => {}, 1000)
  return new Promise(() => {})
}

function stopHere(): void {
  writeSync(1, 'half\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

const [, , name = '', file = ''] = process.argv
writeSync(1, 'ready\n')
process.stdin.once('data', () => {
  process.stdin.destroy()
  void works[name]?.(file).then((result) => writeSync(1, `${JSON.stringify(result)}\n`))
})
