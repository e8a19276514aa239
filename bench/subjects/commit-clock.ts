import pg from 'pg'

/** A pool whose clients tell when a transaction is asked to commit: from then on others may serve what was saved. */
export interface CommitClock {
  readonly pool: pg.Pool
  /** Nanoseconds of the shared clock at which the last commit was sent. */
  readonly at: bigint
}

export function commitClock(url: string): CommitClock {
  const pool = new pg.Pool({ connectionString: url })
  let at = 0n
  pool.on('connect', (client) => {
    // eslint-disable-next-line typescript/unbound-method -- it is called on its client, below.
    const query = client.query
    const timed = function (this: pg.PoolClient, ...args: readonly unknown[]): unknown {
      if (args[0] === 'commit') at = process.hrtime.bigint()
      return Reflect.apply(query, this, args)
    }
    // The driver overloads it a dozen times; what goes in goes on as it is.
    client.query = timed as typeof query
  })
  return {
    pool,
    get at() {
      return at
    },
  }
}
